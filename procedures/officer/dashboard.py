"""The home page of the admin: what to do next."""

import datetime
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin.ui.components import Component

from procedures import rules
from procedures.flag_words import to_look_at
from procedures.models import DocumentPage, ImportBatch, ImportItem
from procedures.officer import register
from procedures.reader import queries
from qms import access
from qms.access import Person
from qms.frame import Task
from qms.roles import Role

SHOWN = 6


class WorkPanel(Component):
    """Drafts in progress and in approval, warnings to check, documents to review: each a number that
    links to the list."""

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
                "count": counted["sent"],
                "label": _("bản thảo đang trình duyệt"),
                "url": f"{address}?state=sent&sort=changed",
                "icon": "lock",
            },
            {
                "count": counted["flagged"],
                "label": _("tài liệu có điều cần xem lại"),
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
            "total": len(rows),
            "tiles": tiles,
            "import_url": reverse("imports:batches"),
            "may_import": any(rules.may_import(user, agency) for agency in agencies),
            "agencies": agencies,
        }


def imports_waiting(user: Person) -> QuerySet[ImportBatch] | None:
    """Batches with files still to be read or checked."""
    agencies = access.agencies_with(user, Role.OFFICER)
    if not agencies:
        return None
    states = ImportItem.State
    mine = ImportBatch.objects.filter(agency__in=agencies, taken_back_at=None)
    return mine.filter(items__state__in=[states.READ, states.WAITING, states.READING])


def imports(user: Person, most: int | None = SHOWN) -> Iterator[Task]:
    """The same as tasks, newest first."""
    waiting = imports_waiting(user)
    if waiting is None:
        return
    states = ImportItem.State
    counted = ImportBatch.objects.filter(pk__in=waiting.order_by().values("pk")).annotate(
        to_check=Count("items", filter=Q(items__state=states.READ)),
        to_read=Count("items", filter=Q(items__state__in=[states.WAITING, states.READING])),
    )
    for batch in counted.select_related("by").order_by("-pk")[:most]:
        yield Task(
            _("Đợt nhập số %(number)s") % {"number": batch.pk},
            reverse("imports:batch", args=[batch.pk]),
            _note(
                _to_check(batch.to_check) if batch.to_check else "",
                _to_read(batch.to_read) if batch.to_read else "",
                _moment(batch.made_at),
                str(batch.by or ""),
            ),
        )


def drafts(user: Person) -> Iterator[Task]:
    """Drafts newer than the last issue and not sent yet, most recently changed first."""
    documents = register.documents_of(user).filter(DocumentPage.OPEN_DRAFT, ~register.IN_APPROVAL)
    fields = ("pk", "code", "title", "long_title", "flags", "latest_revision_created_at",
              "latest_revision__user__first_name", "latest_revision__user__username")  # fmt: skip
    newest = documents.order_by("-latest_revision_created_at", "-pk")[:SHOWN]
    for pk, code, title, long, flags, changed, name, username in newest.values_list(*fields):
        yield Task(
            f"{code} {long or title}",
            reverse("wagtailadmin_pages:edit", args=[pk]),
            _note(
                _moment(changed),
                name or username or "",
                _warnings(warnings) if (warnings := to_look_at(flags)) else "",
            ),
        )


def _to_check(number: int) -> str:
    return ngettext("%(counter)s tệp chờ kiểm tra", "%(counter)s tệp chờ kiểm tra", number) % {
        "counter": number
    }


def _to_read(number: int) -> str:
    return ngettext("%(counter)s tệp đang đọc", "%(counter)s tệp đang đọc", number) % {
        "counter": number
    }


def _warnings(number: int) -> str:
    return ngettext("%(counter)s điều cần xem lại", "%(counter)s điều cần xem lại", number) % {
        "counter": number
    }


def _note(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _moment(value: datetime.datetime | None) -> str:
    return date_format(timezone.localtime(value), "H:i d/m/Y") if value else ""


class NewsPanel(Component):
    """Versions that take effect soon and those issued last in the user's agencies."""

    template_name = "procedures/admin/dashboard/news.html"

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        agencies = [agency.pk for agency in register.drafting_agencies(self.request.user)]
        tokens = access.tokens_for(self.request.user)
        return {
            "soon": queries.soon(tokens, SHOWN, agencies),
            "recent": queries.newly_issued(tokens, SHOWN, agencies),
        }
