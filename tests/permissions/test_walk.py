"""No data of an agency is revealed to others, at any URL, by GET or POST, with any IDs in path,
query or form."""

import os
import re

import pytest
from django.db import connection

from qms.roles import Role
from tests.permissions.addresses import fillings, patterns
from tests.permissions.asks import Ask
from tests.permissions.canary import (
    ASKED,
    BETA,
    DRAFT,
    HIDDEN,
    ISSUED,
    OFFERED,
    OWN,
    PEOPLE,
    PROGRAMME,
    REVIEWED_BY,
    TOLD,
    UNITS,
    City,
    word,
)
from tests.permissions.sent import APPROVED, HEADED, REVIEWED
from tests.permissions.walker import Report, Walker, walk

pytestmark = pytest.mark.django_db

TORTURE = bool(os.environ.get("QMS_TORTURE"))
# Who may see what is asked of both databases in the same words: in a usual run the second hears
# three people.
SECOND = connection.vendor == "postgresql"
SAMPLED = (
    ("officer", "author", "agency_admin", "reader", "nobody")
    if TORTURE or not SECOND
    else ("officer", "agency_admin", "nobody")
)
# Of the whole matrix, for everybody in make torture (1 takes hours); else more as an officer, less
# as those who see little
SHARE = float(os.environ.get("QMS_WALK_SHARE", "0"))
SEED = int(os.environ.get("QMS_TORTURE_SEED", "9001"))  # each seed asks for another part of it
EXTRA = int(os.environ.get("QMS_WALK_EXTRA", "60"))  # further requests per person, drawn by a seed
LESS = (0.1 if TORTURE else 0.2) if SECOND else (1 if TORTURE else 0.4)


# Screens of Wagtail's own, asked last: what they tell stands on ours too, mostly on fewer pages
WAGTAILS = re.compile(
    r"admin/(?:pages|choose-|editing-sessions|account|api|bulk|collections|workflows|reports)"
)
WHO_IS_TOLD = ((Role.OFFICER, ""), (Role.AGENCY_ADMIN, "admin/(?!pages|workflows|reports)"))


@pytest.fixture(scope="module")
def told(city: City) -> set[str]:
    """The canaries that Beta's own people can see, by class; stops once all of PLAIN_TO_SEE were
    found."""
    found: set[str] = set()
    walkers = [
        (Walker(city, role, person=city.beta.people[role]), part) for role, part in WHO_IS_TOLD
    ]
    for pattern in sorted(patterns(), key=lambda one: bool(WAGTAILS.match(one.route))):
        if not missing(found):
            break
        urls = [
            url for whose, url in fillings(pattern, city, every=False) if whose in {"none", "beta"}
        ]
        for walker, part in walkers:
            walker.pattern = re.compile(r"zzcanarybeta[a-z0-9]*")
            for url in urls if re.match(part, pattern.route) else ():
                found |= set(walker.leaks(walker.ask(Ask(pattern.route, "GET", url))))
    return found


def test_every_address_can_be_filled(city: City):
    assert [p.route for p in patterns() if not list(fillings(p, city, every=False))] == []


@pytest.mark.pure
def test_the_words_would_be_found_if_they_were_told(told: set[str]):
    """Beta's own people can see what others must not: a walk that finds nothing would prove
    nothing."""
    assert missing(told) == []


def missing(told: set[str]) -> list[str]:
    """Words that Beta's own people should see and did not."""
    return [
        said
        for said in (word(BETA, kind, place) for kind, place in PLAIN_TO_SEE)
        if not any(t.startswith(said) for t in told)
    ]


PLAIN_TO_SEE = [
    (DRAFT, "title"), (DRAFT, "code"), (DRAFT, "body"), (DRAFT, "cell"), (DRAFT, "signername"), (DRAFT, "flagmessage"), (DRAFT, "changesummary"),
    (DRAFT, "picturedescription"), (DRAFT, "picturecaption"), (DRAFT, "importname"), (DRAFT, "readingtitle"), (DRAFT, "importerror"),
    (DRAFT, "sourcename"), (DRAFT, "sourcebytes"), (OWN, "title"), (ISSUED, "title"), (ISSUED, "body"), (ISSUED, "scanname"), (ISSUED, "scanbytes"),
    (ISSUED, "picturebytes"), (UNITS, "name0"), (ISSUED, "strikingreason"), (PEOPLE, "nameofficer"), (PEOPLE, "usernameofficer"),
    (TOLD, "audittitle"), (TOLD, "seen"), (TOLD, "description"), (TOLD, "action"), (TOLD, "actionfile"), (PROGRAMME, "aims"), (REVIEWED_BY, "minutes"), (REVIEWED_BY, "said"), (REVIEWED_BY, "decided"), (REVIEWED_BY, "auditorfields"), (REVIEWED_BY, "course"), (TOLD, "loanreason"), (TOLD, "invitedto"),
    (REVIEWED, "title"), (REVIEWED, "cell"), (HEADED, "title"), (APPROVED, "title"),
    (OFFERED, "note"), (ASKED, "what"), (ASKED, "askedby"), (ASKED, "file"), (ASKED, "askedbytes"), (PEOPLE, "post"), (UNITS, "name1"), (PEOPLE, "mailsubject"), (PEOPLE, "synonym"), (PEOPLE, "bestbet"), (PEOPLE, "bankquestion"), (PEOPLE, "question"),
]  # fmt: skip


TABLES_OF_CONTENT = (
    "procedures_",
    "qms_agency",
    "qms_unit",
    "qms_appointment",
    "qms_storedfile",
    "qms_event",
    "qms_mail",
    "wagtailcore_",
    "search_",
    "taggit_",
    "audits_",
)
# Whatever role one holds; that others' stay as they are is seen by the walk
OF_ONESELF = {
    "search_savedsearch",
    "search_historicalsavedsearch",
    "qms_mailsettings",
    "audits_calendaraddress",
}
CHANGES_NOTHING = {
    r
    for r in HIDDEN
    if r
    not in {
        "officer",
        "author",
        "agency_admin",
        "system_admin",
        "auditor",
        "approver",
        "overseer",
        "unit_head",
    }
}


def written(report: Report) -> list[str]:
    """Requests that wrote something besides the account and session of the requester."""
    found = {
        what: sorted(t for t in tables - OF_ONESELF if t.startswith(TABLES_OF_CONTENT))
        for what, tables in report.wrote.items()
    }
    return [f"{what} wrote {tables}" for what, tables in found.items() if tables]


@pytest.mark.torture
@pytest.mark.parametrize("role", HIDDEN if TORTURE or not SECOND else SAMPLED)
def test_nothing_of_a_stranger_is_told_or_changed(city: City, role: str):
    """`make torture` sends the whole matrix as an officer and shares of it as the others; a usual
    run requests each URL as the five, and some as the others."""
    walker = Walker(city, role)
    if TORTURE:
        report = walk(
            walker,
            every=True,
            share=SHARE or (0.1 if role == "officer" else 0.04 if role in SAMPLED else 0.02) * LESS,
            seed=SEED,
        )
    elif role in SAMPLED:
        report = walk(
            walker,
            every=False,
            extra=round(EXTRA * LESS),
            share=LESS if role == "officer" else 0.4 * LESS,
        )
    else:
        report = walk(walker, every=False, share=0.1 * LESS, whole=False)
    print(f"{role}: {report.asked} requests")
    if report.complaints():
        pytest.fail(report.complaints(), pytrace=False)
    if TORTURE or role in SAMPLED:
        assert {p.route for p in patterns()} - report.visited == set()
    if role in CHANGES_NOTHING:
        assert written(report) == []
