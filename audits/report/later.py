"""What came after a report was sent: answers, which may be left beside it, and anything else, for
which it has to be built again."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from audits.models import Answer, Audit, Report
from audits.report import building, unanswered
from qms import frame
from qms.approvals import queries
from qms.approvals.sealing import canonical
from qms.clock import written
from qms.models import Approval, Event

OF_OTHERS = frozenset({"compared", "open_before"})  # about other audits and older corrections
OF_ANSWERS = frozenset({"coverage", "noted"})  # what answers alone change
ADDED = frozenset({"noted"})  # to the facts of a report, after the first reports were sealed
FINDINGS = ("finding_raised", "finding_changed", "finding_checked", "finding_dropped")
MOST_NAMED = 5


@dataclass(frozen=True)
class Later:
    """What came after the report was sent, oldest first. `other`: something else that the report
    says has changed."""

    approval: Approval
    answers: list[Answer]
    findings: list[tuple[str, Event]]  # the code of the finding, what was done
    other: bool

    @property
    def is_left_beside(self) -> bool:
        """Whether the report can be signed as it was sent: only answers came."""
        return not (self.findings or self.other)

    @property
    def lines(self) -> list[str]:
        """Each answer and finding: what, who, when; the first few, then how many more."""
        said = [
            *(_line(_of_answer(one), one.by_name, one.at) for one in self.answers),
            *(
                _line(f"{frame.event_label(one.kind)} {code}", one.by_name, one.at)
                for code, one in self.findings
            ),
        ]
        if self.other:
            said.append(_("Đoàn đánh giá, kế hoạch hoặc bằng chứng của phát hiện đã thay đổi."))
        more = len(said) - MOST_NAMED
        shown = said[:MOST_NAMED]
        return [*shown, _("và %(count)d nội dung khác") % {"count": more}] if more > 0 else shown

    @property
    def summary(self) -> str:
        """How many answers and findings came."""
        return _("Đến sau khi trình báo cáo: %(answers)d câu trả lời, %(findings)d thay đổi về phát hiện.") % {
            "answers": len(self.answers), "findings": len(self.findings),
        }  # fmt: skip

    @property
    def advice(self) -> str:
        """What to do about it."""
        if self.is_left_beside:
            return _("Trưởng đoàn chọn một trong hai cách: rút lại rồi trình lại để báo cáo có cả các câu trả lời này; hoặc ký báo cáo như đã trình, các câu trả lời này được ghi bên cạnh báo cáo.")  # fmt: skip
        return _("Phát hiện hoặc đoàn đánh giá đã thay đổi sau khi trình nên báo cáo không ký được nữa. Hãy rút lại rồi trình lại báo cáo.")  # fmt: skip


def since_sent(audit: Audit, report: Report | None) -> Later | None:
    """What came after the report was sent, while it awaits the lead's signature; None if the report
    still says what the audit says. A constant number of queries."""
    approval = report.approval if report is not None else None
    if report is None or approval is None or approval.state != Approval.State.OPEN:
        return None
    if audit.state != Audit.State.UNDER_WAY:
        return None
    sealed = own(json.loads(queries.bytes_of(approval.items.get())))
    facts = json.loads(canonical(building.facts(audit, report)))
    now = own(_without(facts, ADDED - sealed.keys()))
    if sealed == now:
        return None
    findings = _findings(audit, approval) if sealed["findings"] != now["findings"] else []
    rest = {*OF_ANSWERS, "findings"} if findings else OF_ANSWERS
    other = _without(sealed, rest) != _without(now, rest)
    return Later(approval, list(answers_after(audit, approval)), findings, other)


def own(facts: dict[str, Any]) -> dict[str, Any]:
    """The part of a report about its own audit."""
    coverage = [unanswered.as_counted_now(one) for one in facts["coverage"]]
    return {**_without(facts, OF_OTHERS), "coverage": coverage}


def _without(facts: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    left_out = set(names)
    return {name: value for name, value in facts.items() if name not in left_out}


def beside(audit: Audit, report: Report | None) -> list[Answer]:
    """The answers that the lead left beside the report: given after it was sent, before the lead
    signed."""
    approval = report.approval if report is not None else None
    if approval is None or not audit.is_told or approval.state in queries.CAME_BACK:
        return []
    return list(answers_after(audit, approval))


def answers_after(audit: Audit, approval: Approval) -> Any:
    rows = Answer.objects.filter(item__audit=audit, at__gt=approval.sent_at)
    return rows.select_related("item").order_by("at", "pk")


def _findings(audit: Audit, approval: Approval) -> list[tuple[str, Event]]:
    codes = {f"finding:{one.pk}": one.code for one in audit.findings.all()}
    rows = Event.objects.filter(subject__in=codes, kind__in=FINDINGS, at__gt=approval.sent_at)
    return [(codes[one.subject], one) for one in rows.order_by("at", "pk")]


def _of_answer(one: Answer) -> str:
    return f"“{Truncator(one.item.text).chars(80)}”: {one.get_result_display()}"


def _line(what: str, who: str, at: Any) -> str:
    local = timezone.localtime(at)
    return f"{what} ({who}, {local:%H:%M} {written(local.date())})"
