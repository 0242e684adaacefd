"""What happened to an agency, a unit or a person, as the journal tells it."""

import datetime
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from qms import access, rules
from qms.models import Event
from qms.roles import Role
from qms.screens.base import way_to

LABELS = {
    "agency_created": _("Lập cơ quan"),
    "agency_changed": _("Sửa thông tin cơ quan"),
    "agency_closed": _("Đóng cơ quan"),
    "agency_reopened": _("Mở lại cơ quan"),
    "unit_created": _("Thêm đơn vị"),
    "unit_changed": _("Sửa đơn vị"),
    "unit_deleted": _("Xóa đơn vị"),
    "system_founded": _("Tạo quản trị hệ thống đầu tiên"),
    "person_created": _("Lập tài khoản"),
    "person_changed": _("Sửa thông tin người dùng"),
    "person_deactivated": _("Ngừng hoạt động tài khoản"),
    "person_reactivated": _("Cho tài khoản hoạt động lại"),
    "appointed": _("Giao vai trò"),
    "appointment_changed": _("Sửa phân công vai trò"),
    "appointment_ended": _("Kết thúc vai trò"),
    "appointment_cancelled": _("Hủy phân công vai trò"),
    "link_made": _("Tạo liên kết dùng một lần"),
    "mail_read": _("Xem liên kết trong thư chưa gửi được"),
    "link_used": _("Đặt mật khẩu bằng liên kết"),
}
FACTS = {
    "name": _("tên"), "code": _("mã"), "kind": _("loại"), "short_name": _("tên gọi tắt"), "governing_body": _("cơ quan chủ quản"),
    "parent": _("trực thuộc"), "active_from": _("từ ngày"), "active_to": _("đến hết ngày"), "on_day": _("ngày cuối"), "successor": _("kế thừa"),
    "username": _("tên đăng nhập"), "first_name": _("họ và tên"), "email": _("thư điện tử"), "role": _("vai trò"), "post": _("chức vụ"),
    "unit": _("đơn vị"), "starts_on": _("từ ngày"), "ends_on": _("đến hết ngày"), "drops_second_factor": _("gỡ xác thực hai lớp"),
}  # fmt: skip


def day_as_read(value: Any) -> Any:
    """An ISO date as people write it; anything else as it is."""
    try:
        return (
            f"{datetime.date.fromisoformat(value):%d/%m/%Y}"
            if isinstance(value, str) and len(value) == 10
            else value
        )
    except ValueError:
        return value


def in_words(event: Event) -> list[str]:
    """The facts of an act, one line each: what it is now, or from what to what."""
    lines = []
    for name, raw in event.data.items():
        value = [day_as_read(v) for v in raw] if isinstance(raw, list) else day_as_read(raw)
        label = FACTS.get(name)
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
    """The acts on one object, newest first; those of other agencies are left out."""

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
        return way_to(self.object, index=self.back, title=self.page_title)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        acts = Event.objects.filter(subject=f"{self.subject}:{self.object.pk}").order_by(
            "-at", "-pk"
        )
        asker = access.asker(self.request)
        if not rules.may_manage_accounts(asker):
            acts = acts.filter(agency__in=rules.agencies_of(asker))
        rows = [
            {
                "at": e.at,
                "by": e.by_name or _("(dòng lệnh)"),
                "what": LABELS.get(e.kind, e.kind),
                "facts": in_words(e),
            }
            for e in acts[:300]
        ]
        return super().get_context_data(**kwargs) | {"rows": rows}
