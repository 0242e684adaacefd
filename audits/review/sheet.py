"""The record of a review as a paper, made from its facts in one language."""

import datetime
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from audits.models import Decision
from audits.review import inputs
from audits.review.agenda import Topic
from audits.review.counted import label_of
from qms.approvals import papers
from qms.clock import written
from qms.models import Agency, Approval
from qms.paper import Block, Column, Heading, Items, Paragraph, Sheet, Table

Facts = dict[str, Any]


def sheet(
    facts: Facts, agency: Agency, language: str, *, approval: Approval | None = None
) -> Sheet:
    """The paper; with the signature of `approval`, if any."""
    with translation.override(language):
        held_on = datetime.date.fromisoformat(facts["held_on"])
        return Sheet(
            **papers.heading(agency),
            kind=_("Biên bản"),
            title=_("Họp xem xét của lãnh đạo về hệ thống quản lý chất lượng"),
            symbol=f"BB-{agency.code}",
            day=held_on,
            blocks=tuple(_blocks(facts)),
            recipients=(_("Lãnh đạo cơ quan"), _("Các đơn vị thuộc cơ quan")),
            signatures=tuple(papers.signed(approval)[-1:]),
            language=language,
        )


def _blocks(facts: Facts) -> list[Block]:
    blocks: list[Block] = [Heading(_("1. Thông tin chung")), *_general(facts)]
    blocks.append(Heading(_("2. Nội dung xem xét")))
    for number, one in enumerate(facts["inputs"], 1):
        blocks.append(Heading(f"2.{number}. {topic_label(one['topic'])}", 2))
        blocks += topic_blocks(one)
    blocks += [Heading(_("3. Diễn biến cuộc họp")), Paragraph(facts["minutes"] or "–")]
    blocks += [Heading(_("4. Kết luận của người chủ trì")), Paragraph(facts["conclusion"] or "–")]
    return [*blocks, Heading(_("5. Việc phải làm")), *_decisions(facts["decisions"])]


def topic_label(topic: str) -> str:
    return str(Topic(topic).label) if topic in Topic.values else topic


def _general(facts: Facts) -> list[Block]:
    held_on, since = (datetime.date.fromisoformat(facts[name]) for name in ("held_on", "since"))
    said = [
        (_("Ngày họp"), written(held_on)),
        (_("Địa điểm"), facts["place"]),
        (_("Chủ trì"), facts["chair"]),
        (_("Kỳ xem xét"), _("từ ngày %(day)s") % {"day": written(since)}),
        (_("Số liệu"), collected(facts["collected_at"])),
    ]
    blocks: list[Block] = [Paragraph(value, lead=f"{label}:") for label, value in said if value]
    if facts["present"]:
        lines = [
            f"{one['name']} – {one['post']}" if one["post"] else one["name"]
            for one in facts["present"]
        ]
        blocks += [Paragraph("", lead=_("Người dự họp:")), Items(tuple(lines))]
    return blocks


def collected(moment: str) -> str:
    """ "thu thập lúc 14:05 ngày 05/03/2026"; empty while the figures are being collected."""
    if not moment:
        return ""
    at = timezone.localtime(datetime.datetime.fromisoformat(moment))
    return _("thu thập lúc %(hour)s ngày %(day)s") % {
        "hour": f"{at:%H:%M}", "day": written(at.date()),
    }  # fmt: skip


def topic_blocks(one: Facts) -> list[Block]:
    """One topic of the agenda: a table for each source, with last time's figures for comparison and
    the items behind them; then the written text."""
    blocks: list[Block] = []
    for each in one["figures"]:
        source = inputs.get(each["source"])
        label = str(source.label) if source else each["label"]
        if each["failed"]:
            blocks.append(Paragraph(_("không thu thập được"), lead=f"{label}:"))
            continue
        before, own = each["before"] or {}, each.get("labels", {})
        columns = (
            Column(label, 4),
            Column(_("Kỳ này"), 1, centred=True),
            Column(_("Kỳ trước"), 1, centred=True),
        )
        rows = tuple(
            (
                own.get(name) or str(label_of(each["source"], name)),
                str(value),
                str(before.get(name, "–")),
            )
            for name, value in _in_order(each["figures"], source)
        )
        blocks.append(Table(columns, rows))
        if each["named"]:
            blocks.append(Items(tuple(each["named"])))
    if one["said"]:
        blocks.append(Paragraph(one["said"]))
    return blocks or [Paragraph(_("Chưa có nội dung."), italic=True)]


def _in_order(figures: dict[str, int], source: inputs.Source | None) -> list[tuple[str, int]]:
    """In the source's order; sealed bytes have their keys sorted alphabetically."""
    order = {name: number for number, name in enumerate(source.figures if source else ())}
    return sorted(figures.items(), key=lambda one: order.get(one[0], len(order)))


def _decisions(rows: list[Facts]) -> list[Block]:
    if not rows:
        return [Paragraph(_("Cuộc họp không giao việc nào."))]
    columns = (
        Column(_("TT"), 0.6, centred=True),
        Column(_("Loại"), 1.6),
        Column(_("Việc phải làm"), 4),
        Column(_("Người thực hiện"), 2),
        Column(_("Hạn"), 1.4, centred=True),
    )
    return [
        Table(
            columns,
            tuple(
                (
                    str(number),
                    str(Decision.Kind(one["kind"]).label),
                    one["what"],
                    one["name"],
                    written(datetime.date.fromisoformat(one["due"])),
                )
                for number, one in enumerate(rows, 1)
            ),
        )
    ]
