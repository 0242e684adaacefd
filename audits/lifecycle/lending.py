"""Steps of lending an auditor to another agency's audit: requested by whoever plans it, agreed by
the lender's officer.

On agreement the auditor joins the team, and leaves it when the audit closes; they get access to
this audit only."""

import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audits import rules as audit_rules
from audits import telling
from audits.auditors import competence, rules
from audits.lifecycle.common import CHANGING, check, cleaned, in_state, locked, name_of, need
from audits.models import Audit, Loan, Member
from qms.clock import today, written
from qms.errors import Refused
from qms.models import Agency, Appointment, Role, User
from qms.proof import journal

State = Loan.State
MOST_OPEN = 20  # per audit


@transaction.atomic
def ask_loan(
    audit: Audit,
    *,
    lender: Agency,
    starts_on: datetime.date,
    ends_on: datetime.date,
    reason: str,
    by: User | None,
    person: User | None = None,
    in_return: User | None = None,
) -> Loan:
    """Requests this auditor, or one that the agency names; `in_return` is offered in exchange.
    Raises Refused."""
    audit = locked(audit)
    check(
        by is None or audit_rules.may_plan(by, audit),
        _("Chỉ thư ký ISO của cơ quan đánh giá và trưởng đoàn được đề nghị mượn đánh giá viên."),
    )
    in_state(audit, *CHANGING)
    check(
        lender.pk not in {audit.agency_id, audit.body_id},
        _("Hãy chọn một cơ quan khác; người của cơ quan mình thì thêm thẳng vào đoàn."),
    )
    check(
        Agency.objects.active().filter(pk=lender.pk).exists(),
        _("Cơ quan này đã kết thúc hoạt động."),
    )
    check(
        audit.starts_on <= starts_on and ends_on <= audit.ends_on,
        _("Ngày mượn phải nằm trong các ngày đánh giá, từ %(first)s đến %(last)s.")
        % {"first": written(audit.starts_on), "last": written(audit.ends_on)},
    )
    if person is not None:
        _check_lent(person, lender, audit)
    if in_return is not None:
        check(
            audits_for(in_return, audit.body_id or audit.agency_id),
            _("%(name)s không phải đánh giá viên của cơ quan mình.") % {"name": in_return},
        )
    check(
        audit.loans.filter(state=State.ASKED).count() < MOST_OPEN,
        _("Đã có %(most)d đề nghị đang chờ trả lời.") % {"most": MOST_OPEN},
    )
    loan = Loan(
        audit=audit, lender=lender, person=person, in_return=in_return, starts_on=starts_on, ends_on=ends_on,
        reason=need(reason, _("Hãy ghi lý do mượn đánh giá viên.")), asked_by=by, asked_by_name=name_of(by),
    )  # fmt: skip
    cleaned(loan).save()
    telling.loan_asked(loan, by)
    _tell("loan_asked", loan, by)
    return loan


@transaction.atomic
def agree_to_loan(
    loan: Loan, *, by: User | None, person: User | None = None, answer: str = ""
) -> Loan:
    """Agrees for the lender: the auditor joins the team from today, for lines within the
    requested days."""
    audit = locked(loan.audit)  # before the loan, as the end of an audit does
    loan = _answered_by(loan, by)
    in_state(audit, *CHANGING)
    chosen = loan.person or person
    if chosen is None:
        raise Refused(_("Hãy chọn đánh giá viên được cử đi."))
    _check_lent(chosen, loan.lender, audit, offered=loan.person is None)
    loan.person, loan.answer = chosen, answer.strip()
    _close(loan, State.AGREED, by)
    member = Member(audit=audit, person=chosen, part=Member.Part.AUDITOR)
    cleaned(member).save()
    telling.assigned(member, by)
    telling.loan_answered(loan, by)
    _tell("loan_agreed", loan, by)
    return loan


@transaction.atomic
def decline_loan(loan: Loan, *, answer: str, by: User | None) -> Loan:
    """Declines for the lender, with a reason."""
    loan = _answered_by(loan, by)
    loan.answer = need(answer, _("Hãy ghi lý do không cho mượn."))
    _close(loan, State.DECLINED, by)
    telling.loan_answered(loan, by)
    _tell("loan_declined", loan, by)
    return loan


@transaction.atomic
def withdraw_loan(loan: Loan, *, by: User | None) -> Loan:
    """Withdraws an unanswered request, by the requester."""
    loan = locked(loan)
    check(
        by is None or audit_rules.may_plan(by, loan.audit),
        _("Chỉ bên đã đề nghị được rút đề nghị."),
    )
    in_state(loan, State.ASKED)
    _close(loan, State.WITHDRAWN, by)
    _tell("loan_withdrawn", loan, by)
    return loan


def lent_days(audit: Audit, person: int) -> tuple[datetime.date, datetime.date] | None:
    """(first, last day) for which somebody was lent to the audit; None if they were not."""
    row = audit.loans.filter(person=person, state=State.AGREED).order_by("-pk").first()
    return (row.starts_on, row.ends_on) if row is not None else None


def audits_for(person: User, agency: int) -> bool:
    """Whether the person holds the role of an auditor in the agency today."""
    held = Appointment.objects.current().filter(person=person, agency=agency, role=Role.AUDITOR)
    return person.is_active and held.exists()


def _check_lent(person: User, lender: Agency, audit: Audit, *, offered: bool = False) -> None:
    """Raises Refused unless the person is a competent auditor of the lender, offered in its
    register or named by it (`offered`), and not on the team yet."""
    check(
        audits_for(person, lender.pk),
        _("%(name)s không phải đánh giá viên của %(agency)s.")
        % {"name": person, "agency": lender.name},
    )
    check(
        offered or person.auditor_records.filter(agency=lender, lendable=True).exists(),
        _("%(agency)s không giới thiệu người này. Hãy hỏi cơ quan mà không nêu tên ai.")
        % {"agency": lender.name},
    )
    fault = competence.register_of([person.pk]).why_not(person.pk, until=audit.ends_on)
    check(not fault, _("%(name)s: %(fault)s.") % {"name": person, "fault": fault})
    check(
        not audit.members.filter(person=person, ends_on=None).exists(),
        _("Người này đã tham gia cuộc đánh giá."),
    )


def _answered_by(loan: Loan, by: User | None) -> Loan:
    loan = locked(loan)
    check(
        by is None or rules.may_answer_loan(by, loan),
        _("Chỉ thư ký ISO của cơ quan được hỏi trả lời."),
    )
    in_state(loan, State.ASKED)
    return loan


def _close(loan: Loan, state: str, by: User | None) -> None:
    loan.state, loan.answered_on, loan.answered_by_name = state, today(), name_of(by)
    cleaned(loan).save()


def _tell(kind: str, loan: Loan, by: User | None, **facts: Any) -> None:
    """Appends to the journals of both agencies: each sees what it agreed to."""
    facts |= {"name": str(loan.person or ""), "lender": loan.lender.name}
    agencies = (loan.audit.body or loan.audit.agency, loan.lender)
    for agency in sorted(agencies, key=lambda one: one.pk):  # lock order of the chains
        journal.append(kind, f"audit:{loan.audit_id}", agency=agency, by=by, **facts)
