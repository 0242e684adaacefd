"""Steps of absences and substitutes."""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from qms import locks
from qms.approvals import news, rules
from qms.approvals.lifecycle.common import check, need
from qms.approvals.steps import SIGNING_ROLES
from qms.clock import today, written
from qms.errors import Refused
from qms.models import Absence, Agency, Appointment, User
from qms.proof import journal, uploads
from qms.text.names import clean_name

LONGEST = datetime.timedelta(days=366)


@transaction.atomic
def record_absence(
    agency: Agency,
    person: User,
    *,
    by: User,
    starts_on: datetime.date,
    ends_on: datetime.date,
    substitute: User,
    reason: str,
    paper: str = "",
    file: Any = None,
) -> Absence:
    """Records an absence between two days, both inclusive, with a substitute. `paper` names what
    allows it; `file` is an upload of it, whose name is used if `paper` is empty. Raises Refused."""
    locks.hold(locks.Lock.PEOPLE, agency.pk)
    check(
        rules.may_record_absence(by, agency, person),
        _("Bạn chỉ ghi được thời gian vắng mặt của mình; thư ký ISO hoặc quản trị cơ quan ghi cho người khác."),
    )  # fmt: skip
    check(
        by.pk == person.pk or substitute.pk != by.pk,
        _("Bạn không tự nhận việc ký thay. Người vắng mặt hoặc một người khác của cơ quan ghi việc này."),
    )  # fmt: skip
    stored = uploads.store_upload(file) if file is not None else None
    name = clean_name(file.name)[:255] if file is not None else ""
    paper = (paper.replace("\x00", "").strip() or name)[:300]
    _check_days(starts_on, ends_on)
    _check_people(agency, person, substitute, starts_on, ends_on, paper)
    absence = Absence(
        agency=agency,
        person=person,
        starts_on=starts_on,
        ends_on=ends_on,
        substitute=substitute,
        reason=need(reason, _("Hãy ghi lý do vắng mặt."))[:300],
        paper=paper,
        paper_file=stored,
        paper_file_name=name,
    )
    try:
        absence.full_clean()
    except ValidationError as problem:
        raise Refused(" ".join(problem.messages)) from None
    absence.save()
    news.absence_recorded(absence, by)
    journal.append(
        "absence_recorded",
        f"person:{person.pk}",
        agency=agency,
        by=by,
        name=str(person),
        substitute=str(substitute),
        starts_on=starts_on.isoformat(),
        ends_on=ends_on.isoformat(),
        paper=absence.paper,
        **({"sha256": stored.pk} if stored else {}),
    )
    return absence


def _check_days(starts_on: datetime.date, ends_on: datetime.date) -> None:
    check(ends_on >= starts_on, _("Ngày kết thúc phải từ ngày bắt đầu trở đi."))
    check(ends_on >= today(), _("Thời gian vắng mặt đã qua. Hãy ghi ngày từ hôm nay trở đi."))
    check(starts_on >= today(), _("Ngày bắt đầu đã qua. Hãy ghi từ hôm nay trở đi."))
    check(ends_on - starts_on <= LONGEST, _("Thời gian vắng mặt dài nhất là một năm."))


def _check_people(
    agency: Agency,
    person: User,
    substitute: User,
    starts_on: datetime.date,
    ends_on: datetime.date,
    paper: str,
) -> None:
    check(person.pk != substitute.pk, _("Người ký thay phải là người khác."))
    held = Appointment.objects.current(starts_on).filter(agency=agency)
    roles = set(held.filter(person=person).values_list("role", flat=True)) & set(SIGNING_ROLES)
    check(
        held.filter(person=person).exists(),
        _("%(name)s không giữ vai trò nào trong cơ quan vào ngày đó.") % {"name": person},
    )
    theirs = set(held.filter(person=substitute).values_list("role", flat=True))
    check(
        bool(theirs) and substitute.is_active,
        _("%(name)s không làm việc trong cơ quan vào ngày đó. Hãy chọn người khác, hoặc nhờ quản trị cơ quan giao vai trò.")
        % {"name": substitute},
    )  # fmt: skip
    check(
        bool(paper.strip()) or not roles or bool(theirs & roles),
        _("%(name)s không giữ vai trò của người vắng mặt. Hãy ghi văn bản cho phép ký thay, hoặc chọn người giữ cùng vai trò.")
        % {"name": substitute},
    )  # fmt: skip
    same = Absence.objects.filter(agency=agency, starts_on__lte=ends_on, ends_on__gte=starts_on)
    other = same.filter(person=person).first()
    if other is not None:
        raise Refused(
            _("Đã ghi vắng mặt từ %(first)s đến %(last)s. Hãy kết thúc lần đó trước.")
            % {"first": written(other.starts_on), "last": written(other.ends_on)}
        )
    pairs = dict(same.values_list("person", "substitute"))
    at: int | None = substitute.pk
    for _step in range(len(pairs) + 1):
        check(
            at != person.pk,
            _("Những người ký thay cho nhau thành vòng tròn trong cùng thời gian. Hãy chọn người khác."),
        )  # fmt: skip
        at = pairs.get(at) if at is not None else None


@transaction.atomic
def end_absence(absence: Absence, *, by: User) -> None:
    """Ends an absence early: as of yesterday, or cancels it if it has not lasted a whole day."""
    rows = Absence.objects.select_related("agency", "person", "substitute")
    absence = locks.row(rows, absence.pk)
    check(
        rules.may_record_absence(by, absence.agency, absence.person),
        _("Chỉ người vắng mặt, thư ký ISO hoặc quản trị cơ quan kết thúc được."),
    )
    check(absence.ends_on >= today(), _("Thời gian vắng mặt này đã kết thúc."))
    yesterday = today() - datetime.timedelta(days=1)
    if absence.starts_on > yesterday:
        absence.delete()
    else:
        absence.ends_on = yesterday
        absence.save()
    journal.append(
        "absence_ended",
        f"person:{absence.person_id}",
        agency=absence.agency,
        by=by,
        name=str(absence.person),
        substitute=str(absence.substitute),
    )
