"""Processes each form once: submitting it twice leads to the result of the first submission.

Each rendering of a page masks its CSRF token differently, so the token names the one form that somebody saw. Together with
everything typed it is the form's fingerprint, which a unique column keeps. A form corrected and sent again is another one."""

import datetime
import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.models import SentForm
from qms.proof import journal

View = Callable[..., HttpResponseBase]
KEPT = datetime.timedelta(days=2)
TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of the field


class AlreadyDone(Exception):  # noqa: N818 - an answer to the person, not a fault
    """This very form was carried out before; `address` is where its result is."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address

    def answer(self, request: HttpRequest) -> HttpResponse:
        """Leads to the result of the first press, and says why."""
        messages.info(
            request, _("Việc này đã được thực hiện; biểu mẫu gửi lần hai không làm gì thêm.")
        )
        return redirect(self.address or request.get_full_path())


def fingerprint(request: HttpRequest) -> str:
    """SHA-256 of the form as sent; empty where it has no token (then nothing tells two forms apart)."""
    token = request.POST.get(TOKEN, "")
    if not token:
        return ""
    files = [
        (name, str(file), getattr(file, "size", 0))
        for name in sorted(request.FILES)
        for file in request.FILES.getlist(name)
    ]
    facts = [request.user.pk, request.path, sorted(request.POST.lists()), files]
    return hashlib.sha256(
        json.dumps(facts, ensure_ascii=False).encode("utf-8", "surrogatepass")
    ).hexdigest()


@contextmanager
def only(request: HttpRequest) -> Iterator[SentForm]:
    """One transaction in which the form is carried out. Set `address` of what it yields to where the result is.

    Raises AlreadyDone where the form was carried out; a second press waits for the first. A refusal undoes all of it, so the
    form may be sent again."""
    key = fingerprint(request)
    with journal.acts():
        sent, fresh = SentForm.objects.get_or_create(key=key) if key else (SentForm(), True)
        if not fresh:
            raise AlreadyDone(sent.address)
        yield sent
        if key:
            sent.save(update_fields=["address"])


def per_form(view: View) -> View:
    """A view whose forms are carried out once: answers a second press with the result of the first, before it asks anything
    else, since after the first press its object may be gone or its code taken."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        key = fingerprint(request) if request.method == "POST" else ""
        sent = SentForm.objects.filter(key=key).first() if key else None
        try:
            if sent is not None:
                raise AlreadyDone(sent.address)
            return view(request, *args, **kwargs)
        except AlreadyDone as done:
            return done.answer(request)

    return guarded


def tidy(now: datetime.datetime | None = None) -> None:
    """Forgets forms sent long ago: nobody's page still shows one."""
    SentForm.objects.filter(sent_at__lt=(now or timezone.now()) - KEPT).delete()
