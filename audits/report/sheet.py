"""The report as a paper, made from its facts in one language."""

import datetime
import io
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from PIL import Image

from audits.models import Answer, Audit, Grade, LaterFact, Member, Result, SetAside
from audits.report import unanswered
from audits.report.building import MOST_PICTURES, Facts
from qms.approvals import papers
from qms.clock import written
from qms.models import Agency, Approval
from qms.paper import (
    Block,
    Column,
    Heading,
    Items,
    Paragraph,
    Picture,
    Sheet,
    Table,
)

WIDEST, HIGHEST = 110, 120  # maximum picture size in millimetres
Addition = LaterFact | SetAside | Answer
Additions = Sequence[Addition]


def sheet(
    facts: Facts,
    agency: Agency,
    *,
    language: str,
    approval: Approval | None = None,
    additions: Additions = (),
    names: bool = True,
    read: Callable[[str], bytes] | None = None,
) -> Sheet:
    """The paper. `names`: whether people are named; `read`: returns a picture's bytes, None for a
    paper without pictures."""
    with translation.override(language):
        lead = Member.Part.LEAD.label
        signatures = papers.signed(approval, {0: str(lead)} if has_lead_step(approval) else None)
        return Sheet(
            **papers.heading(agency),
            kind=_("Báo cáo"),
            title=facts["title"],
            symbol=f"BC-{agency.code}",
            day=_accepted_on(approval),
            blocks=tuple(_blocks(facts, names)),
            annex=tuple(_annex(facts, additions, names, read)),
            recipients=(_("Lãnh đạo cơ quan"), _("Các đơn vị được đánh giá")),
            signatures=tuple(signatures[-2:]),
            language=language,
        )


def has_lead_step(approval: Approval | None) -> bool:
    """Whether the first step of the chain is the lead's own."""
    return approval is not None and approval.rule[0]["who"] == "people"


def _accepted_on(approval: Approval | None) -> datetime.date | None:
    """The day of the last signature; None before it."""
    if approval is None or approval.state != Approval.State.DONE or approval.closed_at is None:
        return None
    return timezone.localtime(approval.closed_at).date()


def _blocks(facts: Facts, names: bool) -> list[Block]:
    sections = (
        (_("Thông tin chung"), _general(facts, names)),
        (_("Phạm vi đã đánh giá"), [_coverage(facts["coverage"])]),
        (_("Kết quả"), _results(facts)),
        (_("So với lần đánh giá trước"), [_compared(facts)]),
        (_("Sự không phù hợp chưa đóng từ trước"), _open_before(facts["open_before"])),
        (_("Kết luận và kiến nghị"), _ending(facts)),
    )
    found: list[Block] = []
    shown = [(title, blocks) for title, blocks in sections if blocks]
    for number, (title, blocks) in enumerate(shown, 1):
        found += [Heading(f"{number}. {title}"), *blocks]
    return found


def _annex(
    facts: Facts, additions: Additions, names: bool, read: Callable[[str], bytes] | None
) -> list[Block]:
    """What stands beside what was signed: later facts, and the pictures of the findings."""
    later = tuple(addition_text(one, names) for one in additions)
    found: list[Block] = [Heading(_("Thông tin bổ sung sau khi ký")), Items(later)] if later else []
    return found + _pictures(facts["findings"], read)


def _general(facts: Facts, names: bool) -> list[Block]:
    first, last = (datetime.date.fromisoformat(facts[name]) for name in ("starts_on", "ends_on"))
    said = [
        (_("Cơ quan được đánh giá"), facts["agency"]),
        (_("Cơ quan đánh giá"), facts["body"] or _("Thành phố")),
        (_("Loại và hình thức"), f"{Audit.Kind(facts['kind']).label}, {Audit.Way(facts['way']).label}"),
        (_("Thời gian"), f"{written(first)} – {written(last)}"),
        (_("Chuẩn mực"), facts["criteria"]),
        (_("Phạm vi"), facts["scope"]),
    ]  # fmt: skip
    blocks: list[Block] = [Paragraph(value, lead=f"{label}:") for label, value in said if value]
    if names:
        blocks.append(Paragraph("", lead=_("Đoàn đánh giá và bên được đánh giá:")))
        team = [f"{one['name']} – {Member.Part(one['part']).label}" for one in facts["team"]]
        blocks.append(Items(tuple(team)))
    if facts["versions"]:
        blocks.append(Paragraph("", lead=_("Tài liệu làm căn cứ:")))
        titles = (f"{one['code']} {one['title']}".strip() for one in facts["versions"])
        blocks.append(Items(tuple(titles)))
    if facts["summary"]:
        blocks.append(Paragraph(facts["summary"], lead=_("Diễn biến:")))
    return blocks


def _coverage(rows: list[Facts]) -> Table:
    columns = (
        Column(_("Đơn vị"), 3),
        Column(_("Điều khoản, tài liệu"), 3),
        Column(_("Câu hỏi"), 1.2, centred=True),
        Column(_("Đã trả lời"), 1.2, centred=True),
        Column(_("Kết quả"), 3),
    )
    return Table(
        columns,
        tuple(
            (
                one["unit"] or _("Câu hỏi khác"),
                "\n".join([", ".join(one["clauses"]), *one["documents"]]).strip(),
                str(one["questions"]),
                str(one["answered"]),
                _counted_results(one),
            )
            for one in rows
        ),
    )


def _counted_results(row: Facts) -> str:
    """ "Phù hợp: 3", one line per result. A question without an answer was not checked."""
    found: Counter[str] = Counter(row["results"])
    found[Result.NOT_CHECKED] = unanswered.not_checked(row)
    return "\n".join(
        f"{Result(name).label}: {found[name]}" for name in Result.values if found[name]
    )


def _results(facts: Facts) -> list[Block]:
    blocks: list[Block] = []
    if facts["strengths"]:
        blocks.append(Paragraph(facts["strengths"], lead=_("Điểm mạnh:")))
    noted = _noted(facts)
    findings = facts["findings"]
    if not findings:
        return [*blocks, Paragraph(_("Không có phát hiện nào.")), *noted]
    counts = (
        f"{grade_name(facts, grade)}: {sum(one['grade'] == grade for one in findings)}"
        for grade in Grade.values
        if any(one["grade"] == grade for one in findings)
    )
    blocks.append(Paragraph("; ".join(counts) + ".", lead=_("Phát hiện:")))
    columns = (
        Column(_("Số"), 1.9, centred=True),
        Column(_("Đơn vị"), 2),
        Column(_("Mức"), 1.6),
        Column(_("Yêu cầu"), 2),
        Column(_("Điều đã thấy và bằng chứng"), 4),
    )
    rows = tuple(
        (one["code"], one["unit"], grade_name(facts, one["grade"]), required(one), one["seen"])
        for one in findings
    )
    return [*blocks, Table(columns, rows), *noted]


def _noted(facts: Facts) -> list[Block]:
    """What answers noted as observations without a finding; absent from reports sealed before it
    was part of them."""
    noted = facts.get("noted", [])
    if not noted:
        return []
    columns = (
        Column(_("Đơn vị"), 2),
        Column(_("Yêu cầu"), 2),
        Column(_("Câu hỏi"), 3),
        Column(_("Điều đã thấy"), 4),
    )
    rows = tuple(
        (one["unit"] or "–", required(one) or "–", one["question"], one["seen"]) for one in noted
    )
    lead = _("Điểm lưu ý ghi trong phiếu, không lập thành phát hiện:")
    return [Paragraph("", lead=lead), Table(columns, rows)]


def required(finding: Facts) -> str:
    """The requirement of a finding: its clause, its document and step."""
    parts = []
    if finding["clause"]:
        parts.append(_("Điều khoản %(number)s") % {"number": finding["clause"]})
    if finding["document"]:
        parts.append(finding["document"])
    if finding["step"]:
        parts.append(_("Bước %(number)s") % {"number": finding["step"]})
    return "\n".join(parts)


def grade_name(facts: Facts, grade: str) -> str:
    """The agency's name of a grade when the report was sealed."""
    return facts.get("grades", {}).get(grade) or str(Grade(grade).label)


def _compared(facts: Facts) -> Block:
    rows = facts["compared"]
    if not rows:
        return Paragraph(_("Lần này và lần trước đều không có phát hiện ở các đơn vị này."))
    columns = (
        Column(_("Đơn vị"), 3),
        Column(_("Điều khoản"), 1.5, centred=True),
        Column(_("Lần này"), 2.5),
        Column(_("Lần trước"), 2.5),
    )
    return Table(
        columns,
        tuple(
            (
                one["unit"],
                one["clause"] or "–",
                counted(facts, one["now"]),
                counted(facts, one["before"]),
            )
            for one in rows
        ),
    )


def counted(facts: Facts, grades: dict[str, int]) -> str:
    """ "Không phù hợp nhẹ: 2", one line per grade; a dash for none."""
    said = [f"{grade_name(facts, g)}: {grades[g]}" for g in Grade.values if g in grades]
    return "\n".join(said) or "–"


def _open_before(rows: list[Facts]) -> list[Block]:
    if not rows:
        return []
    return [Items(tuple(f"{one['code']} ({one['unit']}): {one['description']}" for one in rows))]


def _ending(facts: Facts) -> list[Block]:
    blocks: list[Block] = [Paragraph(facts["conclusion"])] if facts["conclusion"] else []
    if facts["proposals"]:
        blocks.append(Paragraph(facts["proposals"], lead=_("Kiến nghị:")))
    return blocks


def addition_text(one: Addition, names: bool = True) -> str:
    """A line about an addition made after the report was sent: when, who, what."""
    who = f", {one.by_name}" if names else ""
    day = written(timezone.localtime(one.at).date())
    if isinstance(one, LaterFact):
        return f"{day}{who}: {one.text}"
    if isinstance(one, Answer):
        said = f"“{one.item.text}” – {one.get_result_display()}"
        return _("%(day)s%(who)s, trả lời sau khi trình: %(what)s") % {"day": day, "who": who, "what": said}  # fmt: skip
    what: Any = one.file_name or f"{one.get_result_display()}: {one.note}".rstrip(": ")
    if one.item is not None:
        what = f"“{one.item.text}” – {what}"
    if one.finding:
        what = f"{_('Phát hiện mới')}: {what}"
    return _("%(day)s%(who)s, gửi muộn từ máy: %(what)s") % {"day": day, "who": who, "what": what}


def _pictures(findings: list[Facts], read: Callable[[str], bytes] | None) -> list[Block]:
    """The pictures of the findings."""
    if read is None:
        return []
    found: list[Block] = []
    for finding in findings:
        for one in finding["pictures"][: MOST_PICTURES - len(found)]:
            data = read(one["sha256"])
            caption = f"{finding['code']}. {one['caption'] or one['name']}"
            found.append(Picture(data, caption, caption, _width(data)))
    return [Heading(_("Phụ lục: ảnh bằng chứng")), *found] if found else []


def _width(data: bytes) -> int:
    """The width at which the picture is at most half a page high."""
    width, height = Image.open(io.BytesIO(data)).size
    return max(10, min(WIDEST, round(HIGHEST * width / height)))
