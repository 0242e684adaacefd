"""Steps of the register of auditors: records and training."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audits.auditors import rules
from audits.lifecycle.common import check, cleaned, hold_agency, locked
from audits.models import AuditorRecord, Training
from procedures.models import Clause
from qms.clock import today
from qms.models import Appointment, Role, User
from qms.proof import journal


@transaction.atomic
def save_auditor(record: AuditorRecord, *, by: User | None) -> AuditorRecord:
    """Creates or updates an auditor's record. Raises Refused for a person who is no auditor of
    the agency."""
    hold_agency(record.agency_id)
    _check_tends(record, by)
    is_new = record.pk is None
    if not is_new:
        locked(record)
    held = Appointment.objects.current().filter(
        person=record.person_id, agency=record.agency_id, role=Role.AUDITOR
    )
    check(
        not is_new or held.exists(),
        _("%(name)s không giữ vai trò đánh giá viên nội bộ của cơ quan. Hãy nhờ quản trị cơ quan giao vai trò trước.")
        % {"name": record.person},
    )  # fmt: skip
    record.fields = " ".join(record.fields.split())
    record.clauses = sorted(set(record.clauses))
    known = set(Clause.objects.filter(number__in=record.clauses).values_list("number", flat=True))
    for clause in record.clauses:
        check(
            clause in known,
            _("Tiêu chuẩn không có điều khoản “%(clause)s”.") % {"clause": clause[:20]},
        )
    if is_new or journal.differs(cleaned(record)):
        cleaned(record).save()
        kind = "auditor_registered" if is_new else "auditor_changed"
        _tell(kind, record, by, name=str(record.person))
    return record


@transaction.atomic
def save_training(training: Training, *, by: User | None) -> Training:
    """Records a course. Raises Refused for a future day."""
    _check_tends(training.auditor, by)
    is_new = training.pk is None
    if not is_new:
        locked(training)
    training.course = " ".join(training.course.split())
    training.body = " ".join(training.body.split())
    cleaned(training)
    check(training.on_day <= today(), _("Ngày hoàn thành khóa đào tạo chưa đến."))
    if is_new or journal.differs(training):
        training.save()
        _tell("auditor_trained", training.auditor, by, name=str(training.auditor), course=training.course)  # fmt: skip
    return training


@transaction.atomic
def remove_training(training: Training, *, by: User | None) -> None:
    """Deletes a course recorded by mistake; its history is kept."""
    _check_tends(training.auditor, by)
    training = locked(training)
    facts = {"name": str(training.auditor), "removed": training.course}
    training.delete()
    _tell("auditor_training_removed", training.auditor, by, **facts)


def _check_tends(record: AuditorRecord, by: User | None) -> None:
    check(
        by is None or rules.may_tend_register(by, record.agency_id),
        _("Chỉ thư ký ISO được giữ sổ đánh giá viên của cơ quan."),
    )


def _tell(kind: str, record: AuditorRecord, by: User | None, **facts: Any) -> None:
    journal.append(kind, f"auditor:{record.pk}", agency=record.agency, by=by, **facts)
