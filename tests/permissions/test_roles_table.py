"""Parses docs/roles.md and checks each right that it grants or denies."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from procedures.models import Version
from qms.roles import CITY_ROLES, Role
from search.models import Synonym
from tests.permissions.asks import Ask
from tests.permissions.canary import ALPHA, DRAFT, PEOPLE, READERS, UNITS, City, word
from tests.permissions.sent import APPROVED, HEADED, REVIEWED, SENT, sent
from tests.permissions.walker import Walker

# The rules are the same on every database; test_walk asks both
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.pure,
]

TABLE = Path(__file__).resolve().parent.parent.parent / "docs" / "roles.md"


def rows() -> dict[str, dict[str, str]]:
    """The table: code -> its columns."""
    lines = [
        line for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("|")
    ]
    head = [cell.strip() for cell in lines[0].strip("|").split("|")]
    found = {}
    for line in lines[2:]:
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        found[cells[0].strip("`")] = dict(zip(head, cells, strict=True))
    return found


ROWS = rows()


def listed(role: str, column: str) -> set[str]:
    return {part.strip() for part in ROWS[role][column].split(",")} - {"–", ""}


def status(walker: Walker, url: str, method: str = "GET") -> int:
    answer = walker.ask(Ask("", method, url))
    assert answer.error == ""
    return answer.status


def opens(walker: Walker, url: str) -> bool:
    return status(walker, url) == 200


def says(walker: Walker, url: str, canary: str) -> bool:
    return canary in walker.ask(Ask("", "GET", url)).said


def test_the_table_names_every_role_and_nobody():
    assert set(ROWS) == {*Role.values, "nobody"}


@pytest.mark.parametrize("role", Role.values)
def test_the_table_names_roles_as_screens_do_and_says_where_they_are_held(role: str):
    assert ROWS[role]["name"] == str(Role(role).label)
    assert ROWS[role]["held in"] == ("city" if role in CITY_ROLES else "agency")


@pytest.mark.parametrize("role", ROWS)
def test_enters_the_admin_or_not(city: City, role: str):
    assert opens(Walker(city, role), "/admin/") == (ROWS[role]["admin"] == "yes")


@pytest.mark.parametrize("role", ROWS)
def test_sees_exactly_the_versions_that_the_table_says(city: City, role: str):
    walker, sees = Walker(city, role), listed(role, "sees")
    alpha, beta = city.alpha.pages, city.beta.pages
    documents = {
        "public": (alpha[4], beta[4]), "city": (alpha[5], beta[5]), "own agency": (alpha[2], alpha[7]), "other agency": (beta[2], beta[7]), "struck": (beta[3],),
    }  # fmt: skip
    seen = {
        name: [opens(walker, f"/d/{page.pk}/") for page in pages]
        for name, pages in documents.items()
    }
    assert seen == {
        "public": ["public" in sees] * 2,
        "city": ["city" in sees] * 2,
        "own agency": ["agency" in sees or "issued" in sees] * 2,
        "other agency": ["issued" in sees] * 2,
        "struck": [False],
    }


@pytest.mark.parametrize("role", ROWS)
def test_sees_exactly_the_drafts_that_the_table_says(city: City, role: str):
    walker, sees = Walker(city, role), listed(role, "sees")
    alpha, beta = city.alpha.pages, city.beta.pages
    addresses = ("/admin/pages/%s/edit/", "/admin/tai-lieu/%s/", "/admin/pages/%s/view_draft/")
    for address in addresses:
        assert [opens(walker, address % page.pk) for page in (alpha[0], alpha[2], alpha[6], beta[0], beta[2], beta[6])] == [
            "drafts" in sees, "drafts" in sees, "drafts" in sees or "own drafts" in sees, False, False, False,
        ], address  # fmt: skip


AUDITS = {
    "audits of the agency", "audits they are put on", "audits of the own unit", "concluded audits",
}  # fmt: skip


@pytest.mark.parametrize("role", ROWS)
def test_sees_exactly_the_audits_that_the_table_says(city: City, role: str):
    walker, sees = Walker(city, role), listed(role, "sees")
    found = [opens(walker, f"/danh-gia/{tenant.ids[0]}/") for tenant in (city.alpha, city.beta)]
    assert found == [bool(sees & AUDITS), "concluded audits" in sees]


def version_of(city: City) -> int:
    return Version.objects.filter(document=city.alpha.pages[5].pk).values_list("pk", flat=True)[0]


def read_version(city: City) -> int:
    return Version.objects.filter(document=city.alpha.pages[2].pk).values_list("pk", flat=True)[0]


def asks_to_sign(walker: Walker, city: City, secrecy: str) -> bool:
    """Whether the approval's page asks the person for a signature."""
    address = f"/duyet/{sent(city.alpha, secrecy).pk}/"
    return "signing_password" in walker.ask(Ask("", "GET", address)).page


WORDS, BETS, IN_VAIN = (
    "/admin/tim-kiem/tu-viet-tat/",
    "/admin/tim-kiem/ket-qua-uu-tien/",
    "/admin/tim-kiem/khong-thay/",
)

# Checks for the table's rights: each succeeds exactly for those who hold the right.
TRIALS: dict[str, Callable[[Walker, City], bool]] = {
    "start": lambda w, c: opens(w, "/admin/tai-lieu/moi/"),
    "edit": lambda w, c: opens(w, f"/admin/pages/{c.alpha.pages[0].pk}/edit/"),
    "edit own drafts": lambda w, c: opens(w, f"/admin/pages/{c.alpha.pages[6].pk}/edit/"),
    "import": lambda w, c: opens(w, "/admin/nhap-tep/") and opens(w, "/admin/nhap-tep/5001/"),
    "send": lambda w, c: opens(w, f"/admin/tai-lieu/{c.alpha.pages[0].pk}/trinh-duyet/"),
    "send own drafts": lambda w, c: opens(w, f"/admin/tai-lieu/{c.alpha.pages[6].pk}/trinh-duyet/"),
    "record from paper": lambda w, c: opens(w, f"/admin/tai-lieu/{c.alpha.pages[0].pk}/ghi-nhan/"),
    "withdraw": lambda w, c: opens(w, f"/admin/tai-lieu/phien-ban/{version_of(c)}/thu-hoi/"),
    "register": lambda w, c: says(w, "/admin/tai-lieu/", word(ALPHA, DRAFT, "code")),
    "codes": lambda w, c: opens(w, "/admin/tai-lieu/mau-ma-hieu/"),
    "units": lambda w, c: says(w, "/admin/units/", word(ALPHA, UNITS, "name1")),
    "people": lambda w, c: says(w, "/admin/people/", word(ALPHA, PEOPLE, "namereader")),
    "appointments": lambda w, c: says(w, "/admin/appointments/", word(ALPHA, PEOPLE, "namereader")),
    "one-time links of the own agency": lambda w, c: opens(
        w, f"/admin/people/link/{c.alpha.people[Role.READER].pk}/"
    ),
    "agencies": lambda w, c: opens(w, "/admin/agencies/new/"),
    "accounts": lambda w, c: opens(w, f"/admin/people/edit/{c.beta.people[Role.READER].pk}/"),
    "all appointments": lambda w, c: says(
        w, "/admin/appointments/", word("beta", PEOPLE, "namereader")
    ),
    "mails": lambda w, c: says(w, "/admin/mails/", word("beta", PEOPLE, "mailsubject")),
    "background work": lambda w, c: opens(w, "/admin/jobs/"),
    "own search tables": lambda w, c: (
        says(w, f"{WORDS}?q=zzcanary", word(ALPHA, PEOPLE, "synonym"))
        and says(w, BETS, word(ALPHA, PEOPLE, "bestbet"))
    ),
    "city search tables": lambda w, c: opens(
        w, f"{WORDS}edit/{Synonym.objects.filter(agency=None).values_list('pk', flat=True)[0]}/"
    ),
    "own questions in vain": lambda w, c: says(w, IN_VAIN, word(ALPHA, PEOPLE, "question")),
    "all questions in vain": lambda w, c: says(w, IN_VAIN, word("beta", PEOPLE, "question")),
}
TRIALS |= {
    "plan audits": lambda w, c: opens(w, f"/a/{c.alpha.agency.pk}/danh-gia/moi/"),
    "record findings in audits they are put on": lambda w, c: opens(w, "/danh-gia/5001/phieu/"),
}
TRIALS |= {
    "reading rules": lambda w, c: opens(w, f"/a/{c.alpha.agency.pk}/doc-hieu/quy-tac/moi/"),
    "readers": lambda w, c: says(
        w, f"/v/{read_version(c)}/nguoi-doc/", word(ALPHA, READERS, "confirmed")
    ),
    "readers of the own unit": lambda w, c: opens(w, f"/a/{c.alpha.agency.pk}/doc-hieu/nguoi/"),
    "review documents": lambda w, c: opens(w, f"/d/{c.alpha.pages[5].pk}/soat-xet/"),
    "review documents of the own unit": lambda w, c: opens(
        w, f"/d/{c.alpha.pages[2].pk}/soat-xet/"
    ),
    "numbers of readers": lambda w, c: opens(w, f"/a/{c.alpha.agency.pk}/doc-hieu/"),
    "ask for changes": lambda w, c: opens(w, f"/d/{c.alpha.pages[4].pk}/co-gi-sai/"),
    "answer change requests": lambda w, c: opens(w, f"/a/{c.alpha.agency.pk}/sua-doi/"),
}
TRIALS |= {
    "city templates": lambda w, c: (
        'name="document"' in w.ask(Ask("", "GET", "/mau-thanh-pho/")).page
    ),
    "review what was sent to them": lambda w, c: (
        asks_to_sign(w, c, REVIEWED) or asks_to_sign(w, c, HEADED)
    ),
    "approve what was sent to them": lambda w, c: asks_to_sign(w, c, APPROVED),
}
# One right that lies inside another.
IMPLIED = {
    "edit": {"edit own drafts"},
    "review documents": {"review documents of the own unit"},
    "readers": {"readers of the own unit", "numbers of readers"},
    "readers of the own unit": {"numbers of readers"},
    "send": {"send own drafts"},
    "agencies": {"units"},
    "accounts": {"people", "one-time links of the own agency"},
    "all appointments": {"appointments"},
    "all questions in vain": {"own questions in vain"},
}


@pytest.mark.parametrize("role", ROWS)
def test_does_exactly_what_the_table_says(city: City, role: str):
    walker, may = Walker(city, role), listed(role, "does")
    assert may - set(TRIALS) == set()
    may |= {implied for right in may for implied in IMPLIED.get(right, ())}
    assert {right for right, trial in TRIALS.items() if trial(walker, city)} == may


@pytest.mark.parametrize("role", ROWS)
def test_sees_exactly_what_was_sent_to_them(city: City, role: str):
    """Approvals of the own agency that name the role, all of them for its officers; none of another
    agency."""
    walker = Walker(city, role)
    named = {
        Role.OFFICER: set(SENT),
        Role.APPROVER: set(SENT),
        Role.REVIEWER: {REVIEWED},
        Role.UNIT_HEAD: {HEADED},
    }
    found = {
        (tenant.key, secrecy)
        for tenant in (city.alpha, city.beta)
        for secrecy in SENT
        if opens(walker, f"/duyet/{sent(tenant, secrecy).pk}/")
    }
    assert found == {(ALPHA, secrecy) for secrecy in named.get(role, ())}
    if role != Role.OFFICER:
        assert bool(found) == ("what was sent to them" in listed(role, "sees"))


def test_readers_meet_no_page_of_the_admin(city: City):
    """Not even by a URL that Wagtail opens to every signed-in user."""
    from tests.permissions.addresses import fillings, patterns

    walker, opened = Walker(city, Role.READER), []
    for pattern in patterns():
        if pattern.route.startswith("admin/"):
            for url in [
                url
                for whose, url in fillings(pattern, city, every=False)
                if whose in {"alpha", "none"}
            ][:3]:
                answer = walker.ask(Ask(pattern.route, "GET", url))
                if answer.status == 200 and not re.match(
                    r"/admin/(?:jsi18n|sprite|login|logout|password_reset)", url
                ):
                    opened.append(url)
    assert opened == []
