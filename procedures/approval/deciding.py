"""Documents issued by a decision: the clerk enters its number, symbol and date once all have
signed."""

import datetime
import re

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from procedures import lifecycle, rules
from procedures.approval import issuing
from procedures.models import Decision, Version
from qms import access
from qms.access import Person
from qms.approvals import lifecycle as approvals
from qms.clock import today
from qms.errors import Refused
from qms.frame import Task
from qms.models import Approval, User
from qms.proof import journal
from qms.roles import Role

LARGEST_NUMBER = 99_999
PAPER = re.compile(r"^0*(\d{1,5})/(\S+)$")
SYMBOL = re.compile(r"^[A-Z\u0110][A-Z\u01100-9&.\-]{0,58}$")


@journal.acts()
def issue_by_decision(
    approval: Approval, *, number: int, symbol: str, dated: datetime.date, title: str, by: User
) -> Decision:
    """Enters the decision and issues everything in the approval on its date: all or nothing.

    Raises Refused for the wrong role, an approval that does not wait for its decision, a duplicate
    number, and a date before the last signature or in the future."""
    approval = Approval.objects.select_for_update(of=("self",), no_key=True).get(pk=approval.pk)
    if not rules.may_decide(by, approval):
        raise Refused(
            _("Chỉ thư ký ISO của %(agency)s được ghi quyết định này.")
            % {"agency": approval.agency}
        )
    if approval.state != Approval.State.APPROVED:
        raise Refused(_("Lần trình này không chờ quyết định ban hành."))
    lifecycle.hold_codes(approval.agency_id)  # also prevents concurrent use of a number
    symbol = symbol.strip().upper()
    _check(approval, number, symbol, dated)
    decision = Decision.objects.create(
        agency=approval.agency,
        number=number,
        symbol=symbol,
        dated=dated,
        year=dated.year,
        title=" ".join(title.split())[:500] or approval.title,
        approval=approval,
        by=by,
        by_name=str(by),
    )
    issuing.issue_all(approval, issued_on=dated, by=by, decision=decision)
    approvals.finish(approval, by=by)
    journal.append(
        "decided",
        f"approval:{approval.pk}",
        agency=approval.agency,
        by=by,
        number=decision.label,
        dated=dated.isoformat(),
        title=decision.title,
    )
    return decision


def _check(approval: Approval, number: int, symbol: str, dated: datetime.date) -> None:
    if not 0 < number <= LARGEST_NUMBER:
        raise Refused(_("Số quyết định phải từ 1 đến 99.999."))
    if not SYMBOL.match(symbol):
        raise Refused(
            _("Ký hiệu chỉ gồm chữ in hoa, số và dấu gạch nối, ví dụ QĐ-STP. Hãy ghi lại.")
        )
    signed = issuing.last_signature_on(approval)
    if dated < signed:
        raise Refused(
            _("Ngày quyết định không được trước ngày ký cuối cùng (%(day)s).")
            % {"day": f"{signed:%d/%m/%Y}"}
        )
    if dated > today():
        raise Refused(_("Ngày quyết định chưa tới. Hãy kiểm tra lại ngày."))
    used = Decision.objects.filter(
        agency=approval.agency, year=dated.year, number=number, symbol=symbol
    ).first()
    if used is not None:
        raise Refused(
            _("Số %(label)s đã dùng trong năm %(year)d cho “%(title)s”. Hãy kiểm tra lại số.")
            % {"label": used.label, "year": used.year, "title": used.title}
        )


def next_number(approval: Approval) -> int:
    """The agency's last number of the year plus one, as a proposal: of its decisions here and of
    the papers that it recorded."""
    year, symbol = today().year, usual_symbol(approval)
    rows = Decision.objects.filter(agency=approval.agency, year=year)
    last = rows.order_by("-number").values_list("number", flat=True).first()
    papers = Version.objects.filter(
        agency=approval.agency, origin=Version.Origin.RECORDED, issued_on__year=year
    )
    numbers = [
        int(found[1])
        for paper in papers.values_list("paper", flat=True)
        if (found := PAPER.match(str(paper.get("number") or ""))) and found[2] == symbol
    ]
    return max([last or 0, *numbers]) + 1


def usual_symbol(approval: Approval) -> str:
    """The agency's last symbol, else the sign for decisions and the agency's code."""
    last = Decision.objects.filter(agency=approval.agency).values_list("symbol", flat=True).first()
    return last or f"Q{chr(0x110)}-{approval.agency.code}"


def waiting(user: Person) -> QuerySet[Approval] | None:
    """Approvals of documents that have all signatures and wait until the person enters their
    decision."""
    agencies = access.agencies_with(user, Role.OFFICER)
    if not agencies:
        return None
    return Approval.objects.filter(
        agency__in=agencies, kind="document", state=Approval.State.APPROVED
    )


def tasks(user: Person, most: int = 20) -> list[Task]:
    """The same as tasks, oldest first."""
    found = waiting(user)
    return [
        Task(
            one.title,
            reverse("procedures_admin:decide", args=[one.pk]),
            _("đã đủ chữ ký, chờ ghi số quyết định"),
        )
        for one in (found.order_by("pk")[:most] if found is not None else ())
    ]
