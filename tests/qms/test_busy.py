"""A long database lock: other users are told so, keep their input, and nothing is a
server error."""

import re
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError, connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from procedures.models import DocumentPage
from qms import busy, locks
from qms.middleware import IdleSessions
from qms.models import User
from tests.procedures.test_draft_roundtrip import form_of
from tests.together import TOGETHER, impatient

pytestmark = TOGETHER


@contextmanager
def long_writing(person, rows=None, **values):
    """Another connection with an open write transaction; writes wait for the person's row and the
    agency's codes."""
    import threading

    begun, done = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            User.objects.filter(pk=person.pk).update(last_login=None)
            if rows is not None:
                rows.update(**values or {"draft_title": "…"})
            locks.hold(locks.Lock.CODES, person.appointments.get().agency_id)
            begun.set()
            done.wait(60)
        connections.close_all()

    thread = threading.Thread(target=hold)
    thread.start()
    assert begun.wait(30)
    try:
        with impatient():
            yield
    finally:
        done.set()
        thread.join(60)


@pytest.fixture
def browser(own_connections):
    return Client(raise_request_exception=False)


def test_signing_in_while_another_writes_for_long_is_a_page_that_says_so(browser, officer):
    typed = {"login": "officer", "password": "mat-khau-de-thu-2026"}
    with long_writing(officer):
        answer = browser.post(reverse("account_login"), typed)
    page = answer.content.decode()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert "đang bận" in page
    assert 'name="login" value="officer"' in page
    assert "mat-khau-de-thu-2026" not in page
    assert browser.post(reverse("account_login"), typed).status_code == 302


def test_what_was_typed_into_a_new_document_is_kept_and_can_be_sent_again(browser, officer):
    browser.force_login(officer)
    address = reverse("procedures_admin:new")
    typed = {
        "kind": "procedure",
        "title": "Tiếp <công> dân",
        "agency": officer.appointments.get().agency_id,
    }
    with long_writing(officer):
        answer = browser.post(address, typed)
    page = answer.content.decode()
    assert answer.status_code == 503
    kept = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page))
    assert kept.pop("csrfmiddlewaretoken")
    assert kept == {
        "kind": "procedure",
        "title": "Tiếp &lt;công&gt; dân",
        "agency": str(typed["agency"]),
    }
    assert browser.post(address, typed).status_code == 302
    assert DocumentPage.objects.get().title == "Tiếp <công> dân"


def test_a_script_is_told_as_json(browser, officer):
    browser.force_login(officer)
    with long_writing(officer):
        answer = browser.post(
            reverse("procedures_admin:new"),
            {"kind": "procedure", "title": "Mới", "agency": officer.appointments.get().agency_id},
            headers={"accept": "application/json"},
        )
    assert (answer.status_code, answer.json()["error_code"]) == (503, "busy")


def test_reading_goes_on_while_another_writes(browser, officer):
    browser.force_login(officer)
    browser.get("/")  # what follows from a new appointment is written at its first request
    with long_writing(officer):
        assert browser.get("/").status_code == 200
        assert browser.get("/health").json()["database"] == "ok"


def test_the_editors_form_is_read_and_checked_without_a_lock(
    browser, officer, make_document, agency
):
    """On SQLite reading a form inside a transaction blocked all writers for that time."""
    page = make_document(agency, officer)
    browser.force_login(officer)
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    browser.get(address)
    form = form_of(page)
    with long_writing(officer, DocumentPage.objects.filter(pk=page.pk)):
        checked = browser.post(
            address, form | {"review_months": "500"}, headers={"accept": "application/json"}
        )
        saved = browser.post(address, form, headers={"accept": "application/json"})
    assert (checked.status_code, checked.json()["error_code"]) == (400, "validation_error")
    assert (saved.status_code, saved.json()["error_code"]) == (503, "busy")


def test_a_draft_that_could_not_be_saved_is_kept_in_the_page(
    browser, officer, make_document, agency
):
    page = make_document(agency, officer)
    browser.force_login(officer)
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    browser.get(address)
    form = form_of(page) | {"title": "Tên mới"}
    with long_writing(officer, DocumentPage.objects.filter(pk=page.pk)):
        answer = browser.post(address, form)
    assert answer.status_code == 503
    html = answer.content.decode()
    assert 'name="title" value="Tên mới"' in html
    assert len(re.findall('<input type="hidden"', html)) == len(form) + 1  # the token
    assert browser.post(address, form).status_code == 302
    page.refresh_from_db()
    assert page.title == "Tên mới"


@pytest.mark.parametrize("address", ["/viec/", "/tim-kiem/", "/admin/block-preview/"])
def test_reading_goes_on_where_the_time_of_the_last_request_cannot_be_written(
    browser, officer, address
):
    browser.force_login(officer)
    browser.get(address)
    session = browser.session
    session[IdleSessions.SEEN] -= IdleSessions.WRITTEN_EVERY + 5
    session.save()
    far = timezone.now() + timedelta(days=1)
    with long_writing(officer, Session.objects.all(), expire_date=far):
        answer = browser.get(address)
    assert answer.status_code == (404 if "block" in address else 200)
    assert browser.session[IdleSessions.SEEN] == session[IdleSessions.SEEN]
    assert browser.get(address).status_code == answer.status_code
    assert browser.session[IdleSessions.SEEN] > session[IdleSessions.SEEN]


def test_other_failures_of_the_database_are_still_errors():
    assert not busy.is_busy(OperationalError("disk I/O error"))
    assert not busy.is_busy(ValueError("database is locked"))
    assert not busy.is_busy(None)
