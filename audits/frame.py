"""Extensions of `qms.frame` by audits: the agency's tab, unsent data of devices, tasks, names
of events."""

from collections.abc import Callable
from functools import partial

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audits import duties, figures, rules, waiting
from audits.leftovers import tasks as leftovers
from audits.middleware import COOKIE
from qms import frame
from qms.access import Person
from qms.models import Agency

EVENTS = {
    "programme_created": _("Lập chương trình đánh giá"),
    "programme_changed": _("Sửa chương trình đánh giá"),
    "programme_sent": _("Trình chương trình đánh giá"),
    "programme_approved": _("Phê duyệt chương trình đánh giá"),
    "programme_revised": _("Mở lại chương trình để sửa"),
    "audit_created": _("Lập cuộc đánh giá"),
    "audit_changed": _("Sửa cuộc đánh giá"),
    "audit_member_added": _("Thêm người vào đoàn đánh giá"),
    "audit_member_ended": _("Đưa người ra khỏi đoàn đánh giá"),
    "audit_auditor_replaced": _("Đổi đánh giá viên của dòng kế hoạch"),
    "auditor_registered": _("Thêm người vào sổ đánh giá viên"),
    "auditor_changed": _("Sửa sổ đánh giá viên"),
    "auditor_trained": _("Ghi khóa đào tạo đánh giá viên"),
    "auditor_training_removed": _("Xóa khóa đào tạo ghi nhầm"),
    "loan_asked": _("Đề nghị mượn đánh giá viên"),
    "loan_agreed": _("Đồng ý cho mượn đánh giá viên"),
    "loan_declined": _("Không cho mượn đánh giá viên"),
    "loan_withdrawn": _("Rút đề nghị mượn đánh giá viên"),
    "audit_lead_changed": _("Đổi trưởng đoàn đánh giá"),
    "audit_plan_changed": _("Sửa kế hoạch đánh giá"),
    "audit_plan_sent": _("Trình kế hoạch đánh giá"),
    "audit_plan_fixed": _("Chốt kế hoạch đánh giá"),
    "audit_row_moved": _("Đổi giờ một dòng của kế hoạch"),
    "audit_meeting_moved": _("Đổi giờ họp khai mạc, họp kết thúc"),
    "invitation_accepted": _("Nhận lời mời đánh giá"),
    "another_time_asked": _("Đề nghị đổi giờ đánh giá"),
    "another_time_declined": _("Giữ nguyên giờ đánh giá"),
    "audit_plan_reopened": _("Mở lại kế hoạch đánh giá"),
    "audit_cancelled": _("Hủy cuộc đánh giá"),
    "audit_checklist_made": _("Lập phiếu đánh giá"),
    "audit_question_added": _("Thêm câu hỏi vào phiếu"),
    "audit_checklist_arranged": _("Sắp xếp câu hỏi của phiếu"),
    "audit_questions_assigned": _("Giao câu hỏi của phiếu"),
    "audit_questions_left_out": _("Bỏ câu hỏi khỏi phiếu"),
    "audit_answer_chosen": _("Chọn giữa các câu trả lời"),
    "audit_entries_set_aside": _("Để riêng nội dung gửi từ máy"),
    "audit_aside_decided": _("Quyết định về nội dung để riêng"),
    "audit_started": _("Bắt đầu đánh giá"),
    "audit_report_changed": _("Sửa báo cáo đánh giá"),
    "audit_report_sent": _("Trình báo cáo đánh giá"),
    "audit_report_accepted": _("Chấp nhận báo cáo đánh giá"),
    "audit_report_ended": _("Kết thúc việc chờ chấp nhận báo cáo của cơ quan đã đóng"),
    "audit_fact_added": _("Bổ sung thông tin sau báo cáo"),
    "audit_concluded": _("Kết luận cuộc đánh giá"),
    "audit_closed": _("Đóng cuộc đánh giá"),
    "finding_raised": _("Ghi phát hiện"),
    "finding_changed": _("Sửa phát hiện"),
    "finding_checked": _("Xác nhận phát hiện ghi nhanh"),
    "finding_dropped": _("Rút phát hiện"),
    "finding_told": _("Thông báo phát hiện"),
    "finding_accepted": _("Đơn vị thống nhất phát hiện"),
    "finding_disputed": _("Đơn vị chưa thống nhất phát hiện"),
    "finding_upheld": _("Giữ nguyên phát hiện"),
    "nonconformity_opened": _("Mở sự không phù hợp"),
    "nonconformity_analysed": _("Phân tích sự không phù hợp"),
    "nonconformity_dropped": _("Rút sự không phù hợp"),
    "nonconformity_closed": _("Đóng sự không phù hợp"),
    "nonconformity_taken_over": _("Giao sự không phù hợp cho cơ quan kế thừa"),
    "nonconformity_ended": _("Kết thúc sự không phù hợp của cơ quan đã đóng"),
    "nonconformity_ineffective": _("Hành động khắc phục chưa hiệu lực"),
    "action_added": _("Thêm hành động khắc phục"),
    "action_removed": _("Bỏ hành động khắc phục"),
    "action_done": _("Hoàn thành hành động khắc phục"),
    "plan_sent": _("Gửi kế hoạch hành động khắc phục"),
    "plan_agreed": _("Đồng ý kế hoạch hành động khắc phục"),
    "plan_sent_back": _("Trả lại kế hoạch hành động khắc phục"),
    "plan_skipped": _("Bỏ qua kế hoạch theo quy tắc của cơ quan"),
    "extent_asked": _("Hỏi về phạm vi ảnh hưởng"),
    "extent_answered": _("Trả lời về phạm vi ảnh hưởng"),
    "extent_taken_back": _("Rút câu hỏi về phạm vi ảnh hưởng"),
    "action_longer_asked": _("Xin lùi hạn hành động khắc phục"),
    "action_longer_answered": _("Trả lời đề nghị lùi hạn"),
    "action_handed_over": _("Giao lại hành động khắc phục"),
    "cause_added": _("Thêm nguyên nhân vào danh mục"),
    "cause_ended": _("Ngừng dùng một nguyên nhân"),
    "review_called": _("Lập kỳ xem xét của lãnh đạo"),
    "review_changed": _("Sửa kỳ xem xét của lãnh đạo"),
    "review_collected": _("Thu thập lại số liệu xem xét"),
    "review_input_written": _("Ghi nội dung xem xét"),
    "review_decision_added": _("Thêm kết luận xem xét của lãnh đạo"),
    "review_decision_removed": _("Bỏ kết luận xem xét của lãnh đạo"),
    "review_sent": _("Trình biên bản xem xét của lãnh đạo"),
    "review_signed": _("Ký biên bản xem xét của lãnh đạo"),
    "review_decision_done": _("Hoàn thành kết luận xem xét của lãnh đạo"),
    "review_decision_handed_over": _("Giao lại kết luận xem xét của lãnh đạo"),
    "lesson_offered": _("Chia sẻ bài học"),
    "lesson_changed": _("Sửa bài học"),
    "lesson_withdrawn": _("Rút bài học"),
    "questions_taken": _("Nhập câu hỏi đánh giá từ bảng tính"),
    "correction_rule_changed": _("Sửa quy tắc xử lý sự không phù hợp"),
    "grades_named": _("Đặt tên, yêu cầu bằng chứng cho các mức phát hiện"),
}


def _audits(agency: Agency) -> str:
    return reverse("agency_audits", args=[agency.pk])


def _every(tasks: Callable[..., list[frame.Task]]) -> Callable[[Person], list[frame.Task]]:
    return partial(tasks, most=waiting.EVERY)


PARTS = (
    frame.Band("unsent", "audits/_unsent.html", wanted=lambda request: COOKIE in request.COOKIES),
    frame.AgencyTab("audits", _("Đánh giá"), _audits, may_open=rules.may_see_audits_of, order=30),
    frame.TaskSource(
        "audit_days", _("Cuộc đánh giá của bạn"), duties.audits, order=38, on_home=True,
        waiting=duties.audits_of, every=_every(duties.audits),
    ),
    frame.TaskSource(
        "audit_reports", _("Báo cáo đánh giá chờ bạn"), duties.reports, order=39, on_home=True,
        waiting=duties.reports_of, every=_every(duties.reports),
    ),
    frame.TaskSource(
        "audit_set_aside", _("Nội dung gửi muộn từ máy chờ trưởng đoàn quyết định"), duties.set_aside, order=40, on_home=True,
        waiting=duties.set_aside_of, every=_every(duties.set_aside),
    ),
    frame.TaskSource(
        "audit_actions", _("Hành động khắc phục của bạn"), waiting.actions, order=40, on_home=True,
        waiting=waiting.actions_of, every=_every(waiting.actions),
    ),
    frame.TaskSource(
        "review_decisions", _("Việc được giao tại xem xét của lãnh đạo"), waiting.decisions, order=40, on_home=True,
        waiting=waiting.decisions_of, every=_every(waiting.decisions),
    ),
    frame.TaskSource(
        "audit_replies", _("Phát hiện chờ đơn vị trả lời"), waiting.replies, order=41, on_home=True,
        waiting=waiting.replies_of, every=_every(waiting.replies),
    ),
    frame.TaskSource(
        "audit_disputes", _("Phát hiện chờ trưởng đoàn quyết định"), waiting.disputes, order=41, on_home=True,
        waiting=waiting.disputes_of, every=_every(waiting.disputes),
    ),
    frame.TaskSource(
        "audit_unfinished", _("Phát hiện cần hoàn thiện"), waiting.unfinished, order=41, on_home=True,
        waiting=waiting.unfinished_of, every=_every(waiting.unfinished),
    ),
    frame.TaskSource(
        "audit_analyses", _("Sự không phù hợp chờ đơn vị phân tích"), waiting.analyses, order=42, on_home=True,
        waiting=waiting.analyses_of, every=_every(waiting.analyses),
    ),
    frame.TaskSource(
        "audit_extent", _("Câu hỏi về phạm vi chờ trả lời"), waiting.questions, order=44, on_home=True,
        waiting=waiting.questions_of, every=_every(waiting.questions),
    ),
    frame.TaskSource(
        "audit_invitations", _("Lời mời đánh giá chờ trả lời"), waiting.invitations, order=41, on_home=True,
        waiting=waiting.invitations_of, every=_every(waiting.invitations),
    ),
    frame.TaskSource(
        "audit_times", _("Đề nghị đổi giờ đánh giá chờ trả lời"), waiting.times, order=41, on_home=True,
        waiting=waiting.times_of, every=_every(waiting.times),
    ),
    frame.TaskSource(
        "audit_loans", _("Đề nghị mượn đánh giá viên chờ trả lời"), waiting.loans, order=44, on_home=True,
        waiting=waiting.loans_of, every=_every(waiting.loans),
    ),
    frame.TaskSource(
        "audit_longer", _("Đề nghị lùi hạn chờ trả lời"), waiting.longer, order=45, on_home=True,
        waiting=waiting.longer_of, every=_every(waiting.longer),
    ),
    frame.TaskSource(
        "audit_orphans", _("Hành động cần giao lại"), waiting.orphans, order=46, on_home=True,
        waiting=waiting.orphans_of, every=_every(waiting.orphans),
    ),
    frame.TaskSource(
        "audit_leftovers", _("Sự không phù hợp còn mở của cơ quan đã kết thúc hoạt động"), leftovers.tasks, order=47, on_home=True,
        waiting=leftovers.rows, every=_every(leftovers.tasks),
    ),
    frame.TaskSource(
        "audit_left_open", _("Cuộc đánh giá còn mở của cơ quan đã kết thúc hoạt động"), leftovers.audits, order=47, on_home=True,
        waiting=leftovers.audits_of, every=_every(leftovers.audits),
    ),
    frame.Unfinished("audits", _("Cuộc đánh giá chưa đóng"), figures.audits_going_on, order=20),
    frame.Unfinished("corrections", _("Sự không phù hợp chưa đóng"), figures.corrections_going_on, order=21),
    frame.TaskSource(
        "audit_judgements", _("Đến ngày đánh giá hiệu lực"), waiting.judgements, order=43, on_home=True,
        waiting=waiting.judgements_of, every=_every(waiting.judgements),
    ),
)  # fmt: skip


def register() -> None:
    """Registers the extensions; called once, when the app is ready."""
    frame.name_events(EVENTS)
    for part in PARTS:
        frame.add(part)
