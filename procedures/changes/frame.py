"""Registers change requests with `qms.frame` and with the kinds of notices."""

from collections.abc import Iterator
from functools import partial

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from procedures.changes import rules
from procedures.models import ChangeRequest
from qms import access, frame, notices
from qms.access import Person
from qms.clock import written
from qms.models import Agency, Role

SHOWN, EVERY = 10, 1000
EVENTS = {
    "change_requested": _("Gửi yêu cầu sửa đổi"),
    "change_accepted": _("Nhận yêu cầu sửa đổi vào bản thảo"),
    "change_joined": _("Gộp yêu cầu sửa đổi"),
    "change_declined": _("Không nhận yêu cầu sửa đổi"),
    "change_taken_back": _("Rút yêu cầu sửa đổi"),
    "change_reopened": _("Mở lại yêu cầu sửa đổi đã gộp"),
    "change_done": _("Đã sửa theo yêu cầu"),
    "amendment_edited": _("Sửa dòng theo dõi sửa đổi"),
}
GROUP = "changes"
KINDS = {
    "change_requested": _("Có yêu cầu sửa đổi “%(title)s”."),
    "change_accepted": _("Yêu cầu sửa đổi “%(title)s” của bạn đã được nhận vào bản thảo."),
    "change_joined": _("Yêu cầu sửa đổi “%(title)s” của bạn đã được gộp với một yêu cầu khác."),
    "change_declined": _("Yêu cầu sửa đổi “%(title)s” của bạn không được nhận. Hãy xem lý do."),
    "change_done": _("“%(title)s” đã được sửa theo yêu cầu của bạn. Hãy xem chỗ đã sửa."),
}


def _url(agency: Agency) -> str:
    return reverse("agency_changes", args=[agency.pk])


def _open(agency: Agency) -> int:
    return ChangeRequest.objects.filter(agency=agency, state=ChangeRequest.State.OPEN).count()


def waiting_rows(user: Person) -> QuerySet[ChangeRequest] | None:
    """Requests awaiting the officer's answer."""
    agencies = access.agencies_with(user, Role.OFFICER)
    if not agencies:
        return None
    return ChangeRequest.objects.filter(agency__in=agencies, state=ChangeRequest.State.OPEN)


def waiting(user: Person, most: int = SHOWN) -> Iterator[frame.Task]:
    """The same as tasks, oldest first."""
    found = waiting_rows(user)
    for request in found.order_by("pk")[:most] if found is not None else ():
        note = written(localtime(request.asked_at).date())
        yield frame.Task(request.title, request.get_absolute_url(), note)


def asked(user: Person) -> Iterator[frame.Task]:
    """The user's own unanswered requests."""
    if not user.is_authenticated:
        return
    found = ChangeRequest.objects.filter(by=user.pk, state=ChangeRequest.State.OPEN)
    for request in found.order_by("pk"):
        note = _("chờ thư ký ISO trả lời từ %(day)s") % {
            "day": written(localtime(request.asked_at).date())
        }
        yield frame.Task(request.title, request.get_absolute_url(), str(note))


PARTS = (
    frame.AgencyTab(
        "changes", _("Yêu cầu sửa đổi"), _url, may_open=rules.may_answer, count=_open, order=40
    ),
    frame.TaskSource(
        "change_requests", _("Yêu cầu sửa đổi chờ trả lời"), waiting, order=15,
        waiting=waiting_rows, every=partial(waiting, most=EVERY), sent=asked,
    ),
)  # fmt: skip


def register() -> None:
    """Called once, when the app is ready."""
    frame.name_events(EVENTS)
    for part in PARTS:
        frame.add(part)
    notices.register_group(GROUP, _("Yêu cầu sửa đổi"))
    for name, text in KINDS.items():
        notices.register_kind(name, text, GROUP)
