"""Every page that a role reaches has one language: no English in Vietnamese, no Vietnamese in
English.

The data of the city here is in made-up words that belong to neither, so everything else on a page
is a text of the screen."""

import os

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import translation
from django.utils.translation import trans_real
from lxml import html

from qms import catalogues
from qms.accounts import links
from qms.roles import Role
from tests.qms import wordless_city
from tests.qms.speech import Walk, english_in, english_words, leftovers, said, vietnamese_in

pytestmark = [pytest.mark.django_db, pytest.mark.pure]

LANGUAGES = pytest.mark.parametrize("language", ["vi", "en"])
EVERY = bool(os.environ.get("QMS_TORTURE"))
PEOPLE = (
    ("nobody", *Role.values)
    if EVERY
    else ("nobody", Role.READER, Role.AUTHOR, Role.OFFICER, Role.AGENCY_ADMIN, Role.SYSTEM_ADMIN)
)
STARTS = ("/", "/a/", "/tim-kiem/", "/tim-kiem/?q=vuqox", "/tim-kiem/?q=zzzyx", "/tim-kiem/?q=vuqox&cu=1", "/accounts/login/", "/accounts/signup/",
          "/accounts/password/reset/", "/accounts/password/reset/done/", "/accounts/password/change/", "/accounts/logout/", "/accounts/2fa/",
          "/accounts/2fa/totp/activate/", "/accounts/2fa/recovery-codes/", "/accounts/reauthenticate/", "/accounts/sessions/", "/accounts/me/",
          "/admin/tim-kiem/tu-viet-tat/thu/?q=vq+vuqox+plonix", "/admin/tim-kiem/tu-viet-tat/?q=zzzyx", "/admin/tim-kiem/ket-qua-uu-tien/?q=zzzyx",
          "/admin/tim-kiem/ket-qua-uu-tien/new/?text=vuqox", "/admin/tim-kiem/ket-qua-uu-tien/new/?text=zzzyx", "/admin/tim-kiem/khong-thay/?days=7",
          "/link/none/", "/first/none/", "/manage/", "/admin/", "/admin/tai-lieu/", "/admin/tai-lieu/?q=zzzyx", "/none/", "/admin/none/")  # fmt: skip
ERRORS = (
    "400.html",
    "403.html",
    "403_csrf.html",
    "404.html",
    "429.html",
    "500.html",
    "account/locked_out.html",
    "wagtailadmin/404.html",
)


@pytest.fixture(scope="module", autouse=True)
def compiled():
    """The catalogues compiled from the sources."""
    for code in ("vi", "en"):
        trans_real._translations.pop(code, None)
    catalogues.compile_all()


@pytest.fixture
def city(db):
    return wordless_city.make()


@LANGUAGES
def test_every_page_speaks_the_chosen_language(language, city):
    walks = {name: Walk(Client(), city[name], language).run(STARTS) for name in PEOPLE}
    counted = {str(name): len(walk.pages) for name, walk in walks.items()}
    assert leftovers(walks, language) == {}
    assert [
        (name, address, status)
        for name, walk in walks.items()
        for address, status, _page in walk.pages
        if status >= 500
    ] == []
    assert (
        counted["nobody"] > 20
        and counted[str(Role.OFFICER)] > 60
        and counted[str(Role.SYSTEM_ADMIN)] > 60
    ), counted  # the links were followed


@LANGUAGES
def test_links_and_second_factor_speak_the_chosen_language(language, city):
    walks = {
        "link": Walk(Client(), None, language).run(
            [f"/link/{links.make(city[Role.READER], by=None)}/"], follow=False
        )
    }
    owner = city[Role.OFFICER]
    walks["owner"] = Walk(Client(), owner, language)
    walks["owner"].run(["/accounts/2fa/totp/activate/"], follow=False)
    TOTP.activate(owner, generate_totp_secret())
    RecoveryCodes.activate(owner)
    pages = (
        "",
        "recovery-codes/",
        "recovery-codes/generate/",
        "totp/deactivate/",
        "reauthenticate/",
    )
    walks["owner"].run([f"/accounts/2fa/{page}" for page in pages], follow=False)
    signing_in = Walk(Client(), None, language)
    answer = signing_in.client.post(
        "/accounts/login/",
        {"login": owner.username, "password": "mat-khau-de-thu-2026"},
        follow=True,
    )
    signing_in.read("second step", answer)
    signing_in.read(
        "wrong code", signing_in.client.post(answer.request["PATH_INFO"], {"code": "000000"})
    )
    walks["signing in"] = signing_in
    assert leftovers(walks, language) == {}
    assert [address for address, status, _page in walks["owner"].pages if status != 200] == []
    assert "/accounts/2fa/authenticate/" in answer.redirect_chain[-1][0]


@LANGUAGES
def test_the_beginning_speaks_the_chosen_language(language, db):
    begin = Walk(Client(), None, language).run([f"/first/{links.make_first()}/"], follow=False)
    assert leftovers({"first": begin}, language) == {}
    assert [status for _address, status, _page in begin.pages][:1] == [200]


@LANGUAGES
def test_every_error_page_speaks_the_chosen_language(language, city):
    known = english_words()
    with translation.override(language):
        for name in ERRORS:
            request = RequestFactory().get("/")
            request.user = city[Role.OFFICER]
            texts = list(
                said(html.fromstring(render_to_string(name, {"minutes": 5}, request=request)))
            )
            assert (english_in(texts, known) if language == "vi" else vietnamese_in(texts)) == [], (
                name
            )


def test_a_leftover_would_be_found(db):
    page = html.fromstring(
        '<p title="Save draft">Lưu bản thảo</p><p>Chọn tệp</p><script type="application/json">{"a": ["Xóa"]}</script><input placeholder="Filter by type"><code>save</code>'
    )
    walk = Walk(Client(), None, "vi")
    walk.pages.append(("/", 200, page))
    assert list(leftovers({"x": walk}, "vi")) == ["Filter by type", "Save draft"]
    assert list(leftovers({"x": walk}, "en")) == ["Chọn tệp", "Lưu bản thảo", "Xóa"]
