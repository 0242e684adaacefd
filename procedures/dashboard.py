"""The first page of the admin: what to do next."""

import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin.ui.components import Component

from procedures import reading, register, rules
from procedures.models import ImportBatch, ImportItem, Version
from qms import access
from qms.access import Person
from qms.clock import today
from qms.roles import Role

SHOWN = 6
REVIEW_SOON = datetime.timedelta(days=60)


class WorkPanel(Component):
    """Drafts that wait, warnings to look at, documents to review: each a number that leads to the list."""

    order = 100
    template_name = "procedures/admin/dashboard/work.html"

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        user = self.request.user
        rows = register.rows_of(user)
        counted = register.counts(rows)
        agencies = register.drafting_agencies(user)
        address = reverse("procedures_admin:documents")
        tiles = [
            {
                "count": counted["drafting"],
                "label": _("bản thảo đang soạn"),
                "url": f"{address}?state=drafting&sort=changed",
                "icon": "edit",
            },
            {
                "count": counted["flagged"],
                "label": _("tài liệu có cảnh báo cần xem"),
                "url": f"{address}?state=flagged",
                "icon": "warning",
            },
            {
                "count": counted["waiting"],
                "label": _("phiên bản chờ hiệu lực"),
                "url": f"{address}?state=waiting",
                "icon": "time",
            },
            {
                "count": counted["in_force"],
                "label": _("tài liệu có hiệu lực"),
                "url": f"{address}?state=in_force",
                "icon": "check",
            },
        ]
        return {
            "rows": register.sort([row for row in rows if row.has_draft], "changed")[:SHOWN],
            "total": len(rows),
            "tiles": tiles,
            "imports": _imports(user),
            "reviews": _reviews(rows),
            "import_url": reverse("imports:batches"),
            "may_import": any(rules.may_import(user, agency) for agency in agencies),
            "agencies": agencies,
        }


def _imports(user: Person) -> QuerySet[ImportBatch]:
    """The batches with files still to be read or checked, the newest first, with how many."""
    states = ImportItem.State
    mine = ImportBatch.objects.filter(
        agency__in=access.agencies_with(user, Role.OFFICER), taken_back_at=None
    ).select_related("by")
    counted = mine.annotate(
        to_check=Count("items", filter=Q(items__state=states.READ)),
        to_read=Count("items", filter=Q(items__state__in=[states.WAITING, states.READING])),
    )
    return counted.filter(Q(to_check__gt=0) | Q(to_read__gt=0)).order_by("-pk")[:SHOWN]


def _reviews(rows: list[register.Row]) -> list[dict[str, Any]]:
    """Documents in force whose review is due soon or overdue, the longest overdue first."""
    in_force = {row.pk: row for row in rows if row.since}
    found: list[dict[str, Any]] = []
    versions = (
        Version.objects.filter(document__in=in_force, review_months__isnull=False)
        .in_force()
        .order_by()
    )
    for pk, months, since in versions.values_list("document_id", "review_months", "effective_on"):
        due = add_months(since, months or 0)
        if due <= today() + REVIEW_SOON:
            found.append({"row": in_force[pk], "due": due, "overdue": due < today()})
    return sorted(found, key=lambda r: (r["due"], r["row"].pk))[:SHOWN]


def add_months(day: datetime.date, months: int) -> datetime.date:
    """The same day so many months later; the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > datetime.MAXYEAR:
        return datetime.date.max
    for last in (day.day, 30, 29, 28):
        try:
            return datetime.date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


class NewsPanel(Component):
    """What takes effect soon and what was issued last in the person's agencies."""

    order = 200
    template_name = "procedures/admin/dashboard/news.html"

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        agencies = [agency.pk for agency in register.drafting_agencies(self.request.user)]
        tokens = access.tokens_for(self.request.user)
        return {
            "soon": reading.soon(tokens, SHOWN, agencies),
            "recent": reading.newly_issued(tokens, SHOWN, agencies),
        }
