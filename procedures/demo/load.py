"""Builds the demonstration city from the data next to this file, through the product's own steps,
in one transaction."""

import datetime
from collections import Counter
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from procedures import lifecycle as documents
from procedures.content.legal import basis_of
from procedures.demo import accounts, further, parse
from procedures.models import Clause, DocumentPage, Version
from procedures.standard import load_clauses
from qms import environment, groups
from qms.clock import today
from qms.errors import Refused
from qms.lifecycle import agencies, people
from qms.models import Agency, Event, Unit, User
from qms.proof import journal
from qms.roles import CITY_ROLES

LOADED = "demo_loaded"


def is_loaded() -> bool:
    """Whether this database contains the demonstration city."""
    return Event.objects.filter(agency=None, kind=LOADED).exists()


@transaction.atomic
def load() -> dict[str, int]:
    """Loads the city into an empty database; returns the numbers of agencies, people, documents and
    versions.

    Refused in production, and on a database that already has people or agencies."""
    if environment.production():
        raise Refused(
            _("Dữ liệu minh họa không được nạp vào hệ thống chạy thật (QMS_ENV=production).")
        )
    if Agency.objects.exists() or User.objects.exists():
        raise Refused(
            _(
                "Cơ sở dữ liệu đã có dữ liệu khác. Dữ liệu minh họa chỉ nạp được vào cơ sở dữ liệu trống."
            )
        )
    city = City(today())
    city.found_agencies()
    city.settle_people()
    city.write_documents()
    further.build(city)
    city.close_agencies()
    for person in city.people.values():
        groups.sync(person)
    counts = {
        "agencies": len(city.agencies),
        "people": len(city.people),
        "documents": len(city.pages),
        "versions": Version.objects.count(),
    }
    journal.append(LOADED, "city", agency=None, by=None, **counts)
    accounts.keep(city.accounts)
    return counts


def paper_numbers(documents: list[dict[str, Any]]) -> dict[tuple[str, str, datetime.date], int]:
    """{(agency, code, issue date): number of the paper}: each agency counts by date, from 1
    each year."""
    papers = {
        (document["agency"], version["issued_on"], document["code"])
        for document in documents
        for version in document["versions"]
        if version["issued_on"]
    }
    last: Counter[tuple[str, int]] = Counter()
    numbers = {}
    for agency, day, code in sorted(papers):
        last[agency, day.year] += 1
        numbers[agency, code, day] = last[agency, day.year]
    return numbers


class City:
    """The city while it is being built: everything created so far, by the keys of the data."""

    def __init__(self, day: datetime.date) -> None:
        self.day = day
        self.clauses = load_clauses(Clause)
        self.agencies: dict[str, Agency] = {}
        self.units: dict[tuple[str, str], Unit] = {}
        self.people: dict[str, User] = {}
        self.facts: dict[str, dict[str, Any]] = {}  # of people, as the data gives them
        self.officers: dict[str, User] = {}  # by agency code
        self.numbers: dict[tuple[str, str, datetime.date], int] = {}  # of the papers
        self.pages: dict[tuple[str, str], DocumentPage] = {}
        self.accounts: list[accounts.Account] = []

    def ago(self, days: int) -> datetime.date:
        """The working day so many days before the loading."""
        return parse.workday(self.day - datetime.timedelta(days=days))

    def found_agencies(self) -> None:
        for facts in parse.read_table("agencies.toml")["agencies"]:
            fields = {
                name: facts[name]
                for name in ("short_name", "governing_body", "active_from", "code_templates")
                if name in facts
            }
            parent = self.agencies.get(facts.get("parent", ""))
            self.agencies[facts["code"]] = agencies.create_agency(
                code=facts["code"], name=facts["name"], kind=facts["kind"], parent=parent, **fields
            )

    def close_agencies(self) -> None:
        for facts in parse.read_table("agencies.toml")["agencies"]:
            if "active_to" in facts:
                agencies.close_agency(
                    self.agencies[facts["code"]],
                    on_day=facts["active_to"],
                    successor=self.agencies[facts["successor"]],
                    by=None,
                )

    def settle_people(self) -> None:
        table = parse.read_table("people.toml")
        for unit in table["units"]:
            made = Unit(agency=self.agencies[unit["agency"]], code=unit["code"], name=unit["name"])
            self.units[unit["agency"], unit["code"]] = agencies.save_unit(made, by=None)
        for facts in table["people"]:
            self._settle(facts)
            if facts.get("account"):
                self._give_password(facts, self.people[facts["key"]])

    def _settle(self, facts: dict[str, Any]) -> None:
        home = self.agencies.get(facts.get("agency", ""))
        person = people.create(username=facts["username"], name=facts["name"], by=None, agency=home)
        self.people[facts["key"]], self.facts[facts["key"]] = person, facts
        for role in facts["roles"]:
            city_wide = role in CITY_ROLES
            unit = None if city_wide else self.units[facts["agency"], facts["unit"]]
            people.appoint(
                person, role, None if city_wide else home, by=None, unit=unit, post=facts["post"], capacity=facts.get("capacity", ""), starts_on=facts["from"], ends_on=facts.get("to")
            )  # fmt: skip
            if role == "officer" and "to" not in facts:
                self.officers[facts["agency"]] = person

    def _give_password(self, facts: dict[str, Any], person: User) -> None:
        password = accounts.new_password()
        person.password = accounts.hashed(password)
        person.save(update_fields=["password"])
        (role,) = facts["roles"]
        agency = "" if role in CITY_ROLES else facts["agency"]
        self.accounts.append(
            {"username": person.username, "password": password, "role": role, "agency": agency}
        )

    def write_documents(self) -> None:
        """Procedures before forms, which refer to them."""
        found = parse.read_documents(self.day)
        self.numbers = paper_numbers(found)
        for document in sorted(found, key=lambda d: d["kind"] == "form"):
            self._write(document)

    def _write(self, document: dict[str, Any]) -> None:
        agency, author = self.agencies[document["agency"]], self.people[document["author"]]
        officer = self.officers[document["agency"]]
        first, *later = document["versions"]
        page = documents.create_draft(
            agency, kind=document["kind"], title=document["title"], by=author, **self._lasting(document), **self._changing(document, first)
        )  # fmt: skip
        self._issue(page, first, officer)
        for version in later:
            page = documents.revise_draft(page, by=author, **self._changing(document, version))
            self._issue(page, version, officer)
        self.pages[document["agency"], document["code"]] = page
        if "withdrawal" in document:
            ended = document["withdrawal"]
            documents.withdraw(
                page.versions.order_by("ordinal").last(),
                reason=ended["reason"],
                on_day=ended["on"],
                by=officer,
            )

    def _issue(self, page: DocumentPage, version: dict[str, Any], officer: User) -> None:
        if version["issued_on"]:
            number = self.numbers[page.agency.code, page.code, version["issued_on"]]
            documents.record(
                page,
                issued_on=version["issued_on"],
                effective_on=version["effective_on"],
                by=officer,
                paper={
                    "number": f"{number:02d}/QĐ-{page.agency.code}",
                    "dated": version["issued_on"].isoformat(),
                },
            )
            page.refresh_from_db(fields=["issued_revision_id"])

    def _lasting(self, document: dict[str, Any]) -> dict[str, Any]:
        """The fields that a document keeps from version to version."""
        fields: dict[str, Any] = {
            name: document[name]
            for name in ("code", "visibility", "procedure_type", "field", "national_code")
            if name in document
        }
        if document["kind"] == "form":
            fields["procedure"] = self.pages[document["agency"], document["form_of"]]
        return {
            **fields,
            "unit": self.units[document["agency"], document["unit"]],
            "owner_post": self.facts[document["owner"]]["post"],
            "review_months": document.get("review_months", 12),
            "clauses": [self.clauses[number] for number in document["clauses"]],
        }

    def _changing(self, document: dict[str, Any], version: dict[str, Any]) -> dict[str, Any]:
        """The fields specific to each version, and its content."""
        content = version["content"]
        body = [section for section in content["sections"] if section["place"] == "body"]
        agency = self.agencies[document["agency"]].name
        return {
            "content": content,
            "legal_basis": basis_of({"sections": body}, agency, (document["code"],)),
            "issue_number": version["issue_number"],
            "revision_number": version["revision_number"],
            "issued_on": version["issued_on"],
            "effective_on": version["effective_on"],
            "change_summary": version["summary"],
            "signers": [
                {"role": role, "name": self.facts[key]["name"], "post": self.facts[key]["post"]}
                for role, key in version["signers"].items()
            ],
        }
