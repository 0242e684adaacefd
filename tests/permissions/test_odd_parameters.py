"""Whatever is in a URL, a query or a form, there is no server error: a lone quotation mark, NUL,
non-numbers, numbers too large for any database, invalid bytes, half a character."""

import itertools
import os
import random
import re
from collections.abc import Iterator
from urllib.parse import quote, urlencode, urlsplit

import pytest
from django.db import connection
from lxml import html

from tests.permissions.addresses import Pattern, fillings, patterns
from tests.permissions.asks import ID_NAMES, SEARCHES, Ask
from tests.permissions.canary import City
from tests.permissions.walker import Walker

pytestmark = pytest.mark.django_db

EVERY = bool(os.environ.get("QMS_TORTURE"))
# Share of the requests that are not `first`: in a usual run, and in make torture (1: all of them,
# hours for each person)
SHARE = float(os.environ.get("QMS_ODD_SHARE", "0.05")) if EVERY else 0.03
SEED = int(os.environ.get("QMS_TORTURE_SEED", "9001"))
HUGE = str(10**30)
# Percent-encoded, as they travel: quotation marks, NUL, no number, negative, beyond 64 bits,
# invalid UTF-8, half a surrogate pair, markup
ODD = [
    "%22",
    "%27",
    "%00",
    "a%00b",
    "abc",
    "-1",
    HUGE,
    "%FF%FE",
    "%ED%A0%80",
    "%25",
    "%3Cscript%3E",
    "1e309",
    "NaN",
    "2026-13-45",
    "*:*%20OR%20(",
    "%5B%5D",
    "",
]
LISTS = ("p", "page", "order", "ordering", "export", "limit", "offset", "from", "to", "date", "day", "year", "kind", "state", "field", "clause", "legal",
         "timestamp_from", "timestamp_before", "tu", "den", "ngay", "cu", "sort", "group", "document", "next", "name", "lang", "language")  # fmt: skip
NAMES = tuple(dict.fromkeys((*SEARCHES, *ID_NAMES, *LISTS)))
# PostgreSQL is the stricter one: NUL, numbers beyond 64 bits. The full run covers five people.
FEW = connection.vendor == "sqlite" or not EVERY
WHO = (
    ("officer", "nobody")
    if FEW
    else ("officer", "agency_admin", "reader", "nobody", "system_admin")
)


def odd_paths(pattern: Pattern) -> Iterator[str]:
    """The URL with odd values as parameters."""
    if not pattern.parameters:
        return
    for value in (
        "0",
        HUGE,
        "9223372036854775808",
        "99999999999",
        "%22",
        "%00",
        "%ED%A0%80",
        "..%2F..%2Fetc%2Fpasswd",
        "x" * 300,
    ):
        yield pattern.url(dict.fromkeys((name for name, _ in pattern.parameters), value))


def odd_queries(pattern: Pattern, url: str, turn: int) -> Iterator[Ask]:
    """The URL with odd queries: all names at once, and each alone, with a value that changes from
    URL to URL."""
    for value in ODD:
        yield Ask(
            pattern.route, "GET", f"{url}?" + "&".join(f"{name}={value}" for name in SEARCHES)
        )
        yield Ask(
            pattern.route,
            "GET",
            f"{url}?" + "&".join(f"{name}={value}" for name in NAMES),
            first=False,
        )
    for name, value in zip(NAMES, itertools.cycle(ODD[turn:] + ODD[:turn])):
        yield Ask(pattern.route, "GET", f"{url}?{name}={value}", first=False)


TEXTS = ['"', "'", "\x00", "abc", HUGE, "\ufffd", "-1", "{", "[]", "null", "<b>"]


def odd_forms(pattern: Pattern, url: str, page: str, turn: int) -> Iterator[Ask]:
    """The forms of a page with odd values in every field, and in each alone as above; a form and
    JSON that no page has."""
    for text in TEXTS:
        yield Ask(
            pattern.route,
            "POST",
            url,
            tuple((name, text) for name in NAMES),
            first=text in {"\x00", HUGE},
        )
    yield Ask(
        pattern.route, "POST", url, json='{"name": "\\ud800", "ids": ["\\u0000"], "value": 1e999}'
    )
    yield Ask(pattern.route, "POST", url, json="[" * 5000, first=False)
    if "<form" in page:
        for form in html.document_fromstring(page).forms:
            yield from odd_form(pattern.route, url, form, turn)


def odd_form(route: str, url: str, form: html.FormElement, turn: int) -> Iterator[Ask]:
    """One form of a page, unless it leads to another site."""
    target = urlsplit(form.get("action") or url)
    if target.netloc or not (target.path or url).startswith("/"):
        return
    path = target.path or urlsplit(url).path
    address = path + (f"?{target.query}" if target.query else "")
    values = [(k, v if isinstance(v, str) else "") for k, v in form.form_values()]
    names = sorted({k for k in form.fields.keys() if k and "csrf" not in k})  # noqa: SIM118 - lxml's own mapping
    alone = zip(names, itertools.cycle(TEXTS[turn:] + TEXTS[:turn]))
    if form.method == "GET":
        for text in TEXTS:
            query = urlencode([(name, text) for name in names])
            yield Ask(route, "GET", f"{path}?{query}", first=text in {'"', HUGE})
        for name, text in alone:
            yield Ask(route, "GET", f"{path}?{quote(name)}={quote(text)}", first=False)
    else:
        kept = [(k, v) for k, v in values if counts_rows(k)]
        free = [name for name in names if name not in dict(kept)]
        for text in TEXTS:
            sent = (*kept, *((name, text) for name in free))
            yield Ask(route, "POST", address, sent, first=text in {"\x00", HUGE})
        for name, text in alone:
            others = [(k, v) for k, v in values if k != name]
            yield Ask(route, "POST", address, (*others, (name, text)), first=False)
    halves = tuple((k, with_half_characters(v)) for k, v in values)
    if halves != tuple(values):
        yield Ask(route, "POST", address, halves)


def counts_rows(name: str) -> bool:
    """Whether a field only says how many rows the form has."""
    return "TOTAL_FORMS" in name or "INITIAL_FORMS" in name or "-count" in name


def with_half_characters(value: str) -> str:
    """JSON with half a surrogate pair in place of each word of the city."""
    return re.sub(r"zzcanary\w+", r"\\ud800", value) if value[:1] in "{[" else value


@pytest.mark.torture
@pytest.mark.parametrize("role", WHO)
def test_odd_values_are_no_server_error(city: City, role: str):
    walker, drawn = Walker(city, role), random.Random(SEED)
    broke: dict[str, str] = {}
    asked = 0

    def send(ask: Ask) -> None:
        nonlocal asked
        asked += 1
        answer = walker.ask(ask)
        if answer.error:
            broke.setdefault(f"{ask.route}: {answer.error}", str(ask)[:300])

    rest: list[Ask] = []
    for turn, pattern in enumerate(patterns()):
        for path in odd_paths(pattern):
            if HUGE in path or drawn.random() < SHARE:
                send(Ask(pattern.route, "GET", path))
        found = [
            url for whose, url in fillings(pattern, city, every=False) if whose in {"alpha", "none"}
        ]
        for url in found if SHARE == 1 else found[:1]:
            page = walker.ask(Ask(pattern.route, "GET", url))
            asks = list(odd_forms(pattern, url, page.page, turn % len(TEXTS)))
            if page.status == 200 or pattern.route.startswith("admin/") is False:
                asks += odd_queries(pattern, url, turn % len(ODD))
            for ask in asks:
                if (EVERY and ask.first) or ((EVERY or ask.first) and drawn.random() < SHARE):
                    send(ask)
                elif not EVERY:
                    rest.append(ask)
    drawn.shuffle(rest)
    for ask in rest[:60]:
        send(ask)
    print(f"{role}: {asked} requests")
    assert not broke, "\n".join(
        f"{role}: {error}, for example {example}" for error, example in sorted(broke.items())
    )
