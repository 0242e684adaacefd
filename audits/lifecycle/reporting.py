"""Steps of the report that need no signature: writing it, and adding what became known after it
was signed."""

from django.db import transaction
from django.utils.translation import gettext as _

from audits.lifecycle.common import check, cleaned, in_state, locked, name_of, need
from audits.lifecycle.meanwhile import REPORT, unchanged
from audits.models import Audit, LaterFact, Report
from audits.report import rules
from qms.approvals import queries
from qms.models import User
from qms.proof import journal

State = Audit.State
MOST_FACTS = 500


@transaction.atomic
def edit_report(
    audit: Audit,
    *,
    summary: str = "",
    strengths: str = "",
    conclusion: str = "",
    proposals: str = "",
    by: User,
    was: str = "",
) -> Report:
    """Edits the text of the report. Raises Refused while it is in approval or once it
    was accepted."""
    audit = locked(audit)
    check(
        rules.may_edit_report(by, audit),
        _("Chỉ trưởng đoàn và đánh giá viên của đoàn được viết báo cáo."),
    )
    in_state(audit, State.UNDER_WAY, State.CONCLUDED)
    report = Report.objects.filter(audit=audit).first() or Report(audit=audit)
    check(report.accepted_on is None, _("Báo cáo đã được chấp nhận nên không sửa được nữa."))
    check(
        queries.open_for(f"audit_report:{audit.pk}") is None,
        _("Báo cáo đang được trình. Hãy rút lại trước khi sửa."),
    )
    unchanged(report, REPORT, was)
    report.summary, report.strengths = summary.strip(), strengths.strip()
    report.conclusion, report.proposals = conclusion.strip(), proposals.strip()
    if journal.differs(cleaned(report)):
        report.save()
        journal.append("audit_report_changed", f"audit:{audit.pk}", agency=audit.agency, by=by)
    return report


@transaction.atomic
def add_later_fact(audit: Audit, *, text: str, by: User) -> LaterFact:
    """Adds a fact that became known after the lead signed. It is kept next to the report with day
    and name, and never changed."""
    audit = locked(audit)
    check(
        rules.may_add_later_fact(by, audit),
        _("Chỉ đoàn đánh giá và thư ký ISO được bổ sung thông tin sau báo cáo."),
    )
    in_state(audit, State.CONCLUDED, State.CLOSED)
    text = need(text, _("Hãy ghi thông tin bổ sung."))
    check(len(text) <= 5000, _("Nội dung quá dài. Hãy viết trong 5.000 ký tự."))
    check(
        LaterFact.objects.filter(audit=audit).count() < MOST_FACTS,
        _("Báo cáo này đã có quá nhiều thông tin bổ sung."),
    )
    fact = LaterFact.objects.create(audit=audit, text=text, by=by, by_name=name_of(by))
    journal.append("audit_fact_added", f"audit:{audit.pk}", agency=audit.agency, by=by)
    return fact
