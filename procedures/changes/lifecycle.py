"""The steps of a change request: asked, accepted into the draft, merged with another, declined,
withdrawn, completed by a version.

`open` serves other parts too: a review that asks for a revision, an action of an audit."""

import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from procedures.changes import rules
from procedures.content.markup import storable
from procedures.models import ChangeRequest, DocumentPage, Version
from qms import access, notices
from qms.clock import now
from qms.errors import Refused
from qms.models import Appointment, Role, User
from qms.proof import journal, uploads
from qms.text.names import clean_name

State = ChangeRequest.State
READER = "reader"
MOST_OPEN = 20  # unanswered requests per person
LONGEST = 10_000  # characters per text


@transaction.atomic
def open(  # noqa: A001 - the step's name; nothing here opens a file
    document: DocumentPage,
    *,
    what: str,
    by: User | None,
    source: str = READER,
    why: str = "",
    proposed: str = "",
    place: str = "",
    anchor: str = "",
    version: Version | None = None,
    file: Any = None,
) -> ChangeRequest:
    """Opens a request about a document. `source` is its origin: reader, review:2, action:7. `file`:
    an upload.

    Raises Refused for users who may not read the document, for a withdrawn document, a missing or
    overlong text, too many open requests of the user, and a wrong file type."""
    if by is not None and source == READER:
        User.objects.select_for_update(no_key=True).get(pk=by.pk)
        if not rules.may_ask(by, document):
            raise Refused(_("Bạn không đọc được tài liệu này nên không gửi được yêu cầu sửa đổi."))
        if ChangeRequest.objects.filter(by=by, state=State.OPEN).count() >= MOST_OPEN:
            raise Refused(
                _(
                    "Bạn đang có %(most)d yêu cầu chưa được trả lời. Hãy chờ trả lời hoặc rút bớt rồi gửi tiếp."
                )
                % {"most": MOST_OPEN}
            )
    if source == READER and not _holds(document):
        raise Refused(_("Tài liệu này đã bị thu hồi nên không nhận yêu cầu sửa đổi nữa."))
    request = ChangeRequest(
        document_id=document.pk,
        agency_id=document.agency_id,
        version=version,
        title=_title(document, version),
        anchor=storable(anchor)[:200],
        place=" ".join(storable(place).split())[:250],
        what=_text(what, _("Hãy ghi cần sửa gì.")),
        why=_text(why),
        proposed=_text(proposed),
        source=source,
        by=by,
        by_name=str(by) if by else "",
        by_agency_name=_agencies(by),
    )
    if file is not None:
        request.file, request.file_name = uploads.store_upload(file), clean_name(file.name)
    request.save()
    _record("change_requested", request, by)
    notices.tell(
        _officers(request.agency_id), "change_requested", key=f"change_request:{request.pk}:asked",
        url=request.get_absolute_url(), facts={"title": request.title}, agency=request.agency, exclude=by,
    )  # fmt: skip
    return request


@transaction.atomic
def accept(request: ChangeRequest, *, by: User | None) -> ChangeRequest:
    """Accepts the change into the draft. Raises Refused for non-officers and for requests already
    answered."""
    request = _held(request, by)
    _in_state(request, State.OPEN)
    return _answer(request, State.ACCEPTED, "change_accepted", by)


@transaction.atomic
def join(request: ChangeRequest, *, to: ChangeRequest, by: User | None) -> ChangeRequest:
    """Merges the request, and those already merged with it, into another that asks for the same."""
    _hold(request)
    held = {row.pk: row for row in _locked(pk__in=[request.pk, to.pk])}
    request, to = held[request.pk], held[to.pk]
    _check_officer(request, by)
    _in_state(request, State.OPEN, State.ACCEPTED)
    if to.pk == request.pk or to.document_id != request.document_id:
        raise Refused(_("Hãy chọn một yêu cầu khác của cùng tài liệu."))
    _in_state(to, State.OPEN, State.ACCEPTED)
    for row in [request, *_locked(joined_to=request)]:
        row.joined_to = to
        _answer(row, State.JOINED, "change_joined", by, to=to.pk)
    return request


@transaction.atomic
def decline(request: ChangeRequest, *, reason: str, by: User | None) -> ChangeRequest:
    """Declines the request, and those merged with it, with a reason."""
    request = _held(request, by)
    _in_state(request, State.OPEN, State.ACCEPTED)
    reason = _text(reason, _("Hãy ghi lý do không nhận."))
    for row in [request, *_locked(joined_to=request)]:
        row.joined_to, row.answer = None, reason
        _answer(row, State.DECLINED, "change_declined", by)
    return request


@transaction.atomic
def take_back(request: ChangeRequest, *, by: User) -> ChangeRequest:
    """The requester withdraws the request. Requests merged with it await an answer again."""
    _hold(request)
    (request,) = _locked(pk=request.pk)
    if not rules.may_take_back(by, request):
        raise Refused(_("Chỉ người gửi mới rút lại được yêu cầu này."))
    _in_state(request, State.OPEN)
    for row in _locked(joined_to=request):
        row.joined_to, row.state = None, State.OPEN
        row.save()
        _record("change_reopened", row, by)
    request.state = State.TAKEN_BACK
    request.save()
    _record("change_taken_back", request, by)
    return request


def finish(
    version: Version, *, by: User | None, until: datetime.datetime | None = None
) -> list[ChangeRequest]:
    """Marks accepted requests as completed by this version. Called by the issuing step, in its
    transaction.

    `until`: when the draft was sealed (by default, when its approval was sent); requests accepted
    later are left for the next version."""
    if until is None and version.approval is not None:
        until = version.approval.sent_at
    accepted = _locked(document=version.document_id, state=State.ACCEPTED)
    roots = [row for row in accepted if until is None or (row.answered_at or until) <= until]
    done = [*roots, *_locked(joined_to__in=[row.pk for row in roots], state=State.JOINED)]
    for row in done:
        row.state, row.done_in = State.DONE, version
        row.save()
        _record("change_done", row, by, version=version.pk)
        _notify_requester(row, "change_done", by)
    return done


def _answer(
    request: ChangeRequest, state: str, event: str, by: User | None, **facts: Any
) -> ChangeRequest:
    request.state = state
    request.answered_by_name, request.answered_at = str(by) if by else "", now()
    request.save()
    _record(event, request, by, **facts)
    _notify_requester(request, event, by)
    return request


def _held(request: ChangeRequest, by: User | None) -> ChangeRequest:
    _hold(request)
    (held,) = _locked(pk=request.pk)
    _check_officer(held, by)
    return held


def _hold(request: ChangeRequest) -> None:
    """Locks the document, as the issuing step does: merging and declining touch several requests
    in an order that depends on them, so without it two of these steps could block each other."""
    DocumentPage.objects.select_for_update(no_key=True).get(pk=request.document_id)


def _locked(**which: Any) -> list[ChangeRequest]:
    return list(ChangeRequest.objects.select_for_update(no_key=True).filter(**which).order_by("pk"))


def _check_officer(request: ChangeRequest, by: User | None) -> None:
    if by is not None and not rules.may_answer(by, request.agency_id):
        raise Refused(
            _("Chỉ thư ký ISO của %(agency)s được trả lời yêu cầu này.")
            % {"agency": request.agency}
        )


def _in_state(request: ChangeRequest, *states: str) -> None:
    if request.state not in states:
        raise Refused(
            _("Yêu cầu này đang ở tình trạng “%(state)s” nên không làm được việc này.")
            % {"state": request.get_state_display()}
        )


def _holds(document: DocumentPage) -> bool:
    versions = Version.objects.filter(document=document.pk)
    return versions.in_force().exists() or versions.waiting().exists()


def _text(text: str, needed: str = "") -> str:
    text = storable(text or "").strip()
    if needed and not text:
        raise Refused(needed)
    if len(text) > LONGEST:
        raise Refused(
            _("Mỗi ô tối đa %(most)d ký tự. Hãy viết ngắn lại hoặc gửi kèm một tệp.")
            % {"most": LONGEST}
        )
    return text


def _title(document: DocumentPage, version: Version | None) -> str:
    """Code and title as readers know them: those of the last version, never a draft's."""
    shown = version or Version.objects.filter(document=document.pk).defer("content").order_by("-ordinal").first()  # fmt: skip
    return str(shown) if shown else f"{document.code} {document.full_title}".strip()


def _agencies(by: User | None) -> str:
    return "; ".join(agency.name for agency in access.home_agencies(by))[:500] if by else ""


def _officers(agency: int) -> list[User]:
    held = Appointment.objects.current().filter(agency=agency, role=Role.OFFICER)
    return list(User.objects.filter(pk__in=held.values("person"), is_active=True))


def _notify_requester(request: ChangeRequest, kind: str, by: User | None) -> None:
    """Notifies the person who asked for the change, unless they acted themselves."""
    if request.by is not None:
        key = f"change_request:{request.pk}:{request.state}:{now().isoformat()}"
        notices.tell(
            [request.by], kind, key=key, url=request.get_absolute_url(), facts={"title": request.title},
            agency=request.agency, exclude=by,
        )  # fmt: skip


def _record(kind: str, request: ChangeRequest, by: User | None, **facts: Any) -> None:
    journal.append(
        kind,
        f"document:{request.document_id}",
        agency=request.agency,
        by=by,
        request=request.pk,
        **facts,
    )
