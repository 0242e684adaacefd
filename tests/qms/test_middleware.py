"""The middleware: health for everybody, the language that a person chose, the page above a form."""

import pytest
from django.urls import reverse

from qms.middleware import page_above

pytestmark = pytest.mark.django_db


def test_health_answers_by_the_number_of_the_machine_and_without_https(client, settings):
    settings.ALLOWED_HOSTS, settings.SECURE_SSL_REDIRECT = ["iso.example.vn"], True
    page = client.get("/health", headers={"host": "10.0.0.7:8000"})
    assert page.json()["web"] == "ok"
    assert client.get("/", headers={"host": "10.0.0.7:8000"}, secure=True).status_code == 400


def test_pages_are_vietnamese_whatever_the_browser_asks_for_until_the_person_chooses(client):
    page = client.get("/accounts/login/", headers={"accept-language": "en-US,en"})
    assert (page.headers["Content-Language"], "Đăng nhập" in page.content.decode()) == ("vi", True)
    client.post(reverse("set_language"), {"language": "en", "next": "/"})
    page = client.get("/accounts/login/", headers={"accept-language": "vi"})
    assert (page.headers["Content-Language"], "Sign in" in page.content.decode()) == ("en", True)


def test_a_choice_of_language_lasts_and_one_that_does_not_exist_is_ignored(client):
    client.post(reverse("set_language"), {"language": "en", "next": "/"})
    assert client.cookies["django_language"]["max-age"] == 365 * 86_400
    client.cookies["django_language"] = "xx"
    assert client.get("/accounts/login/").headers["Content-Language"] == "vi"


def test_what_can_not_be_is_refused_in_the_language_of_the_person(client):
    client.cookies["django_language"] = "en"
    page = client.get("/tim-kiem/?q=%00")
    assert (page.status_code, page.headers["Content-Language"]) == (400, "en")


@pytest.mark.parametrize("sent", [{"name": "a\x00b"}, {"a\x00": "b"}])
def test_a_nul_that_is_posted_is_refused_before_any_view_stores_it(client, sent):
    page = client.post(reverse("set_language"), {"language": "en", **sent})
    assert (page.status_code, "django_language" in client.cookies) == (400, False)
    assert "ký tự không hợp lệ" in page.content.decode()


def test_a_nul_in_a_cookie_reaches_no_database(client):
    page = client.get("/", headers={"cookie": 'sessionid="abcdefgh\\000"'})
    assert page.status_code == 400


@pytest.mark.parametrize(
    ("form", "page"),
    [
        ("/duyet/5/ky/", "/duyet/5/"),
        ("/duyet/5/y-kien/7/", "/duyet/5/"),
        ("/duyet/vang-mat/3/ket-thuc/", "/duyet/vang-mat/"),
        ("/danh-gia/khong-phu-hop/7/hanh-dong/9/xong/", "/danh-gia/khong-phu-hop/7/"),
        ("/admin/tai-lieu/75/trinh-duyet/", "/admin/tai-lieu/75/"),
        ("/accounts/address/", "/"),
    ],
)
def test_each_form_has_a_parent_page(form, page):
    assert page_above(form) == page


def test_a_form_sent_wrongly_and_a_page_sent_to_still_say_that_they_may_not(client, reader):
    client.force_login(reader)
    assert client.put("/duyet/5/ky/").status_code == 405
    assert client.post("/").status_code == 405
