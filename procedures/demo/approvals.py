"""Drafts of the demonstration city in approval: one pending with a remark, one reviewed, one
returned."""

from typing import TYPE_CHECKING

from procedures.approval import sending
from procedures.demo import accounts, parse
from procedures.models import DocumentPage
from qms import access
from qms.approvals import lifecycle as approvals
from qms.clock import on_day
from qms.models import Approval, Remark, User

if TYPE_CHECKING:
    from procedures.demo.load import City

WAITS, REVIEWED, RETURNED = (
    ("SKHCN", "QT-04/VP"),
    ("UBND-TH", "QT.TP.02"),
    ("UBND-TH", "QT.XD.01"),
)
REVIEWERS = {"SKHCN": "nhien", "UBND-TH": "tam"}


def build(city: "City") -> None:
    """For `procedures.demo.further`."""
    words = parse.read_table("approvals.toml")
    with on_day(city.ago(3)):
        waits, reviewed, returned = (
            _send(city, *one, words["note"]) for one in (WAITS, REVIEWED, RETURNED)
        )
    with on_day(city.ago(2)):
        approvals.remark(
            waits.items.get(),
            by=person_of(city, REVIEWERS["SKHCN"]),
            anchor="",
            weight=Remark.Weight.MUST,
            text=words["remark"],
        )
        approvals.return_to_sender(
            returned,
            by=person_of(city, REVIEWERS["UBND-TH"]),
            reason=words["returned"],
        )
        sign(city, reviewed, city.people[REVIEWERS["UBND-TH"]])


def _send(city: "City", agency: str, code: str, note: str) -> Approval:
    page = DocumentPage.objects.get(agency=city.agencies[agency], code=code).specific
    officer = city.officers[agency]
    access.forget(officer)
    terms = sending.proposed(page)
    return sending.send([(page, terms)], by=officer, note=note)


def person_of(city: "City", key: str) -> User:
    """The person, with the appointments of the simulated date."""
    person = city.people[key]
    access.forget(person)
    return person


def sign(city: "City", approval: Approval, person: User) -> None:
    """Signs with the person's password; a person without one gets a temporary one."""
    access.forget(person)
    known = {one["username"]: one["password"] for one in city.accounts}
    secret = known.get(person.username) or accounts.new_password()
    if person.username not in known:
        person.password = accounts.hashed(secret)
        person.save(update_fields=["password"])
    approval.refresh_from_db()
    approvals.sign(
        approval,
        by=person,
        appointment=None,
        secret=secret,
        way="password",
        manifest=approval.manifest,
    )
    if person.username not in known:
        person.set_unusable_password()
        person.save(update_fields=["password"])
