"""Signers authenticate each time: by password, or by a code of the second factor. Failures are
counted, secrets stored nowhere."""

import datetime
import io
import logging

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.apps import apps
from django.core.cache import cache
from django.core.serializers import serialize
from django.urls import reverse
from django.utils import timezone

from qms.approvals import lifecycle, signing
from qms.approvals.lifecycle.signatures import NotProved
from qms.errors import Refused
from qms.models import Event, Notice, Signature, SigningTry
from tests.qms.approvals.conftest import SECRET

pytestmark = pytest.mark.django_db


@pytest.fixture
def key(reviewer):
    """The secret of the reviewer's second factor."""
    secret = generate_totp_secret()
    TOTP.activate(reviewer, secret)
    return secret


def fails(sign, approval, by, *secrets, **how):
    for secret in secrets:
        with pytest.raises(NotProved):
            sign(approval, by, secret=secret, **how)


def later(minutes):
    SigningTry.objects.update(at=timezone.now() - datetime.timedelta(minutes=minutes))


def test_a_wrong_password_signs_nothing_and_is_an_event(send, sign, reviewer):
    approval = send(1)
    fails(sign, approval, reviewer, "sai")
    assert not Signature.objects.exists()
    event = Event.objects.get(kind="signing_failed")
    assert (event.by, event.agency) == (reviewer, approval.agency) and "sai" not in str(event.data)


@pytest.mark.parametrize(
    "secret", ["x" * 20_000, "mat\x00khau", "🔑", SECRET + " ", SECRET.upper()]
)
def test_odd_passwords_fail_like_any_wrong_one(send, sign, reviewer, secret):
    fails(sign, send(1), reviewer, secret)
    assert SigningTry.objects.get().failed


@pytest.mark.parametrize("secret", ["", "   "])
def test_an_empty_password_is_asked_for_and_not_counted(send, sign, reviewer, secret):
    with pytest.raises(NotProved, match="Hãy nhập mật khẩu"):
        sign(send(1), reviewer, secret=secret)
    assert not SigningTry.objects.exists()


def test_five_failures_lock_signing_but_not_the_account(send, sign, reviewer, officer, client):
    approval = send(1)
    fails(sign, approval, reviewer, *"1234")
    with pytest.raises(NotProved, match="tạm khóa"):
        sign(approval, reviewer, secret="5")
    with pytest.raises(NotProved, match="thử lại sau 1[56] phút"):
        sign(approval, reviewer)
    assert SigningTry.objects.filter(failed=True).count() == 5
    client.post(reverse("account_login"), {"login": reviewer.username, "password": SECRET})
    assert client.session["_auth_user_id"] == str(reviewer.pk)


def test_the_person_and_the_officer_are_told_of_the_lock_once(send, sign, reviewer, officer):
    fails(sign, send(1), reviewer, *"1234567")
    assert Event.objects.filter(kind="signing_failed").count() == 5
    assert Event.objects.filter(kind="signing_locked").count() == 1
    told = Notice.objects.filter(kind="signing_locked")
    assert {notice.person for notice in told} == {reviewer, officer} and told.count() == 2


def test_the_lock_ends_after_fifteen_minutes(send, sign, reviewer):
    approval = send(1)
    fails(sign, approval, reviewer, *"12345")
    later(14)
    fails(sign, approval, reviewer, SECRET)
    later(16)
    assert sign(approval, reviewer)


def test_failures_spread_over_more_than_the_window_do_not_lock(send, sign, reviewer):
    approval = send(1)
    fails(sign, approval, reviewer, *"1234")
    later(16)
    fails(sign, approval, reviewer, "5")
    assert sign(approval, reviewer)


def test_another_persons_failures_are_their_own(send, sign, reviewer, appoint, agency):
    second = appoint("second", "reviewer", agency)
    approval = send(1)
    fails(sign, approval, second, *"12345")
    assert sign(approval, reviewer)


def test_where_a_second_factor_is_set_its_code_signs_and_the_password_does_not(
    send, sign, reviewer, key, code_of
):
    approval = send(1)
    with pytest.raises(NotProved, match="tải lại trang"):
        sign(approval, reviewer)
    fails(sign, approval, reviewer, SECRET, way="totp")
    assert sign(approval, reviewer, secret=code_of(key), way="totp").way == "totp"


def test_somebody_elses_code_signs_nothing(send, sign, reviewer, key, approver, code_of):
    other = generate_totp_secret()
    TOTP.activate(approver, other)
    fails(sign, send(1), reviewer, code_of(other), "000000", "abc", way="totp")
    assert not Signature.objects.exists()


def test_a_code_signs_once_within_its_half_minute(send, sign, reviewer, key, code_of):
    first, second, typed = send(1), send(2), code_of(key)
    sign(first, reviewer, secret=typed, way="totp")
    with pytest.raises(NotProved, match="đã được dùng"):
        sign(second, reviewer, secret=typed, way="totp")
    assert Signature.objects.count() == 1


def test_a_code_signs_once_even_where_the_cache_was_emptied(send, sign, reviewer, key, code_of):
    first, second, typed = send(1), send(2), code_of(key)
    sign(first, reviewer, secret=typed, way="totp")
    cache.clear()
    with pytest.raises(NotProved, match="đã được dùng"):
        sign(second, reviewer, secret=typed, way="totp")


def test_a_code_that_was_used_to_sign_in_does_not_sign(send, sign, reviewer, key, code_of):
    from allauth.mfa.models import Authenticator

    typed = code_of(key)
    assert TOTP(Authenticator.objects.get(user=reviewer)).validate_code(typed)
    with pytest.raises(NotProved, match="đã được dùng"):
        sign(send(1), reviewer, secret=typed, way="totp")


def test_an_account_without_a_password_is_told_what_to_do(send, sign, reviewer):
    approval = send(1)
    reviewer.set_unusable_password()
    reviewer.save()
    with pytest.raises(NotProved, match="liên kết đặt mật khẩu"):
        sign(approval, reviewer)


def test_the_second_try_after_a_lost_answer_says_that_it_is_signed(send, sign, reviewer):
    approval = send(1)
    sign(approval, reviewer)
    with pytest.raises(Refused, match=r"Bạn đã ký nội dung này lúc \d\d:\d\d"):
        sign(approval, reviewer)
    assert Signature.objects.count() == 1


def test_only_in_an_appointment_of_today_that_fits(send, sign, reviewer, approver, appoint, agency):
    approval = send(1)
    other = approver.appointments.get()
    with pytest.raises(Refused, match="Phân công"):
        sign(approval, reviewer, appointment=other)
    reviewer.appointments.update(ends_on="2020-02-01")
    with pytest.raises(Refused, match="không chờ chữ ký"):
        sign(approval, reviewer)


def test_a_stopped_account_signs_nothing(send, sign, reviewer):
    approval = send(1)
    type(reviewer).objects.filter(pk=reviewer.pk).update(is_active=False)
    with pytest.raises(Refused):
        sign(approval, reviewer)


def test_the_signature_keeps_post_capacity_unit_and_digest(send, sign, approver, reviewer, agency):
    from qms.models import Unit

    unit = Unit.objects.create(agency=agency, name="Ban Giám đốc", code="BGD")
    approver.appointments.update(unit=unit, capacity="KT.")
    approval = send(1)
    sign(approval, reviewer)
    found = sign(approval, approver)
    approval.refresh_from_db()
    assert (found.post, found.capacity, found.unit_name) == ("Giám đốc", "KT.", "Ban Giám đốc")
    assert (found.manifest, found.way) == (approval.manifest, "password")
    assert (found.agency_name, found.person) == (agency.name, approver)


def test_the_secret_is_in_no_table_log_or_mail(send, sign, reviewer, officer, key, code_of):
    """Every table is searched, whatever its purpose."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    logging.getLogger().addHandler(handler)
    typed = code_of(key)
    approval = send(1)
    try:
        fails(sign, approval, reviewer, *(f"bi-mat-{n}" for n in range(4)), way="totp")
        sign(approval, reviewer, secret=typed, way="totp")
        with pytest.raises(NotProved):
            sign(send(2), reviewer, secret="bi-mat-4", way="totp")
    finally:
        logging.getLogger().removeHandler(handler)
    said = stream.getvalue() + "".join(
        serialize("json", model.objects.all()) for model in apps.get_models() if model._meta.managed
    )
    assert reviewer.username in said  # the tables were read
    assert "bi-mat" not in said and f'"{typed}"' not in said


def test_old_tries_are_tidied_away(send, sign, reviewer):
    fails(sign, send(1), reviewer, "x")
    later(3 * 24 * 60)
    signing.tidy()
    assert not SigningTry.objects.exists()


def test_a_return_needs_no_secret(send, reviewer):
    assert lifecycle.return_to_sender(send(1), by=reviewer, reason="Sai").state == "returned"


def test_the_secret_is_in_no_report_of_an_error_and_no_page_about_a_busy_database(
    client, send, reviewer, monkeypatch
):
    from django.views.debug import ExceptionReporter

    from qms import busy
    from qms.approvals import signing

    def breaks(*args):
        raise RuntimeError("broken")

    secret = "-".join(["bi", "mat", "1"])  # the report shows the lines of this file
    approval = send(1)
    monkeypatch.setattr(signing, "locked_until", breaks)
    client.force_login(reviewer)
    client.raise_request_exception = False
    typed = {"signing_password": secret, "manifest": approval.manifest, "way": "password"}
    answer = client.post(f"/duyet/{approval.pk}/ky/", typed)
    report = ExceptionReporter(answer.wsgi_request, *answer.exc_info)
    assert "broken" in report.get_traceback_text() and answer.status_code == 500
    for said in (report.get_traceback_text(), report.get_traceback_html()):
        assert secret not in said
    assert secret not in busy.answer(answer.wsgi_request).content.decode()
