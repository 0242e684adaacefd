"""Signing in and out, lockout of accounts, and the texts of the pages."""

import datetime

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache, caches
from django.urls import reverse
from django.utils import timezone

from qms.accounts import known_devices, links
from qms.models import FailedSignIn

PASSWORD = "mat-khau-de-thu-2026"
WRONG = "khong-phai-mat-khau"


def sign_in(client, name, password=PASSWORD, **extra):
    return client.post(
        reverse("account_login"),
        {"login": name, "password": password, **extra.pop("data", {})},
        **extra,
    )


def test_an_officer_signs_in_by_user_name_whatever_its_case_and_out_again(client, officer):
    assert sign_in(client, "OFFICER").url == "/"
    assert client.get(reverse("my_account")).context["user"] == officer
    client.post(reverse("account_logout"))
    assert client.get(reverse("my_account")).status_code == 302


def test_who_was_sent_to_sign_in_goes_on_where_they_were(client, officer):
    there = reverse("my_account")
    asked = client.get(there)
    assert asked.url == f"{reverse('account_login')}?next={there}"
    page = client.get(asked.url)
    assert page.context["redirect_field_value"] == there
    assert sign_in(client, "officer", data={"next": there}).url == there


def test_nobody_is_sent_to_another_site_after_signing_in(client, officer):
    assert sign_in(client, "officer", data={"next": "https://example.org/"}).url == "/"


def test_the_admin_sends_to_our_own_sign_in_page(client, db):
    asked = client.get("/admin/login/?next=/admin/")
    assert (asked.status_code, asked.url) == (302, reverse("account_login") + "?next=/admin/")


def test_a_wrong_password_says_so_in_vietnamese_without_telling_which_part_was_wrong(
    client, officer
):
    wrong = sign_in(client, "officer", WRONG).content.decode()
    unknown = sign_in(client, "khong-ai", WRONG).content.decode()
    assert "Tên đăng nhập hoặc mật khẩu chưa đúng." in wrong
    assert "Tên đăng nhập hoặc mật khẩu chưa đúng." in unknown


def test_five_failures_lock_the_account_from_that_address_and_from_no_other(
    client, officer, reader
):
    answers = [
        sign_in(client, name, WRONG).status_code
        for name in ["officer", "Officer", "OFFICER", "officer", "officer"]
    ]
    assert answers == [200, 200, 200, 200, 429]
    locked = sign_in(client, "officer")
    assert locked.status_code == 429
    assert "Tạm khóa đăng nhập" in locked.content.decode()
    # The same account from elsewhere
    assert sign_in(client, "officer", REMOTE_ADDR="10.0.0.9").status_code == 302
    client.logout()
    assert sign_in(client, "reader").status_code == 302  # another account from the same address


def test_letters_that_the_database_takes_for_others_count_for_the_same_account(client, officer):
    answers = [
        sign_in(client, name, WRONG).status_code
        for name in [
            "officer",
            "off\u0131cer",
            "OFF\u0131CER",
            "offic\u0435r",
            "o\ufb03cer",
            "off\u0131cer",
        ]
    ]  # a Cyrillic e is another letter everywhere
    assert answers == [200, 200, 200, 200, 200, 429]
    assert FailedSignIn.objects.filter(account="officer").count() == 5


def test_an_address_is_never_locked_by_itself(client, appoint, agency):
    for n in range(12):
        appoint(f"staff{n}", "reader", agency)
        assert [sign_in(client, f"staff{n}", WRONG).status_code for _ in range(4)] == [200] * 4
    assert sign_in(client, "staff0").status_code == 302


def test_failures_count_against_the_claimed_address_only_behind_our_own_proxy(
    client, officer, settings
):
    for n in range(5):
        sign_in(client, "officer", WRONG, HTTP_X_FORWARDED_FOR=f"10.1.1.{n}")
    assert sign_in(client, "officer").status_code == 429
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert (
        sign_in(client, "officer", HTTP_X_FORWARDED_FOR="203.0.113.7, 10.1.1.77").status_code == 302
    )


def test_what_another_peer_than_the_proxy_says_of_the_client_is_not_believed(
    client, officer, settings
):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.FORWARDED_ALLOW_IPS = ["10.0.0.0/8"]
    answers = [
        sign_in(client, "officer", WRONG, HTTP_X_FORWARDED_FOR=f"203.0.113.{n}").status_code
        for n in range(5)
    ]
    assert answers == [200, 200, 200, 200, 429]
    assert sign_in(client, "officer", HTTP_X_FORWARDED_FOR="203.0.113.77").status_code == 429


def test_an_invalid_address_does_not_count(client, officer, settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    answers = [
        sign_in(client, "officer", WRONG, HTTP_X_FORWARDED_FOR=f"'; {n} <b>").status_code
        for n in range(5)
    ]
    assert answers[-1] == 429


def guess_from_everywhere(client_of, times: int = 20) -> int:
    """Wrong passwords, each from another IP address; returns the status of the last response."""
    answers = [
        sign_in(client_of(), "officer", WRONG, REMOTE_ADDR=f"198.51.100.{n}") for n in range(times)
    ]
    return answers[-1].status_code


def test_guesses_from_many_addresses_lock_the_account_but_not_on_the_owners_device(
    client, officer, client_of
):
    assert sign_in(client, "officer").status_code == 302
    client.post(reverse("account_logout"))
    assert guess_from_everywhere(client_of) == 429
    strange = sign_in(client_of(), "officer", REMOTE_ADDR="198.51.100.99")
    assert (strange.status_code, "từ các máy lạ" in strange.content.decode()) == (429, True)
    assert sign_in(client, "officer").status_code == 302


def test_a_known_device_has_a_limit_of_its_own(client, officer, client_of):
    sign_in(client, "officer")
    client.post(reverse("account_logout"))
    answers = [
        sign_in(client, "officer", WRONG, REMOTE_ADDR=f"198.51.100.{n}").status_code
        for n in range(5)
    ]
    assert answers == [200, 200, 200, 200, 429]
    assert sign_in(client, "officer").status_code == 429
    assert sign_in(client_of(), "officer", REMOTE_ADDR="10.0.0.9").status_code == 302


def test_a_device_known_to_one_account_is_strange_to_another(client, officer, reader, client_of):
    sign_in(client, "reader")
    client.post(reverse("account_logout"))
    guess_from_everywhere(client_of)
    assert sign_in(client, "officer").status_code == 429


def test_a_made_up_cookie_makes_no_known_device(client, officer, client_of):
    guess_from_everywhere(client_of)
    client.cookies[known_devices.COOKIE] = "eyJkZXZpY2UiOiAieCJ9:1:x"
    assert sign_in(client, "officer").status_code == 429


def test_a_new_password_opens_an_account_that_was_locked_everywhere(client, officer, client_of):
    guess_from_everywhere(client_of)
    new = "mot-cau-de-nho-that-dai"
    links.use(links.make(officer, by=None), password=new)
    assert sign_in(client, "officer", new).status_code == 302


def test_an_hour_later_the_account_is_open_again(client, officer, client_of):
    guess_from_everywhere(client_of)
    FailedSignIn.objects.update(at=timezone.now() - datetime.timedelta(minutes=61))
    assert sign_in(client, "officer").status_code == 302


def test_a_session_ends_when_nothing_was_asked_for_long(client, officer, settings):
    sign_in(client, "officer")
    for hours, status in ((11, 200), (11, 200), (13, 302)):
        session = client.session
        session["seen_at"] -= hours * 3600
        session.save()
        assert client.get(reverse("my_account")).status_code == status


def test_a_session_in_use_is_prolonged(client, officer):
    sign_in(client, "officer")
    session = client.session
    session["seen_at"] -= 3600
    session.save()
    Session.objects.update(expire_date=timezone.now() + datetime.timedelta(minutes=1))
    client.get(reverse("my_account"))
    assert Session.objects.get().expire_date > timezone.now() + datetime.timedelta(hours=11)


def test_pages_of_who_is_signed_in_are_kept_by_no_cache(client, officer):
    assert "Cache-Control" not in client.get("/").headers
    sign_in(client, "officer")
    for path in ("/", "/tim-kiem/?q=a", reverse("my_account"), "/admin/"):
        kept = client.get(path).headers["Cache-Control"]
        assert {"private", "no-store"} <= set(kept.replace(",", " ").split()), path


def test_a_deactivated_account_loses_access_at_once_and_cannot_sign_in(
    client, officer, system_admin
):
    from qms.lifecycle import people

    sign_in(client, "officer")
    people.deactivate(officer, by=system_admin)
    assert client.get(reverse("my_account")).status_code == 302
    assert sign_in(client, "officer").url == reverse("account_inactive")
    people.reactivate(officer, by=system_admin)
    # The old session does not come back
    assert client.get(reverse("my_account")).status_code == 302


def test_nobody_signs_up_by_themselves(client, db):
    assert "Tài khoản do cơ quan cấp" in client.get(reverse("account_signup")).content.decode()
    client.post(reverse("account_signup"), {"username": "ke-la", "password1": PASSWORD})
    assert sign_in(client, "ke-la").status_code == 200


def test_a_changed_password_ends_the_other_sessions(client, officer, client_of):
    sign_in(client, "officer")
    elsewhere = client_of()
    sign_in(elsewhere, "officer")
    new = "mot-cau-de-nho-that-dai"
    client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )
    assert client.get(reverse("my_account")).status_code == 200
    assert elsewhere.get(reverse("my_account")).status_code == 302


@pytest.fixture
def client_of():
    from django.test import Client

    return Client


def test_own_sessions_are_listed_and_ended_one_by_one_and_nobody_elses(
    client, officer, reader, client_of
):
    from allauth.usersessions.models import UserSession

    elsewhere, others = client_of(), client_of()
    sign_in(client, "officer")
    sign_in(elsewhere, "officer", HTTP_USER_AGENT="Trình duyệt kia")
    sign_in(others, "reader")
    page = client.get(reverse("usersessions_list"))
    assert len(page.context["sessions"]) == 2
    foreign = UserSession.objects.get(user=reader)
    assert client.post(reverse("end_session", args=[foreign.pk])).status_code == 404
    own = UserSession.objects.get(user_agent="Trình duyệt kia")
    answer = client.get(reverse("end_session", args=[own.pk]))
    assert answer.url == reverse("usersessions_list") and UserSession.objects.filter(pk=own.pk)
    client.post(reverse("end_session", args=[own.pk]))
    assert elsewhere.get(reverse("my_account")).status_code == 302
    assert others.get(reverse("my_account")).status_code == 200


def test_the_second_factor_is_set_up_asked_for_and_guessing_it_is_limited(
    client, officer, client_of, code_of
):
    sign_in(client, "officer")
    asked = client.get(reverse("mfa_activate_totp"))
    assert asked.url.startswith(reverse("account_reauthenticate"))
    assert client.post(asked.url, {"password": WRONG}).status_code == 200
    page = client.post(asked.url, {"password": PASSWORD}, follow=True)
    secret = page.context["form"].secret
    assert "Quét hình dưới đây" in page.content.decode()
    client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    codes = client.get(reverse("mfa_view_recovery_codes"))
    assert len(codes.context["unused_codes"]) == 10
    recovery = codes.context["unused_codes"][0]
    fresh = client_of()
    assert sign_in(fresh, "officer").url == reverse("mfa_authenticate")
    assert fresh.get("/admin/").status_code == 302
    assert "Nhập mã 6 chữ số" in fresh.get(reverse("mfa_authenticate")).content.decode()
    for _ in range(5):
        fresh.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert (
        "nhập sai nhiều lần"
        in fresh.post(reverse("mfa_authenticate"), {"code": recovery}).content.decode()
    )
    caches["memory"].clear()  # what another process doesn't have
    assert (
        "nhập sai nhiều lần"
        in fresh.post(reverse("mfa_authenticate"), {"code": recovery}).content.decode()
    )
    cache.clear()  # five minutes later
    assert fresh.post(reverse("mfa_authenticate"), {"code": recovery}).status_code == 302
    assert fresh.get(reverse("my_account")).status_code == 200


def test_without_a_mail_server_the_reset_page_names_who_can_help(client, db, settings):
    settings.EMAIL_HOST = ""
    page = client.get(reverse("account_reset_password")).content.decode()
    assert "nhờ quản trị cơ quan" in page
    assert '<input type="email"' not in page


def test_with_a_mail_server_a_reset_link_comes_by_mail_and_works_once(client, officer, settings):
    settings.EMAIL_HOST = "mail.example.org"
    officer.email = officer.confirmed_email = "thu-ky@example.org"
    officer.last_login = timezone.now()
    officer.save()
    client.post(reverse("account_reset_password"), {"email": "THU-KY@example.org"})
    client.post(reverse("account_reset_password"), {"email": "nguoi-la@example.org"})
    assert [m.to for m in mail.outbox] == [["thu-ky@example.org"]]
    assert "Đặt lại mật khẩu" in mail.outbox[0].subject
    link = next(
        line for line in mail.outbox[0].body.splitlines() if "/accounts/password/reset/key/" in line
    )
    path = "/" + link.split("/", 3)[3]
    form = client.get(path, follow=True)
    new = "mot-cau-de-nho-that-dai"
    client.post(form.redirect_chain[-1][0], {"password1": new, "password2": new})
    assert sign_in(client, "officer", new).status_code == 302
    client.logout()
    assert "không còn dùng được" in client.get(path, follow=True).content.decode()


@pytest.mark.parametrize(
    "name", ["account_login", "account_reset_password", "account_signup", "account_inactive"]
)
def test_the_pages_are_vietnamese_and_english_by_choice(client, db, name):
    assert '<html lang="vi"' in client.get(reverse(name)).content.decode()
    client.post("/i18n/setlang/", {"language": "en", "next": "/"})
    assert '<html lang="en"' in client.get(reverse(name)).content.decode()


def test_addresses_of_the_library_that_we_do_not_use_are_closed(client, officer):
    client.force_login(officer)
    for path in ["/accounts/email/", "/accounts/password/set/"]:
        assert client.get(path).status_code == 404
        assert client.post(path, {"email": "a@example.org", "action_add": ""}).status_code == 404


def test_asking_too_often_is_answered_in_vietnamese(client, db, settings):
    settings.EMAIL_HOST = "mail.example.org"
    answers = [
        client.post(reverse("account_reset_password"), {"email": "ai-do@example.org"})
        for _ in range(7)
    ]
    assert {answer.status_code for answer in answers[:5]} == {302}
    assert answers[-1].status_code == 429
    assert "Bạn thử quá nhanh" in answers[-1].content.decode()


def test_who_may_not_enter_the_admin_is_told_so(client, reader):
    client.force_login(reader, backend="qms.accounts.backends.Accounts")
    answer = client.get("/admin/", follow=True)
    assert (answer.status_code, answer.redirect_chain) == (
        403,
        [("/admin/login/?next=/admin/", 302)],
    )
    assert "Bạn không có quyền làm việc này" in answer.content.decode()
    assert 'class="message' not in answer.content.decode()  # once is enough
    assert 'class="message' not in client.get("/").content.decode()
