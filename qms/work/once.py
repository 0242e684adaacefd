"""Processes each form once: submitting it twice leads to the result of the first submission.

Each rendering of a page masks its CSRF token differently, so the token identifies the one form that
somebody saw. Together with all input it is the form's fingerprint, which a unique column stores. A
form corrected and sent again is another one."""

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
LONGEST = SentForm._meta.get_field("address").max_length or 0  # characters
TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of the field


class AlreadyDone(Exception):  # noqa: N818 - an answer to the person, not a fault
    """This very form was processed before; `address` is the URL of its result."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address

    def answer(self, request: HttpRequest) -> HttpResponse:
        """Redirects to the result of the first submission, with a message."""
        messages.info(
            request, _("Việc này đã được thực hiện; biểu mẫu gửi lần hai không làm gì thêm.")
        )
        return redirect(self.address or request.get_full_path())


def fingerprint(request: HttpRequest) -> str:
    """SHA-256 of the form as sent; empty without a token (then two forms can't be told apart)."""
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
    """One transaction in which the form is processed. Set `address` of the yielded object to the
    URL of the result; one that is too long to store is forgotten.

    Raises AlreadyDone if the form was processed before; a second submission waits for the first. A
    refusal rolls everything back, so the form may be sent again."""
    key = fingerprint(request)
    with journal.acts():
        sent, fresh = SentForm.objects.get_or_create(key=key) if key else (SentForm(), True)
        if not fresh:
            raise AlreadyDone(sent.address)
        yield sent
        if len(sent.address) > LONGEST:  # a cut address would lead elsewhere: back to the form
            sent.address = ""
        if key:
            sent.save(update_fields=["address"])


def per_form(view: View) -> View:
    """A view whose forms are processed once: answers a second submission with the result of the
    first, before any other check, since after the first one its object may be deleted or its code
    taken."""

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
    """Deletes forms sent long ago: nobody's page still shows one."""
    SentForm.objects.filter(sent_at__lt=(now or timezone.now()) - KEPT).delete()
