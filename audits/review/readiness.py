"""What prevents the record of a review from being sent and signed: each point is a sentence with
advice."""

from django.utils.translation import gettext as _

from audits.models import ManagementReview
from audits.review.agenda import Topic
from qms.clock import today, written


def points(review: ManagementReview) -> list[str]:
    """Every open point. Empty if the record can be sent."""
    found = []
    if review.held_on > today():
        found.append(
            _("Cuộc họp ngày %(day)s chưa diễn ra nên chưa trình ký được. Hãy trình sau cuộc họp.")
            % {"day": written(review.held_on)}
        )
    if not review.present:
        found.append(_("Chưa ghi ai dự họp. Hãy chọn người dự họp."))
    if review.collected_at is None:
        found.append(_("Số liệu chưa thu thập xong. Hãy chờ, hoặc bấm “Thu thập lại”."))
    empty = [
        str(Topic(one.topic).label)
        for one in review.inputs.all()
        if not one.figures and not one.said
    ]
    if empty:
        found.append(
            _("Còn %(count)d nội dung chưa có gì: %(which)s. Hãy ghi nội dung; nếu không có gì thì ghi rõ là không có.")
            % {"count": len(empty), "which": "; ".join(empty)}
        )  # fmt: skip
    if not review.minutes.strip():
        found.append(_("Chưa ghi diễn biến cuộc họp."))
    if not review.conclusion.strip():
        found.append(_("Chưa ghi kết luận của người chủ trì."))
    return found
