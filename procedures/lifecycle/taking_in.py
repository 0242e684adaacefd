"""Taking in documents issued on paper: while it is open for an agency, papers are recorded;
afterwards every file becomes a draft."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from procedures import rules, telling
from procedures.models import TakingIn
from qms import locks
from qms.clock import today
from qms.errors import Refused
from qms.models import Agency, Approval, User
from qms.proof import journal

LONGEST = 30  # days of a reopening


@dataclass(frozen=True)
class Standing:
    """The state after the last act; without one it has been open since the agency was created."""

    last: TakingIn | None = None

    @property
    def is_open(self) -> bool:
        return self.last is None or (self.last.until is not None and self.last.until >= today())

    @property
    def until(self) -> datetime.date | None:
        """The last day of a current reopening."""
        return self.last.until if self.last is not None and self.is_open else None

    @property
    def closed_on(self) -> datetime.date | None:
        """The date of closing: the day it was closed, or the first day after a reopening."""
        if self.last is None or self.is_open:
            return None
        if self.last.until is not None:
            return self.last.until + datetime.timedelta(days=1)
        return localdate(self.last.at)


def of(agency: Agency | int) -> Standing:
    """The state of one agency."""
    key = agency.pk if isinstance(agency, Agency) else agency
    return Standing(TakingIn.objects.filter(agency=key).order_by("-pk").first())


def of_many(agencies: Iterable[int]) -> dict[int, Standing]:
    """The same for many; one query."""
    wanted = list(agencies)
    last = {row.agency_id: row for row in TakingIn.objects.filter(agency__in=wanted).order_by("pk")}
    return {pk: Standing(last.get(pk)) for pk in wanted}


def is_open(agency: Agency | int) -> bool:
    return of(agency).is_open


def need_open(agency: Agency) -> None:
    """Locks the state until the transaction ends. Raises Refused if the agency no longer takes in
    papers."""
    locks.hold(locks.Lock.IMPORTS, agency.pk)
    now = of(agency)
    if not now.is_open:
        raise Refused(
            _("%(agency)s đã đóng tiếp nhận bản giấy từ %(day)s. Hãy trình duyệt bản thảo; nếu còn bản giấy phải ghi nhận, quản trị hệ thống mở lại được trong một số ngày.")
            % {"agency": agency.name, "day": f"{now.closed_on:%d/%m/%Y}"}
        )  # fmt: skip


def check_close(agency: Agency) -> None:
    """Raises Refused if it is already closed for good."""
    last = of(agency).last
    if last is not None and last.act == TakingIn.Act.CLOSED:
        raise Refused(_("Cơ quan này đã đóng tiếp nhận bản giấy rồi."))


@transaction.atomic
def close(agency: Agency, *, approval: Approval) -> TakingIn:
    """Closes it, with the signatures of an approval. Called by the chain's step, which verified
    them."""
    locks.hold(locks.Lock.IMPORTS, agency.pk)
    check_close(agency)
    return _add(
        TakingIn.Act.CLOSED, "taking_in_closed", agency, approval.sent_by, approval=approval
    )


@transaction.atomic
def reopen(agency: Agency, *, until: datetime.date, reason: str, by: User) -> TakingIn:
    """Reopens it until a date; the agency's approvers and the overseers are notified.

    Raises Refused for the wrong role, a missing reason, an agency where it is open, and a date that
    is past or too far away."""
    locks.hold(locks.Lock.IMPORTS, agency.pk)
    if not rules.may_reopen_taking_in(by):
        raise Refused(_("Chỉ quản trị hệ thống được mở lại tiếp nhận bản giấy."))
    reason = reason.replace("\x00", "").strip()
    if not reason:
        raise Refused(_("Hãy ghi lý do."))
    if is_open(agency):
        raise Refused(_("Cơ quan này đang tiếp nhận bản giấy, không cần mở lại."))
    last_day = today() + datetime.timedelta(days=LONGEST)
    if not today() <= until <= last_day:
        raise Refused(
            _("Hãy chọn một ngày từ hôm nay đến %(day)s (nhiều nhất 30 ngày).")
            % {"day": f"{last_day:%d/%m/%Y}"}
        )
    act = _add(TakingIn.Act.REOPENED, "taking_in_reopened", agency, by, until=until, reason=reason)
    telling.taking_in_reopened(act)
    return act


def _add(
    act: str,
    event: str,
    agency: Agency,
    by: User | None,
    *,
    until: datetime.date | None = None,
    reason: str = "",
    approval: Approval | None = None,
) -> TakingIn:
    row = TakingIn.objects.create(
        agency=agency,
        act=act,
        until=until,
        reason=reason,
        approval=approval,
        by=by,
        by_name=str(by) if by else "",
    )
    facts = {"until": until.isoformat(), "reason": reason} if until else {}
    journal.append(event, f"agency:{agency.pk}", agency=agency, by=by, **facts)
    return row
