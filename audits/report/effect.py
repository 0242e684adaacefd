"""What the lead's signature under a report brings about, shown before it is given: it concludes the
audit, over whatever has no answer and beside whatever came late."""

import json

from django.utils.translation import gettext as _

from audits.models import Audit, Report
from audits.report import later, readiness, unanswered
from qms.approvals import queries, subjects
from qms.approvals.subjects import Effect, Tick
from qms.models import Approval


def effect(approval: Approval) -> Effect:
    """The effect of the present step's signature: none but the lead's concludes the audit."""
    item = approval.items.get()
    audit = Audit.objects.get(pk=subjects.number(item.subject))
    if audit.state != Audit.State.UNDER_WAY or approval.step != 0 or not queries.are_whole([item]):
        return Effect()
    report = Report.objects.select_related("approval").get(audit=audit)
    said = [
        _(
            "Chữ ký này kết luận cuộc đánh giá: phát hiện được thông báo cho đơn vị và không sửa được nữa; mỗi phát hiện không phù hợp mở một sự không phù hợp; nội dung đến sau chỉ được ghi bên cạnh báo cáo."
        )  # fmt: skip
    ]
    ticks = []
    missing = unanswered.of(json.loads(queries.bytes_of(item)))
    if missing:
        said.append(unanswered.sentence(missing))
        ticks.append(_over_unanswered(unanswered.count(missing)))
    came = later.since_sent(audit, report)
    if came is not None:
        said.append("\n".join([came.summary, *came.lines]))
        said.append(came.advice)
        if came.is_left_beside:
            ticks.append(_beside(came))
    said += readiness.points(audit, report)
    return Effect(said, _("Ký và kết luận cuộc đánh giá"), ticks)


def _over_unanswered(count: int) -> Tick:
    return Tick(
        f"unanswered-{count}", unanswered.confirmation(count), unanswered.unconfirmed(count)
    )


def _beside(came: later.Later) -> Tick:
    last = max((one.pk for one in came.answers), default=0)
    return Tick(
        f"beside-{last}",
        _("Ký báo cáo như đã trình; nội dung đến sau được ghi bên cạnh báo cáo."),
        _("Có nội dung đến sau khi trình báo cáo. Hãy xem lại, rồi xác nhận để bên cạnh báo cáo hoặc rút lại và trình lại."),
    )  # fmt: skip
