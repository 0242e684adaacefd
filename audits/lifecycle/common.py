"""Shared by the steps: locks, refusals, input checks."""

from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Max, Model
from django.utils.translation import gettext as _

from audits import rules
from audits.models import Audit, Finding, Nonconformity
from qms import locks
from qms.clock import today
from qms.errors import Refused
from qms.models import Agency, Appointment, Role, Signature, Unit, User

M = TypeVar("M", bound=Model)


def locked(row: M) -> M:
    """The current row, locked until the transaction ends. Raises Refused if it was
    deleted meanwhile."""
    return locks.row(type(row)._default_manager.all(), row.pk)


def check(allowed: bool, message: Any) -> None:
    """Raises Refused with the message unless allowed."""
    if not allowed:
        raise Refused(str(message))


def in_state(row: Any, *states: str) -> None:
    """Raises Refused, naming the current state, unless the row is in one of these states."""
    if row.state not in states:
        raise Refused(
            _("Không làm được việc này khi đang ở tình trạng “%(state)s”.")
            % {"state": row.get_state_display()}
        )


def need(text: str, message: Any) -> str:
    """The stripped text. Raises Refused with the message if it is empty."""
    text = (text or "").strip()
    check(bool(text), message)
    return text


def cleaned(row: M) -> M:
    """The row, after validating its fields and constraints. Raises Refused with the errors."""
    try:
        row.full_clean()
    except ValidationError as problem:
        raise Refused(" ".join(problem.messages)) from None
    return row


def unit_of(agency: int, unit: Unit) -> Unit:
    """The unit. Raises Refused unless it belongs to the agency and is active today."""
    check(unit.agency_id == agency, _("Đơn vị này không thuộc cơ quan được đánh giá."))
    check(
        unit.active_to is None or unit.active_to >= today(),
        _("Đơn vị %(unit)s đã kết thúc hoạt động.") % {"unit": unit.name},
    )
    return unit


def is_auditor(person: User) -> bool:
    """Whether the person holds the role of an auditor somewhere today."""
    held = Appointment.objects.current().filter(person=person, role=Role.AUDITOR)
    return person.is_active and held.exists()


def holds_a_post(person: User) -> bool:
    return person.is_active and Appointment.objects.current().filter(person=person).exists()


def need_leads_own(audit: Audit, signature: Signature) -> None:
    """Raises Refused unless today's lead signed: nobody declares independence or concludes in the
    lead's place, neither a substitute nor whoever was named for a step that lacked people."""
    lead = rules.lead_of(audit)
    check(
        lead is not None and signature.person_id == lead.person_id,
        _("Bước này phải do chính trưởng đoàn ký, không ai ký thay được. Nếu trưởng đoàn đã thay đổi, hãy rút lại rồi trình lại."),
    )  # fmt: skip


def next_number(model: type[Finding] | type[Nonconformity], agency: int) -> tuple[int, int]:
    """The year and the next free number in it; the agency is locked, so that nobody takes
    it twice."""
    hold_agency(agency)
    year = today().year
    rows = model._default_manager.filter(agency=agency, year=year)
    return year, (rows.aggregate(last=Max("number"))["last"] or 0) + 1


def hold_agency(agency: int) -> Agency:
    """Locks the agency, so that what is unique in it is compared with rows that nobody adds
    to meanwhile."""
    return Agency.objects.select_for_update(no_key=True).get(pk=agency)


def name_of(by: User | None) -> str:
    return str(by) if by else ""


def subject(row: Model) -> str:
    """The row's subject in the journal."""
    return f"{row._meta.model_name}:{row.pk}"


CHANGING = (Audit.State.PLANNING, Audit.State.PLANNED, Audit.State.UNDER_WAY)
