"""Pending tasks of people who manage people and agencies, on the admin's home page."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin.ui.components import Component

from qms import rules
from qms.models import User
from qms.roles import Role
from qms.screens.filters import ending, lacking
from qms.text.ordering import Alphabetical
from qms.work import failures, health, mail

SHOWN = 8


class AdministrationPanel(Component):
    """Numbers that link to their lists, and what needs attention: stuck work, unsent mails,
    expiring appointments, agencies without officers."""

    template_name = "qms/admin/administration.html"

    def __init__(self, request: HttpRequest) -> None:
        self.user = request.user

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        agencies = rules.agencies_of(self.user)
        given = rules.appointments_of(self.user)
        runs = rules.may_see_jobs(self.user)
        people = User.objects.filter(pk__in=given.current().values("person"), is_active=True)
        return {
            "tiles": [
                {"icon": "group", "url": reverse("people:index"), "count": people.count(), "label": _("người đang giữ vai trò")},
                {"icon": "key", "url": reverse("people:index") + "?state=never", "count": people.filter(last_login=None).count(), "label": _("người chưa đăng nhập lần nào")},
                {"icon": "mail", "url": reverse("mails:index") + "?state=unsent", "count": rules.mails_of(self.user).filter(mail.unsent()).count(), "label": _("thư chưa gửi được")},
                *([{"icon": "cogs", "url": reverse("jobs"), "count": len(failures.everything()), "label": _("việc nền cần quyết định")}] if runs else []),
            ],
            "is_stalled": runs and not health.is_well(health.background),
            "ending": given.filter(ending()).order_by("ends_on", "pk")[:SHOWN],
            "lacking": [
                self.lacking(agencies, Role.OFFICER, _("Cơ quan chưa có thư ký ISO")),
                self.lacking(agencies, Role.AGENCY_ADMIN, _("Cơ quan chưa có quản trị cơ quan")),
            ],
        }  # fmt: skip

    @staticmethod
    def lacking(agencies: Any, role: Role, title: str) -> dict[str, Any]:
        """The agencies where nobody holds the role: the first few, and the number of the others."""
        found = lacking(agencies, role)
        count = found.count()
        return {
            "title": title,
            "role": role.value,
            "count": count,
            "more": max(0, count - SHOWN),
            "agencies": found.order_by(Alphabetical("name"))[:SHOWN],
        }
