"""What prevents sending a draft: each point is a sentence with the place where it can be fixed."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from django.urls import reverse
from django.utils.translation import gettext as _

from procedures import content as reading
from procedures import lifecycle
from procedures.approval.sealing import Terms
from procedures.changes import amendments
from procedures.content.grids import cell, columns
from procedures.content.markup import words_of
from procedures.content.schema import Content, Section
from procedures.content.steps import grid_steps
from procedures.content.titles import same_title
from procedures.flag_words import worded
from procedures.models import DocumentPage, Kind, Version
from procedures.word import times
from qms.approvals import seats, steps
from qms.clock import today
from qms.models import ApprovalItem, User

# Import flags that cast doubt on a fact of the document; the others are about how a file was read.
DOUBTED_FACTS = frozenset(
    {
        "date_conflict",
        "duplicate_code",
        "issue_number_conflict",
        "missing_code",
        "missing_date",
        "missing_title",
        "same_title",
        "several_documents",
        "tracked_changes",
    }
)
LONGEST_WAIT = 3 * 366  # days from the date of issue to the effective date


# Import flags that say the same as a check of the draft as it is now.
_SAME_AS = {
    "duplicate_code": "code_taken",
    "missing_code": "no_code",
    "missing_title": "no_title",
    "same_title": "title_taken",
}


@dataclass(frozen=True)
class Point:
    """One thing that prevents sending: its description, and where to fix it."""

    code: str
    sentence: str
    url: str


def points(page: DocumentPage, version: Version, terms: Terms, *, by: User | None) -> list[Point]:
    """Everything that prevents sending `version`, the unsaved one that the draft would make; [] if
    nothing does."""
    identity = list(_identity(page, version))
    return [
        *identity,
        *_content(page, version),
        *_times(page, version, terms),
        *_flags(page, {point.code for point in identity}),
        *_amendment(page, terms),
        *_days(page, terms),
        *_people(page, by),
    ]


def _editor(page: DocumentPage, field: str) -> str:
    """The field's anchor in the editor."""
    return reverse("wagtailadmin_pages:edit", args=[page.pk]) + f"#{field}"


def _document(pk: int) -> str:
    return reverse("procedures_admin:document", args=[pk])


def _sending(page: DocumentPage, field: str) -> str:
    return reverse("procedures_admin:send", args=[page.pk]) + f"#id_{field}"


# -- title and code


def _identity(page: DocumentPage, version: Version) -> Iterator[Point]:
    if not page.has_open_draft:
        yield Point(
            "nothing_new",
            _("Bản thảo chưa có gì thay đổi so với phiên bản mới nhất."),
            _editor(page, "id_title"),
        )
    if not version.title.strip():
        yield Point("no_title", _("Tài liệu chưa có tên. Hãy ghi tên."), _editor(page, "id_title"))
    if not version.code.strip():
        yield Point(
            "no_code",
            _("Tài liệu chưa có mã hiệu. Hãy bấm “Lấy số tiếp theo”."),
            _editor(page, "id_code"),
        )
        return
    taken = lifecycle.clashes(page)
    if taken:
        yield Point(
            "code_taken",
            _("Mã hiệu %(code)s đang được dùng cho “%(title)s”. Hãy đổi mã hiệu, hoặc thu hồi tài liệu kia trước.")
            % {"code": version.code, "title": taken[0].title},
            _document(taken[0].document_id),
        )  # fmt: skip
    yield from _namesakes(page, version, {one.document_id for one in taken})


def _namesakes(page: DocumentPage, version: Version, known: set[int]) -> Iterator[Point]:
    """Another document in force of the agency and kind with the same or nearly the same title."""
    others = Version.objects.filter(agency=page.agency_id, kind=version.kind).exclude(
        document=page.pk
    )
    rows = others.in_force().values_list("document", "code", "title")
    for document, code, title in rows:
        if document not in known and same_title(title, version.title):
            yield Point(
                "title_taken",
                _("Tài liệu %(code)s “%(title)s” đang có hiệu lực có tên trùng hoặc gần trùng. Hãy sửa đổi tài liệu đó, thu hồi nó, hoặc đặt tên khác.")
                % {"code": code, "title": title},
                _document(document),
            )  # fmt: skip
            return


# -- content


def _content(page: DocumentPage, version: Version) -> Iterator[Point]:
    body = [s for s in version.content["sections"] if s.get("place", "body") == "body"]
    if version.kind == Kind.FORM and any(file["role"] == "form" for file in version.files):
        return
    if all(is_bare(section, headings=False) for section in body):
        yield Point(
            "no_content",
            _("Tài liệu chưa có nội dung nào ngoài các đề mục. Hãy soạn nội dung.")
            if version.kind != Kind.FORM
            else _("Biểu mẫu chưa có tệp và chưa có nội dung. Hãy tải tệp biểu mẫu lên."),
            _editor(page, "body" if version.kind != Kind.FORM else "id_file"),
        )
        return
    if version.kind == Kind.PROCEDURE and not any(
        step["action"] for step in reading.steps(version.content)
    ):
        yield Point(
            "no_steps",
            _("Quy trình chưa có bước nào. Hãy ghi các bước vào bảng trình tự thực hiện."),
            _editor(page, "body"),
        )


def is_bare(section: Section, *, headings: bool = True) -> bool:
    """Whether the section has no text yet: numbers and column headings alone don't count.
    `headings`: whether sub-headings count."""
    for block in section["blocks"]:
        if block["type"] == "grid":
            numbers = {i for i, column in enumerate(block["columns"]) if column["role"] == "number"}
            if any(
                words_of(cell)
                for row in block["rows"]
                for i, cell in enumerate(row["cells"])
                if i not in numbers
            ):
                return False
        elif (
            block["type"] == "picture"
            or (headings and block["type"] == "heading")
            or words_of(str(block.get("html", "")))
        ):
            return False
    return True


def _times(page: DocumentPage, version: Version, terms: Terms) -> Iterator[Point]:
    if terms.time_reason.strip() or version.kind != Kind.PROCEDURE:
        return
    for case, total, limit in time_differences(version.content):
        yield Point(
            "times_differ",
            _("Tổng thời gian các bước là %(total)s, còn thời hạn ghi trong văn bản là %(limit)s%(case)s. Hãy sửa cho khớp, hoặc ghi lý do khi trình.")
            % {"total": total, "limit": limit, "case": f" ({case})" if case else ""},
            _sending(page, "time_reason"),
        )  # fmt: skip


def time_differences(content: Content) -> list[tuple[str, str, str]]:
    """(case, sum of the steps, limit in the text) where the two differ, as text."""
    text = "\n".join(
        reading.section_text(section)
        for section in content["sections"]
        if section.get("place", "body") == "body" and section.get("kind") in ("content", "other")
    )
    found = times.compared(reading.cases(content), reading.steps(content, fill=False), text)
    return [
        (case, times.printed(total), times.printed(limit))
        for case, total, limit in found
        if total != limit
    ]


def total_differences(content: Content) -> list[tuple[str, str, str]]:
    """(case, sum of the steps, total stated below them) where the two differ, in words; the case is
    "" in a table of one."""
    found = []
    for grid in reading.grids(content, "steps"):
        steps = grid_steps(grid, fill=False)
        timed = columns(grid, "duration")
        for n, i in enumerate(timed):
            case = reading.one_line(grid["columns"][i]["label"])
            unit = times.unit_of(case)
            cells = [cell(row, i) for row in grid["rows"] if row["kind"] == "total"]
            stated = [d for one in cells if (d := times.days(reading.one_line(one), unit))]
            texts = [step["durations"][n] for step in steps if step["durations"][n]]
            known = [d for one in texts if (d := times.days(one, unit)) is not None]
            total = sum(known)
            if len(stated) != 1 or not known or total == stated[0]:
                continue
            if len(known) == len(texts) or total > stated[0]:
                named = case if len(timed) > 1 else ""
                found.append((named, times.printed(Fraction(total)), times.printed(stated[0])))
    return found


def total_sentences(content: Content) -> list[str]:
    """What `total_differences` finds, a sentence each."""
    return [
        _("Các bước cộng lại là %(total)s, còn hàng tổng của bảng trình tự%(case)s ghi %(stated)s.")
        % {"total": total, "stated": stated, "case": f" ({case})" if case else ""}
        for case, total, stated in total_differences(content)
    ]


def _flags(page: DocumentPage, said: set[str]) -> Iterator[Point]:
    """The import flags that nobody has checked, except those that `said` points repeat."""
    for flag in page.flags:
        code = str(flag.get("code"))
        if code in DOUBTED_FACTS and _SAME_AS.get(code) not in said:
            yield Point(
                "flag_open",
                _("Cảnh báo khi nhập tệp chưa được xem lại: %(message)s")
                % {"message": worded(flag)},
                _document(page.pk) + "#canh-bao",
            )


def _amendment(page: DocumentPage, terms: Terms) -> Iterator[Point]:
    page.change_summary = terms.change_summary  # on this copy in memory, which the log reads
    if sentence := amendments.missing(page):
        yield Point("no_amendment", sentence, _sending(page, "change_summary"))


# -- days and people


def _days(page: DocumentPage, terms: Terms) -> Iterator[Point]:
    day, wait = terms.effective_on, terms.effective_days
    place = _sending(page, "effective_on")
    if day is not None and day < today():
        yield Point(
            "day_past",
            _("Ngày hiệu lực %(day)s đã qua. Hãy chọn hôm nay hoặc một ngày sau.")
            % {"day": f"{day:%d/%m/%Y}"},
            place,
        )
    far = today() + datetime.timedelta(days=LONGEST_WAIT)
    if (day is not None and day > far) or (wait or 0) > LONGEST_WAIT:
        yield Point(
            "day_far",
            _("Ngày hiệu lực cách hôm nay hơn ba năm. Hãy kiểm tra lại năm."),
            place,
        )
    if (wait or 0) < 0:
        yield Point("day_past", _("Số ngày sau ban hành không được âm."), place)


def _people(page: DocumentPage, by: User | None) -> Iterator[Point]:
    """Each step of the agency's rule with too few possible signers: drafters and the sender can't
    sign."""
    barred = {*page.drafters, by.pk if by else 0}
    item = ApprovalItem(unit_id=page.unit_id, owner_post=page.owner_post)
    for number, step in enumerate(steps.for_kind(page.agency, f"document:{page.kind}"), 1):
        tokens = {token for token, _needs in seats.tokens_of_step(page.agency_id, step, [item])}
        able = {one.pk for one in seats.holders(page.agency_id, tokens)} - barred
        if len(able) < step.needed:
            yield Point(
                "nobody_signs",
                _("Bước %(number)d (%(meaning)s: %(who)s) chưa đủ người ký ngoài người soạn và người trình. Quản trị cơ quan cần giao vai trò, hoặc thư ký ISO sửa quy tắc phê duyệt.")
                % {"number": number, "meaning": step.label, "who": step.described()},
                _document(page.pk),
            )  # fmt: skip
