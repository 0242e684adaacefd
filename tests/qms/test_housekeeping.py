"""Expired data is removed; valid data stays."""

import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from qms.accounts import links
from qms.models import OneTimeLink
from qms.work import housekeeping


def test_ended_sessions_and_long_expired_links_go_and_living_ones_stay(client, admin, reader):
    client.post(reverse("account_login"), {"login": "reader", "password": "mat-khau-de-thu-2026"})
    links.make(reader, by=admin)
    housekeeping.tidy()
    assert (Session.objects.count(), UserSession.objects.count(), OneTimeLink.objects.count()) == (
        1,
        1,
        1,
    )
    housekeeping.tidy(timezone.now() + datetime.timedelta(days=120))
    assert (Session.objects.count(), UserSession.objects.count(), OneTimeLink.objects.count()) == (
        0,
        0,
        0,
    )
