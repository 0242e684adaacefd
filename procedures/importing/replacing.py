"""What recording files from paper would replace, shown before the officer confirms."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from procedures.importing.reviewing import Review, Reviewed
from procedures.models import DocumentPage, ImportBatch, ImportItem, Version, Visibility


@dataclass
class Outlook:
    """One file, with sentences on what recording it would do."""

    item: ImportItem
    name: str
    effects: list[str] = field(default_factory=list)


def outlooks(batch: ImportBatch, items: Iterable[ImportItem]) -> list[Outlook]:
    """One for each file, in their order; a fixed number of queries besides those that look for
    the documents."""
    review = Review(batch)
    files = [review.of(item) for item in items]
    targets = [one.target.pk for one in files if one.target and one.target.pk]
    rows = Version.objects.filter(document__in=targets).in_force()
    current = {one.document_id: one for one in rows.defer("content").prefetch_related("acts")}
    pages = DocumentPage.objects.filter(pk__in=targets)
    visibility = dict(pages.values_list("pk", "visibility"))
    return [_outlook(one, current, visibility) for one in files]


def _outlook(one: Reviewed, current: dict[int, Version], visibility: dict[int, str]) -> Outlook:
    found = Outlook(one.item, f"{one.facts['code']} {one.facts['title']}".strip())
    issued_on = parse_date(one.facts["issued_on"] or "")
    if issued_on is None:
        found.effects.append(_("Không có ngày ban hành nên thành bản thảo, chưa thay gì."))
        return found
    pk = one.target.pk if one.target else None
    held = current.get(pk or 0)
    effective_on = parse_date(one.facts["effective_on"] or "") or issued_on
    found.effects.append(_replaces(held, effective_on, known=pk is not None))
    now = visibility.get(pk or 0) or DocumentPage._meta.get_field("visibility").default
    before = held.shown(held.acts.all()).visibility if held else now
    if before != now:
        found.effects.append(
            _("Phạm vi xem đổi từ “%(old)s” thành “%(new)s”.")
            % {"old": Visibility(before).label, "new": Visibility(now).label}
        )
    else:
        found.effects.append(_("Phạm vi xem: %(visibility)s.") % {"visibility": Visibility(now).label})  # fmt: skip
    return found


def _replaces(held: Version | None, effective_on: datetime.date, *, known: bool) -> str:
    day = f"{effective_on:%d/%m/%Y}"
    if held is None and not known:
        return _("Tài liệu mới, có hiệu lực từ %(day)s.") % {"day": day}
    if held is None:
        return _("Phiên bản mới của tài liệu đã có, hiệu lực từ %(day)s.") % {"day": day}
    facts = {"number": held.ordinal, "held": f"{held.effective_on:%d/%m/%Y}", "day": day}
    if effective_on < held.effective_on:
        return (
            _("Vào lịch sử với ngày hiệu lực %(day)s; phiên bản %(number)d (từ %(held)s) vẫn giữ hiệu lực.")
            % facts
        )  # fmt: skip
    return _("Thay phiên bản %(number)d (hiệu lực từ %(held)s) kể từ %(day)s.") % facts
