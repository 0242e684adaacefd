"""What approvals put into the places of `qms.frame`, and the work by the clock that they register."""

from django.utils.translation import gettext_lazy as _

from qms import frame
from qms.approvals import reminders, signing
from qms.work import background, due

EVENTS = {
    "approval_sent": _("Trình xem xét, phê duyệt"),
    "approval_signed": _("Ký"),
    "approval_approved": _("Đủ chữ ký phê duyệt"),
    "approval_done": _("Hoàn tất nội dung đã phê duyệt"),
    "approval_returned": _("Trả lại người trình"),
    "approval_taken_back": _("Người trình rút lại"),
    "approval_voided": _("Hủy lần trình"),
    "approval_item_taken_out": _("Đưa một nội dung ra khỏi lần trình"),
    "approval_remarked": _("Ghi ý kiến"),
    "approval_answered": _("Trả lời ý kiến"),
    "approval_people_chosen": _("Chọn lại người ký"),
    "approval_rule_saved": _("Lưu quy tắc phê duyệt"),
    "approval_rule_removed": _("Bỏ quy tắc phê duyệt"),
    "absence_recorded": _("Ghi thời gian vắng mặt"),
    "absence_ended": _("Kết thúc thời gian vắng mặt"),
    "signing_failed": _("Ký không thành do sai mật khẩu hoặc mã"),
    "signing_locked": _("Tạm khóa việc ký"),
}
FACTS = {
    "title": _("tên"),
    "item": _("nội dung"),
    "round": _("lần trình"),
    "manifest": _("mã băm"),
    "step": _("bước"),
    "way": _("cách xác nhận"),
    "meaning": _("ý nghĩa"),
    "instead_of": _("ký thay"),
    "paper": _("văn bản"),
    "reason": _("lý do"),
    "substitute": _("người ký thay"),
}


def register() -> None:
    """Called once, when the app is ready."""
    frame.name_events(EVENTS, FACTS)
    due.register(reminders.WORK, reminders.remind)
    background.every(6 * 3600, signing.tidy, label=_("Dọn các lần thử ký"))
