"""Acts on a version after its issue: withdrawing, reinstating, striking out, adding a file,
restricting its readers."""

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from procedures import rules, standing, telling
from procedures.enums import Visibility
from procedures.lifecycle.codes import clashes_of_version
from procedures.lifecycle.copying import file_entry
from procedures.lifecycle.holding import hold_codes
from procedures.models import DocumentPage, Version, VersionAct, searchable_files
from qms.clock import today
from qms.errors import Refused
from qms.models import Approval, StoredFile, User
from qms.proof import journal
from search.queue import pending


def _hold(version: Version, by: User | None) -> None:
    """Lock and permission check, common to all steps: one act at a time on the versions of a
    document."""
    DocumentPage.objects.select_for_update(no_key=True).get(pk=version.document_id)
    if by is not None and not rules.may_withdraw(by, version):
        raise Refused(
            _("Chỉ thư ký ISO của %(agency)s được làm việc này.") % {"agency": version.agency_name}
        )


def _act(
    version: Version,
    kind: str,
    event: str,
    *,
    by: User | None,
    on_day: datetime.date,
    reason: str,
    files: list | None = None,
    visibility: str = "",
    approval: Approval | None = None,
) -> VersionAct:
    """Change, event, index."""
    act = VersionAct.objects.create(
        version=version,
        kind=kind,
        on_day=on_day,
        reason=reason,
        files=files or [],
        visibility=visibility,
        by=by,
        by_name=str(by) if by else "",
        at=timezone.now(),
        approval=approval,
    )
    if act.files:
        searchable_files.enqueue(version.document_id, searchable_files.of_version(version, [act]))
    pending.mark("document", version.document_id)
    telling.followers(version, event, on_day, by, act.pk)
    journal.append(
        event,
        f"version:{version.pk}",
        agency=version.agency,
        by=by,
        on_day=on_day.isoformat(),
        reason=reason,
    )
    return act


def _need_reason(reason: str) -> str:
    if not reason.strip():
        raise Refused(_("Hãy ghi lý do."))
    return reason.strip()


@transaction.atomic
def withdraw(
    version: Version, *, reason: str, by: User | None, on_day: datetime.date | None = None
) -> VersionAct:
    """Ends the version from `on_day` (default today), with a reason; a future version then never
    takes effect. Refused if it is struck out or withdrawn, and for a past date before it took
    effect."""
    _hold(version, by)
    reason = _need_reason(reason)
    on_day = on_day or today()
    _check_withdraw(version, on_day)
    return _act(
        version, VersionAct.Kind.WITHDRAWN, "withdrawn", by=by, on_day=on_day, reason=reason
    )


@transaction.atomic
def reinstate(
    version: Version, *, reason: str, by: User | None, on_day: datetime.date | None = None
) -> VersionAct:
    """Puts a withdrawn version back in force. Refused if it was not withdrawn, or its code is in
    force elsewhere, and for a date before it was withdrawn."""
    hold_codes(version.agency_id)
    _hold(version, by)
    reason = _need_reason(reason)
    on_day = on_day or max(today(), _withdrawn_on(version))
    _check_reinstate(version, on_day)
    return _act(
        version, VersionAct.Kind.REINSTATED, "reinstated", by=by, on_day=on_day, reason=reason
    )


@transaction.atomic
def strike_out(version: Version, *, reason: str, by: User | None) -> VersionAct:
    """Cancels a version that was recorded by mistake: out of force and hidden from readers, still
    in the history."""
    _hold(version, by)
    reason = _need_reason(reason)
    _check_strike_out(version)
    return _act(
        version, VersionAct.Kind.STRUCK_OUT, "struck_out", by=by, on_day=today(), reason=reason
    )


@transaction.atomic
def add_file(
    version: Version, stored: StoredFile, *, name: str, role: str, by: User | None, of: str = ""
) -> VersionAct:
    """Adds a file to a version: its signed scan, a rendering, a picture's PNG (`of` names the
    picture)."""
    _hold(version, by)
    return _act(
        version,
        VersionAct.Kind.FILE_ADDED,
        "file_added",
        by=by,
        on_day=today(),
        reason="",
        files=[file_entry(stored, name, role, of)],
    )


@transaction.atomic
def narrow(version: Version, visibility: str, *, reason: str, by: User | None) -> VersionAct:
    """Restricts a version's readers from now on; the approvers are notified. Only a new version can
    be shown to more again.

    Raises Refused for the wrong role, a missing reason, a version that was struck out, and a
    visibility that is not narrower than now."""
    _hold(version, by)
    reason = _need_reason(reason)
    acts = list(version.acts.all())
    if standing.is_struck_out(acts):
        raise Refused(_("Phiên bản này đã được hủy bỏ, người đọc không còn thấy."))
    now = Visibility(version.shown(acts).visibility)
    if visibility not in now.narrower():
        raise Refused(
            _("Phạm vi xem hiện nay là “%(now)s”. Chỉ thu hẹp được; muốn mở rộng, hãy ban hành phiên bản mới.")
            % {"now": now.label}
        )  # fmt: skip
    act = _act(
        version,
        VersionAct.Kind.NARROWED,
        "narrowed",
        by=by,
        on_day=today(),
        reason=reason,
        visibility=visibility,
    )
    telling.narrowed(act)
    return act


def is_struck_out(version: Version) -> bool:
    return standing.is_struck_out(version.acts.all())


def is_withdrawn(version: Version) -> bool:
    """Whether a withdrawal applies, today or from a future date."""
    return standing.withdrawal(version.acts.all()) is not None


# -- approved requests


def check_act(version: Version, act: str, on_day: datetime.date) -> None:
    """Raises Refused if the act is not possible on the version from that date."""
    if act == "withdraw":
        _check_withdraw(version, on_day)
    elif act == "reinstate":
        _check_reinstate(version, on_day)
    else:
        _check_strike_out(version)


def carry_out(
    version: Version, act: str, reason: str, on_day: datetime.date, approval: Approval
) -> VersionAct:
    """Performs what was approved. Called by the chain's step, which verified the signatures; raises
    Refused if it is not possible now."""
    if act == "reinstate":
        hold_codes(version.agency_id)
    _hold(version, None)
    kind, event = {
        "withdraw": (VersionAct.Kind.WITHDRAWN, "withdrawn"),
        "reinstate": (VersionAct.Kind.REINSTATED, "reinstated"),
        "strike_out": (VersionAct.Kind.STRUCK_OUT, "struck_out"),
    }[act]
    if act == "reinstate":
        on_day = max(on_day, _withdrawn_on(version))
    check_act(version, act, on_day)
    day = today() if act == "strike_out" else on_day
    return _act(
        version, kind, event, by=approval.sent_by, on_day=day, reason=reason, approval=approval
    )


def _check_withdraw(version: Version, on_day: datetime.date) -> None:
    if is_struck_out(version) or is_withdrawn(version):
        raise Refused(_("Phiên bản này đã hết hiệu lực."))
    if on_day < min(version.effective_on, today()):
        raise Refused(
            _("Phiên bản có hiệu lực từ %(day)s, nên chỉ thu hồi được từ ngày đó trở đi.")
            % {"day": f"{version.effective_on:%d/%m/%Y}"}
        )


def _check_reinstate(version: Version, on_day: datetime.date) -> None:
    if not is_withdrawn(version) or is_struck_out(version):
        raise Refused(_("Chỉ khôi phục được phiên bản đã thu hồi."))
    if clashes_of_version(version):
        raise Refused(
            _("Mã hiệu %(code)s đang được một tài liệu khác sử dụng.") % {"code": version.code}
        )
    withdrawn_on = _withdrawn_on(version)
    if on_day < withdrawn_on:
        raise Refused(
            _("Phiên bản bị thu hồi từ %(day)s, nên chỉ khôi phục được từ ngày đó trở đi.")
            % {"day": f"{withdrawn_on:%d/%m/%Y}"}
        )


def _check_strike_out(version: Version) -> None:
    if is_struck_out(version):
        raise Refused(_("Phiên bản này đã được hủy bỏ."))


def _withdrawn_on(version: Version) -> datetime.date:
    withdrawal = standing.withdrawal(version.acts.all())
    return withdrawal.on_day if withdrawal else today()
