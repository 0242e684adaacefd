"""The history of an agency, a unit or a person, from the journal."""

import datetime
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from qms import access, frame, rules
from qms.models import Event
from qms.roles import Role
from qms.screens.base import breadcrumbs


def day_as_read(value: Any) -> Any:
    """An ISO date in display format; anything else unchanged."""
    try:
        return (
            f"{datetime.date.fromisoformat(value):%d/%m/%Y}"
            if isinstance(value, str) and len(value) == 10
            else value
        )
    except ValueError:
        return value


def in_words(event: Event) -> list[str]:
    """The facts of an act, one line each: the value, or its change."""
    lines = []
    for name, raw in event.data.items():
        value = [day_as_read(v) for v in raw] if isinstance(raw, list) else day_as_read(raw)
        label = frame.fact_label(name)
        if label is None or value in ("", None, False):
            continue
        if isinstance(value, list) and len(value) == 2:
            lines.append(f"{label}: {value[0] or '–'} → {value[1] or '–'}")
        else:
            lines.append(
                f"{label}: {Role(value).label if name == 'role' and value in Role.values else '✓' if value is True else value}"
            )
    return lines


class History(WagtailAdminTemplateMixin, TemplateView):
    """The acts on one object, newest first; without those of other agencies."""

    template_name = "qms/admin/history.html"
    page_title = _("Lịch sử")
    header_icon = "history"
    scope: ClassVar[Any]  # a Scope
    subject = ""
    back = ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.object = get_object_or_404(type(self).scope(request.user), pk=kwargs["pk"])
        return super().get(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        return str(self.object)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return breadcrumbs(self.object, index=self.back, title=self.page_title)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        acts = Event.objects.filter(subject=f"{self.subject}:{self.object.pk}").order_by(
            "-at", "-pk"
        )
        current_user = access.current_user(self.request)
        if not rules.may_manage_accounts(current_user):
            acts = acts.filter(agency__in=rules.agencies_of(current_user))
        rows = [
            {
                "at": e.at,
                "by": e.by_name or _("(dòng lệnh)"),
                "what": frame.event_label(e.kind),
                "facts": in_words(e),
            }
            for e in acts[:300]
        ]
        return super().get_context_data(**kwargs) | {"rows": rows}
