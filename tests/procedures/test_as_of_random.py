"""State on a given day, with random days and acts, compared with a plain reference: page, register
and search, both engines."""

import copy
import datetime
import os
import random

import pytest

from procedures import lifecycle
from procedures.models import Version, VersionAct
from procedures.reader import issued_register, queries
from procedures.reader.as_of import Day
from qms import access
from qms.clock import on_day
from search import api
from search.queue import pending
from tests.search.conftest import elasticsearch_url, product, server  # noqa: F401 - fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.torture]
TODAY = datetime.date(2026, 6, 30)
START = datetime.date(2026, 1, 5)
FULL = bool(os.environ.get("QMS_TORTURE"))
DOCUMENTS, SPAN, SEED = 40 if FULL else 12, 60, 14
STEP = 1 if FULL else 3  # days between two checks
PUBLIC = frozenset({"public"})


def day(number):
    return START + datetime.timedelta(days=number)


def history(dice):
    """[(first day, [(day, kind)])] of a document's versions; days as numbers."""
    kinds = ("withdrawn", "reinstated", "withdrawn", "reinstated", "narrowed", "struck_out")
    return [
        (
            dice.randrange(SPAN),
            sorted((dice.randrange(SPAN), dice.choice(kinds)) for _ in range(dice.randrange(5))),
        )
        for _ in range(dice.randrange(1, 5))
    ]


def write(samples, histories):
    """Writes the histories directly into the database; returns the IDs of the versions, by
    document."""
    ids = []
    for sample, versions in zip(samples, histories, strict=True):
        ids.append([])
        for ordinal, (first, acts) in enumerate(versions, 1):
            version = copy.copy(sample)
            version.pk, version.ordinal, version.effective_on = None, ordinal, day(first)
            version.title = f"Quy trình {sample.code} bản {ordinal}"
            version.save(force_insert=True)
            ids[-1].append(version.pk)
            for number, kind in acts:
                VersionAct.objects.create(
                    version=version, kind=kind, on_day=day(number), at=version.made_at,
                    visibility="agency" if kind == "narrowed" else "",
                )  # fmt: skip
    return ids


def reference(versions, until):
    """The index of the version in force on the day, computed day by day; None if there was none."""
    order = sorted(range(len(versions)), key=lambda place: (versions[place][0], place))
    live = [p for p in order if all(kind != "struck_out" for _day, kind in versions[p][1])]
    took_effect, withdrawn = set(), set()
    for today in range(until + 1):
        for place in live:
            first, acts = versions[place]
            if today >= first and place not in withdrawn:
                took_effect.add(place)
            for on, kind in acts:
                if on == today and kind == "withdrawn":
                    withdrawn.add(place)
                elif on == today and kind == "reinstated":
                    withdrawn.discard(place)
                    if today >= first:
                        took_effect.add(place)
    last = next((place for place in reversed(live) if place in took_effect), None)
    return None if last in withdrawn else last


@pytest.fixture
def world(make_document, agency):
    """The histories, and the IDs of their versions."""
    dice = random.Random(SEED)
    pages = [
        make_document(agency, code=f"QT-{n:02}", visibility="public") for n in range(DOCUMENTS)
    ]
    samples = [lifecycle.version_of(p, issued_on=START, effective_on=START) for p in pages]
    histories = [history(dice) for _ in pages]
    return pages, histories, write(samples, histories)


def expected(world, number, *, all_versions):
    """{IDs of versions in force on the day} visible to a person: in the agency all of them, in
    public those not narrowed."""
    _pages, histories, ids = world
    found = set()
    for versions, pks in zip(histories, ids, strict=True):
        place = reference(versions, number)
        if place is not None and (
            all_versions or all(kind != "narrowed" for _day, kind in versions[place][1])
        ):
            found.add(pks[place])
    return found


def shown_by(world, tokens, agency, number):
    """What the pages of the documents and the register show for the day."""
    pages = {
        life.version.pk
        for page in world[0]
        for life in queries.statuses(page.pk, tokens, day(number))
        if life.state == "in_force"
    }
    held = Day(day(number), asked=True)
    register = {life.version.pk for life in issued_register.entries(agency, tokens, held)}
    return pages, register


def test_pages_and_register_show_what_the_reference_says(world, agency, reader):
    tokens = access.tokens_for(reader)
    with on_day(TODAY):
        for number in range(-1, SPAN + 2, STEP):
            wanted = expected(world, number, all_versions=True)
            assert shown_by(world, tokens, agency, number) == (wanted, wanted), number


def test_strangers_see_of_an_earlier_day_only_what_they_may_see_today(world, agency):
    with on_day(TODAY):
        for number in range(0, SPAN + 2, 7):
            wanted = expected(world, number, all_versions=False)
            assert shown_by(world, PUBLIC, agency, number) == (wanted, wanted), number


def found(tokens, number):
    """The IDs of the versions in force on the day that the search finds."""
    hits, page = [], 1
    while True:
        results = api.find("", tokens=tokens, day=day(number), groups=("document",), sort="code", page=page, size=100)  # fmt: skip
        assert not results.notice, results.notice
        hits += results.hits
        if len(results.hits) < 100:
            return {hit.title for hit in hits}
        page += 1


def test_the_search_finds_what_the_reference_says(world, product, reader):  # noqa: F811
    titles = dict(Version.objects.values_list("pk", "title"))
    with on_day(TODAY):
        for page in world[0]:
            pending.mark("document", page.pk)
        pending.flush()
        for tokens, all_versions in ((access.tokens_for(reader), True), (PUBLIC, False)):
            for number in range(-1, SPAN + 2, 3 * STEP):
                wanted = expected(world, number, all_versions=all_versions)
                assert found(tokens, number) == {titles[pk] for pk in wanted}, number
