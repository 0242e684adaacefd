"""Browser protections: tokens on every form, a strict policy on our pages, private responses that
no cache shares."""

import re

import pytest
from django.test import Client

from qms.roles import Role
from tests.permissions.addresses import fillings, patterns
from tests.permissions.asks import Ask
from tests.permissions.canary import City
from tests.permissions.walker import Walker

pytestmark = [pytest.mark.django_db, pytest.mark.pure]


@pytest.mark.parametrize("role", ["officer", "system_admin", "nobody"])
def test_no_post_is_taken_without_a_token(city: City, role: str):
    """Every URL, by a browser that sends the session and no token."""
    walker = Walker(city, role)
    walker.client.handler.enforce_csrf_checks = True
    taken = []
    for pattern in patterns():
        for whose, url in list(fillings(pattern, city, every=False))[:3]:
            if whose == "beta":
                continue
            answer = walker.ask(Ask(pattern.route, "POST", url, (("title", "x"),)))
            if answer.wrote or answer.status == 200:
                taken.append((url, answer.status, sorted(answer.wrote)))
    assert taken == []


@pytest.mark.parametrize("role", ["officer", "reader", "nobody"])
def test_every_page_has_a_policy_and_ours_is_strict(city: City, role: str):
    walker = Walker(city, role)
    without, loose, seen = [], [], 0
    for pattern in patterns():
        for whose, url in list(fillings(pattern, city, every=False))[:4]:
            if whose in {"beta", "mixed"}:
                continue
            answer = walker.ask(Ask(pattern.route, "GET", url))
            if "Content-Type: text/html" not in answer.said:
                continue
            seen += 1
            policy = next(
                (
                    line
                    for line in answer.said.splitlines()
                    if line.startswith("Content-Security-Policy: ")
                ),
                "",
            )
            if "default-src 'none'" not in policy or "script-src 'self'" not in policy:
                without.append(url)
            if not url.startswith("/admin/") and (
                "unsafe" in policy or "*" in policy or "http:" in policy
            ):
                loose.append((url, policy))
    assert seen > 20
    assert without == []
    assert loose == []


def test_refusals_and_errors_carry_the_policy_too(city: City):
    client = Client()
    for url in ("/nowhere/", "/d/999999/", "/accounts/login/"):
        assert "default-src 'none'" in client.get(url).headers["Content-Security-Policy"], url


def test_what_is_private_is_not_shared_by_caches(city: City):
    """Every response that not everybody may read varies with the session, and no shared cache
    stores it."""
    shared = []
    for role in (Role.OFFICER, Role.AGENCY_ADMIN):
        walker = Walker(city, role, person=city.beta.people[role])
        walker.pattern = re.compile("zzcanarybeta[a-z0-9]*")
        for pattern in patterns():
            if re.match(
                "admin/(?:pages|workflows|reports|sites|users|groups|choose)", pattern.route
            ):
                continue
            own = [u for w, u in fillings(pattern, city, every=False) if w in {"beta", "none"}]
            for url in own[:3]:
                answer = walker.ask(Ask(pattern.route, "GET", url))
                if not walker.leaks(answer) or answer.status != 200:
                    continue
                headers = dict(
                    line.split(": ", 1)
                    for line in answer.said.splitlines()
                    if re.match(r"(?:Vary|Cache-Control): ", line)
                )
                if (
                    "Cookie" not in headers.get("Vary", "")
                    and "private" not in headers.get("Cache-Control", "")
                    and "no-store" not in headers.get("Cache-Control", "")
                ):
                    shared.append((url, headers))
                if "public" in headers.get("Cache-Control", ""):
                    shared.append((url, headers))
    assert shared == []
