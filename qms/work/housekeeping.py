"""Deletes data that would grow forever: ended sessions, old failed sign-ins, long expired links,
old submitted forms, partial files of killed processes."""

import datetime

from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.utils import timezone

from qms.models import FailedSignIn, OneTimeLink
from qms.proof import store
from qms.work import once

LINKS_KEPT = datetime.timedelta(days=90)
FAILURES_KEPT = datetime.timedelta(days=7)


def tidy(now: datetime.datetime | None = None) -> None:
    """Deletes what is no longer needed. The journal still shows who created and used links."""
    now = now or timezone.now()
    Session.objects.filter(expire_date__lt=now).delete()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    AccessAttempt.objects.filter(attempt_time__lt=now - FAILURES_KEPT).delete()
    FailedSignIn.objects.filter(at__lt=now - FAILURES_KEPT).delete()
    OneTimeLink.objects.filter(expires_at__lt=now - LINKS_KEPT).delete()
    once.tidy(now)
    store.sweep()
