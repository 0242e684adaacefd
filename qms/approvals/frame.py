"""What approvals register with `qms.frame`, notices, and the background."""

from django.utils.translation import gettext_lazy as _

from qms import frame, notices
from qms.approvals import queries, reminders, signing, waiting
from qms.approvals.lifecycle.advancing import advance_all
from qms.models import Agency, Approval, Way
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


NOTICES = {  # kind -> (sentence, whether it may be switched off)
    "approval_waits": (_("%(title)s chờ chữ ký của bạn, hạn %(day)s. Người trình: %(sender)s."), False),
    "approval_due": (_("%(title)s vẫn chờ chữ ký của bạn, hạn %(day)s."), False),
    "approval_late": (_("%(title)s đã quá hạn ký %(day)s và vẫn chờ bạn."), False),
    "approval_late_of_others": (_("%(title)s đã quá hạn ký %(day)s. Đang chờ: %(names)s."), False),
    "approval_without_people": (
        _("%(title)s không còn ai ký được bước hiện tại (hạn %(day)s). Hãy chọn lại người ký."),
        False,
    ),
    "approval_returned": (_("%(name)s đã trả lại %(title)s: %(reason)s"), True),
    "approval_voided": (_("%(name)s đã hủy lần trình %(title)s: %(reason)s"), True),
    "approval_approved": (_("%(title)s đã đủ chữ ký phê duyệt."), True),
    "approval_item_taken_out": (
        _("%(name)s đã đưa %(item)s ra khỏi lần trình %(title)s: %(reason)s"),
        True,
    ),
    "approval_sign_again": (
        _("%(name)s đã đưa %(item)s ra khỏi lần trình %(title)s nên chữ ký của bạn không còn tính. Hãy xem và ký lại."),
        False,
    ),
    "approval_remarked": (_("%(name)s có ý kiến phải sửa về %(title)s."), True),
    "approval_answered": (_("%(name)s đã trả lời ý kiến của bạn về %(title)s."), True),
    "absence_recorded": (
        _("%(substitute)s ký thay %(name)s từ %(first)s đến hết %(last)s."),
        False,
    ),
    "signing_locked": (
        _("Việc ký của %(name)s tạm khóa %(minutes)s phút vì nhập sai mật khẩu hoặc mã %(limit)s lần. Nếu không phải chính người này nhập, hãy đổi mật khẩu và báo quản trị cơ quan."),
        False,
    ),
}  # fmt: skip


SOURCES = (
    frame.TaskSource(
        "approvals",
        _("Chờ bạn ký"),
        waiting.tasks,
        order=10,
        on_home=True,
        waiting=waiting.count,
        waiting_instead=waiting.count_instead,
        every=waiting.every,
        sent=waiting.sent,
    ),
    frame.TaskSource(
        "approvals_returned",
        _("Bị trả lại"),
        waiting.returned,
        order=12,
        on_home=True,
        waiting=waiting.count_returned,
    ),
)


def _on_their_way(agency: Agency) -> int:
    return Approval.objects.filter(agency=agency, state__in=queries.UNFINISHED).count()


UNFINISHED = frame.Unfinished("approvals", _("Lần trình chưa xong"), _on_their_way, order=10)


def register() -> None:
    """Called once, when the app is ready."""
    notices.register_group("approvals", _("Trình, xem xét và phê duyệt"), way=Way.NOW, order=10)
    for name, (text, optional) in NOTICES.items():
        notices.register_kind(name, text, "approvals", optional)
    frame.name_events(EVENTS, FACTS)
    for source in (*SOURCES, UNFINISHED):
        frame.add(source)
    due.register(reminders.WORK, reminders.remind)
    background.every(
        3600, advance_all, label=_("Chuyển bước phê duyệt khi người còn lại đã rời cơ quan")
    )
    background.every(6 * 3600, signing.tidy, label=_("Dọn các lần thử ký"))
