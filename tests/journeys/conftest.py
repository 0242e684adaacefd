"""A real browser on the running site. `visit` opens a separate page as somebody, at a given width;
at the end every page is checked: no script failed and nothing violated the content policy. As in
production, each request has a connection of its own."""

import json
import os
import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from pytest_django.live_server_helper import LiveServer

from tests.together import TOGETHER, own_connections  # noqa: F401

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
DESKTOP, PHONE = 1280, 390


def pytest_collection_modifyitems(items) -> None:
    """A narrow page looks the same on every database. A browser that no longer responds can only be
    ended with its process."""
    for item in items:
        if item.get_closest_marker("browser"):
            for mark in TOGETHER:
                item.add_marker(mark)
            if not os.environ.get("QMS_TORTURE"):
                item.add_marker(pytest.mark.timeout(300, method="thread"))
        width = item.callspec.params.get("width") if hasattr(item, "callspec") else None
        if width not in {None, DESKTOP}:
            item.add_marker(pytest.mark.pure)


def missing(what: str) -> None:
    """Skips if a part of the machine is missing; on the CI server that is a failure."""
    if os.environ.get("CI"):
        pytest.fail(what, pytrace=False)
    pytest.skip(what)


@pytest.fixture(scope="session")
def browser(layers):
    """Its event loop gives this thread another connection (asgiref.local), so the present one must
    not be in a transaction."""
    path = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    if path is None:
        missing("no Chromium on this machine (apt install chromium)")
    from playwright.sync_api import expect, sync_playwright

    layers.clear()
    expect.set_options(timeout=60_000)  # on a busy machine too
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def axe_source() -> str:
    if not AXE.exists():
        missing("axe-core is not installed (npm ci in tests/journeys)")
    return AXE.read_text()


@pytest.fixture(autouse=True)
def journey(own_connections):  # noqa: F811
    """The rows that every database begins with, before anything else is created in it."""
    from qms.lifecycle.agencies import root

    root()


@pytest.fixture(scope="session")
def site():
    """The running site. pytest-django's `live_server` answers every request on the one connection
    of an in-memory database, where two concurrent requests run into each other's transactions."""
    server = LiveServer("localhost", start=False)
    server.thread.connections_override = {}
    server.start()
    server._live_server_modified_settings.enable()
    yield server
    server._live_server_modified_settings.disable()
    server.stop()


def expected(said):
    """Whether the console message is expected: a page that is meant to be missing, an autosave
    overtaken by the button (Wagtail answers 400), a refused file of a device, a network or session
    that the test has removed, or a busy database that a device retries."""
    away = "ERR_INTERNET_DISCONNECTED" in said.text or (
        ("401" in said.text or "503" in said.text) and "/tai-cho/" in said.location["url"]
    )
    overtaken = "400" in said.text and said.location["url"].endswith("/edit/")
    refused = "400" in said.text and "/tai-cho/tep/" in said.location["url"]
    # Wagtail's editor tells of itself every ten seconds, also while a test has cut the network
    pinged = "Failed to fetch" in said.text and "editing-sessions" in said.text
    # the browser looks for a newer worker by itself, even if the server or the network is away
    unrenewed = "error occurred when fetching the script" in said.text
    return "404" in said.text or overtaken or refused or away or pinged or unrenewed


def session_of(user) -> str:
    """The key of a new session of the user."""
    session = SessionStore()
    session[SESSION_KEY] = user._meta.pk.value_to_string(user)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return session.session_key


@pytest.fixture
def visit(browser, site):
    """visit("/d/1/", as_=user, width=390, scripts=False, dark=True) -> the browser's page there."""
    contexts, complaints = [], []

    def make(path="/", *, as_=None, width=DESKTOP, scripts=True, dark=False):
        context = browser.new_context(
            viewport={"width": width, "height": 844 if width < 600 else 900},
            color_scheme="dark" if dark else "light",
            locale="vi-VN",
            java_script_enabled=scripts,
        )
        contexts.append(context)
        if as_ is not None:
            context.add_cookies(
                [
                    {
                        "name": settings.SESSION_COOKIE_NAME,
                        "value": session_of(as_),
                        "url": site.url,
                    }
                ]
            )
        page = context.new_page()
        page.set_default_timeout(int(os.environ.get("SLOW", 60_000)))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda said: (
                complaints.append(f"{said.text} {said.location['url']}")
                if said.type == "error" and not expected(said)
                else None
            ),
        )
        page.goto(site.url + path)
        return page

    yield make
    for context in contexts:
        context.close()
    assert complaints == []


# Nothing moves any more, and Wagtail's message has faded in; false if that takes longer than five
# seconds.
SETTLED = """async () => {
  const moves = a => a.playState === 'running' && a.effect.getTiming().iterations !== Infinity;
  const faded = list => getComputedStyle(list).opacity === '1';
  for (let turn = 0; turn < 100; turn++) {
    if (!document.getAnimations().some(moves) && [...document.querySelectorAll('.messages > ul:has(li)')].every(faded)) return true;
    await new Promise(done => setTimeout(done, 50));
  }
  return false;
}"""


@pytest.fixture
def serious(axe_source):
    """serious(page) -> axe's serious and critical violations of WCAG 2.2 A and AA and of best practice
    on the page, as short lines; serious(page, "moderate") -> the moderate ones too."""

    def run(page, *also: str) -> list[str]:
        assert page.evaluate(SETTLED), "the page never came to rest"
        page.evaluate(axe_source)
        found = page.evaluate(
            "async () => JSON.stringify(await axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}))"
        )
        return [
            f"{v['id']}: {node['html'][:160]}"
            for v in json.loads(found)["violations"]
            if v["impact"] in {"serious", "critical", *also}
            for node in v["nodes"]
        ]

    return run


def overflow(page) -> list[str]:
    """Elements that overflow the page to the right."""
    return page.evaluate(
        "() => document.documentElement.scrollWidth <= innerWidth ? [] : "
        "[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.scroll, .filters')).map(e => e.tagName + '.' + e.className).slice(0, 5)"
        ".concat('page')"
    )
