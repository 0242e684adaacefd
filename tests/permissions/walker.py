"""Requests every URL of the project as one person, reads the responses, and records what was
written."""

import itertools
import json
import random
import re
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from django.db import connection, transaction
from django.test import Client
from django.urls import Resolver404

from qms.models import User
from tests.permissions.addresses import patterns
from tests.permissions.asks import Ask, asks, from_forms
from tests.permissions.canary import City, hidden_words
from tests.permissions.telling import differences, everything_said, found_in, rows_of
from tests.words import unfit_on


@dataclass
class Answer:
    status: int
    said: str
    location: str = ""
    route: str = ""
    error: str = ""
    wrote: frozenset[str] = frozenset()
    changes: list[str] = field(default_factory=list)
    page: str = ""  # its HTML, also inside JSON, as in Wagtail's dialogues


WRITES = re.compile(r"^\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM)\s+\"?(\w+)", re.IGNORECASE)
# Allauth copies an account's address there when somebody opens any reset link of it
HARMLESS = ("account.EmailAddress",)
# People, units, agencies: of any agency
OF_SYSTEM_ADMINS = (
    "qms.",
    "auth.",
    "search.Pending",
    "wagtailusers.",
    "wagtailcore.ModelLogEntry",
)
CITY_TEMPLATES = ("procedures.CityTemplate", "procedures.HistoricalCityTemplate")  # city roles keep
# A session is kept at each sign-in, sign-out and message
OF_THE_ASKER = {
    "django_session",
    "usersessions_usersession",
}


class Walker:
    """One person, signed in once; each request is rolled back, after checking its effects on agency
    Beta."""

    def __init__(self, city: City, role: str, *, person: User | None = None) -> None:
        self.city, self.role = city, role
        self.client = Client()
        person = person or city.person(role)
        if person is not None:
            self.client.force_login(person)
            if role == "deactivated":
                type(person).objects.filter(pk=person.pk).update(is_active=False)
        self.cookies = self.client.cookies.output(header="", sep=";")
        self.watch = city.beta
        self.before = rows_of(self.watch)
        self.pattern = hidden_words(role)
        # Who still stood in a derived group is taken out of it by each request here; that is the
        # one change they may cause.
        self.synced = {"qms_user_groups"} if role in {"ended", "beginning"} else set()
        self.harmless = (
            *HARMLESS,
            *{
                "ended": ("qms.User_groups",),
                "beginning": ("qms.User_groups",),
                "system_admin": (*OF_SYSTEM_ADMINS, *CITY_TEMPLATES),
                "overseer": CITY_TEMPLATES,
            }.get(role, ()),
        )

    def ask(self, ask: Ask) -> Answer:
        self.client.cookies = SimpleCookie(self.cookies)
        with self._noted() as wrote, transaction.atomic():
            answer = self._send(ask)
            if not answer.error and wrote - OF_THE_ASKER - self.synced:
                answer.changes = [
                    d
                    for d in differences(self.before, rows_of(self.watch))
                    if not d.startswith(self.harmless)
                ]
            transaction.set_rollback(True)
        answer.wrote = frozenset(wrote - OF_THE_ASKER)
        return answer

    def _send(self, ask: Ask) -> Answer:
        send = getattr(self.client, ask.method.lower())
        keywords: dict[str, Any] = {"headers": dict(ask.headers)}
        if ask.json:
            keywords |= {"data": ask.json, "content_type": "application/json"}
        elif ask.method == "POST":
            keywords["data"] = _as_form(ask.data)
        try:
            response = send(ask.url, **keywords)
            said = everything_said(response)
        except Exception as error:  # would be a 500
            last = traceback.extract_tb(error.__traceback__)[-1]
            ours = [
                f
                for f in traceback.extract_tb(error.__traceback__)
                if "site-packages" not in f.filename and "tests/" not in f.filename
            ]
            where = f"{last.filename.rpartition('site-packages/')[2]}:{last.lineno}" + (
                f", from {ours[-1].filename}:{ours[-1].lineno}" if ours else ""
            )
            return Answer(500, "", error=f"{type(error).__name__}: {str(error)[:200]} ({where})")
        route = ""
        with suppress(Resolver404):
            route = response.resolver_match.route if response.resolver_match else ""
        error = (
            f"answered {response.status_code}"
            if response.status_code >= 500 and urlsplit(ask.url).path != "/health"
            else ""
        )
        return Answer(
            response.status_code,
            said,
            response.headers.get("Location", ""),
            route,
            error,
            page=_page_of(response),
        )

    @contextmanager
    def _noted(self) -> Iterator[set[str]]:
        wrote: set[str] = set()

        def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            match = WRITES.match(sql)
            if match:
                wrote.add(match[1])
            return execute(sql, params, many, context)

        with connection.execute_wrapper(note):
            yield wrote

    def leaks(self, answer: Answer) -> list[str]:
        return found_in(answer.said, self.pattern)


def _page_of(response: Any) -> str:
    kind = response.headers.get("Content-Type", "")
    if response.streaming or response.status_code != 200:
        return ""
    if "json" in kind:
        with suppress(ValueError, AttributeError):
            found = json.loads(response.content).get("html")
            return found if isinstance(found, str) else ""
        return ""
    return response.content.decode("utf-8", "replace") if "html" in kind else ""


def _as_form(pairs: tuple[tuple[str, str], ...]) -> dict[str, list[str]]:
    form: dict[str, list[str]] = {}
    for name, value in pairs:
        form.setdefault(name, []).append(value)
    return form


@dataclass
class Report:
    """The result of a walk."""

    role: str
    asked: int = 0
    visited: set[str] = field(default_factory=set)
    leaked: dict[str, list[str]] = field(default_factory=dict)
    broke: dict[str, str] = field(default_factory=dict)
    changed: dict[str, list[str]] = field(default_factory=dict)
    wrote: dict[str, set[str]] = field(default_factory=dict)
    worded: dict[str, list[str]] = field(default_factory=dict)  # words that no screen has

    def take(self, walker: Walker, ask: Ask, answer: Answer) -> None:
        self.asked += 1
        self.visited.add(answer.route)
        found = walker.leaks(answer)
        if found:
            self.leaked[f"{ask.route} | {str(ask)[:300]}"] = found
        if answer.error:
            self.broke[f"{ask.route} | {str(ask)[:300]}"] = answer.error
        if answer.changes:
            self.changed[f"{ask.route} | {str(ask)[:300]}"] = answer.changes
        if words := unfit_on(answer.page):
            self.worded[f"{ask.route} | {str(ask)[:300]}"] = words
        if answer.wrote:
            self.wrote[str(ask)[:300]] = set(answer.wrote)

    def complaints(self) -> str:
        lines = []
        for title, found in (
            ("LEAKED", self.leaked),
            ("BROKE", self.broke),
            ("CHANGED", self.changed),
            ("WORDED", self.worded),
        ):
            by_route: dict[str, list[str]] = {}
            for key, what in found.items():
                by_route.setdefault(key.split(" | ")[0], []).append(
                    f"{key.split(' | ', 1)[1]} -> {what}"
                )
            for route, examples in by_route.items():
                lines.append(
                    f"{title} {self.role}: {route} ({len(examples)} times), first: {examples[0]}"
                )
        return "\n".join(lines)


def walk(
    walker: Walker,
    *,
    every: bool,
    extra: int = 0,
    share: float = 1,
    whole: bool = True,
    seed: int = 9001,
) -> Report:
    """Sends a `share` of all requests (`every`), or a `share` of the first requests of each pattern
    (with `whole`: at least one of each) and a seeded sample of `extra` others."""
    report = Report(walker.role)
    drawn = random.Random(seed)
    rest: list[Ask] = []
    met: set[str] = set()
    done: set[Any] = set()

    def once(ask: Ask) -> None:
        report.visited.add(ask.route)
        if replace(ask, route="") in done:
            return
        done.add(replace(ask, route=""))
        answer = walker.ask(ask)
        report.take(walker, ask, answer)
        for step in _further(ask, answer, walker.city):
            key = _sameness(step, ask, every=every)
            if (every or step.first) and key not in done:
                done.add(key)
                report.take(walker, step, walker.ask(step))
            elif not step.first:
                rest.append(step)

    for pattern in patterns():
        for ask in asks(pattern, walker.city, every=every):
            if (every and drawn.random() < share) or (
                ask.first and (drawn.random() < share or (whole and ask.route not in met))
            ):
                met.add(ask.route)
                once(ask)
            elif not every:
                rest.append(ask)
    drawn.shuffle(rest)
    for ask in itertools.islice(rest, extra):
        once(ask)
    return report


def _further(ask: Ask, answer: Answer, city: City) -> Iterator[Ask]:
    """What a page leads to: its forms, and where it redirects."""
    if ask.method != "GET":
        return
    if answer.status == 200:
        yield from from_forms(ask, answer, city)
    if answer.location.startswith("/") and not _is_sign_in(answer.location):
        yield Ask(ask.route, "GET", answer.location)


def _sameness(step: Ask, ask: Ask, *, every: bool) -> Any:
    """Two steps with the same key are one: a form of the frame stands on every page, and is sent
    once, whatever its values."""
    elsewhere = urlsplit(step.url).path != urlsplit(ask.url).path
    if elsewhere and not every:
        return step.method, step.url.partition("?")[0], tuple(sorted(dict(step.data)))
    return replace(step, route="")


def _is_sign_in(location: str) -> bool:
    return "login" in location
