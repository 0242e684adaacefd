"""What qms itself registers with `qms.frame`: panels of the admin's first page, the tasks on the
home page, names of events."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.components import Component

from qms import access, frame, rules
from qms.desk import counting
from qms.screens.home import AdministrationPanel

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
    "password_ended": _("Hủy mật khẩu đặt bằng liên kết của người không còn quyền"),
    "address_asked": _("Gửi thư xác nhận địa chỉ thư điện tử"),
    "address_confirmed": _("Xác nhận địa chỉ thư điện tử"),
    "administrator_gained": _(
        "Quản trị cơ quan nhận thêm vai trò soạn thảo, xem xét hoặc phê duyệt"
    ),
}
FACTS = {
    "told_day": _("việc của ngày, theo dữ liệu minh họa"),
    "name": _("tên"), "code": _("mã"), "kind": _("loại"), "short_name": _("tên gọi tắt"), "governing_body": _("cơ quan chủ quản"),
    "parent": _("trực thuộc"), "active_from": _("từ ngày"), "active_to": _("đến hết ngày"), "on_day": _("ngày cuối"), "successor": _("kế thừa"),
    "username": _("tên đăng nhập"), "first_name": _("họ và tên"), "email": _("thư điện tử"), "role": _("vai trò"), "post": _("chức vụ"),
    "unit": _("đơn vị"), "capacity": _("tư cách ký"), "starts_on": _("từ ngày"), "ends_on": _("đến hết ngày"), "drops_second_factor": _("gỡ xác thực hai lớp"),
    "told": _("đã báo cho"), "link_by": _("người tạo liên kết"),
}  # fmt: skip


class TasksPanel(Component):
    """The person's tasks from every app, on the admin's first page."""

    template_name = "qms/admin/tasks.html"

    def __init__(self, lists: list[frame.TaskList]) -> None:
        self.lists = lists

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {"lists": self.lists}


def tasks_panel(request: HttpRequest) -> TasksPanel | None:
    lists = frame.tasks_of(request.user, counted=counting.counts(request).by_source)
    return TasksPanel(lists) if lists else None


def administration_panel(request: HttpRequest) -> AdministrationPanel | None:
    if not rules.manages_some_agency(access.current_user(request)):
        return None
    return AdministrationPanel(request)


def tasks_at_home(request: HttpRequest) -> dict[str, Any] | None:
    """The person's tasks of the sources shown on the home page."""
    lists = frame.tasks_of(request.user, on_home=True, counted=counting.counts(request).by_source)
    return {"lists": lists} if lists else None


def register() -> None:
    frame.name_events(LABELS, FACTS)
    frame.add(frame.AdminPanel("tasks", tasks_panel, order=105))
    frame.add(frame.AdminPanel("administration", administration_panel, order=110))
    frame.add(frame.HomeBlock("tasks", "qms/home_tasks.html", tasks_at_home, order=5))
