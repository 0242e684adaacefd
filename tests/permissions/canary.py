"""A city in which every secret of two agencies contains a unique word, so that a leak can be
detected in any response.

A canary word names the agency, who may read it, and its place: `zzcanarybetadraftcell` is a cell of
a draft of agency Beta. Next to each is a bait, `zzbait`, which searches may query without putting a
canary into their own response. IDs identify the owner of a row: Alpha's begin at 5001, Beta's at
7001 in every table, and those created by requests at 9001."""

import datetime
import re
from dataclasses import dataclass, field

from procedures.models import DocumentPage
from qms.models import Agency, Unit, User
from qms.roles import Role
from tests.permissions.sent import APPROVED, HEADED, REVIEWED, SENT

ALPHA, BETA = "alpha", "beta"
# Who may read: the officers; the author too; the agency and the overseer; the agency and its
# administrators; the overseer as well.
DRAFT, OWN, ISSUED, PEOPLE, UNITS = "draft", "own", "issued", "people", "units"
PRIVATE = "private"  # of one person who asks for nothing here: nobody may read it
# Notes of an audit's team; what a concluded audit says to who is in charge; an approved programme,
# which the agency reads.
NOTES, TOLD, PROGRAMME = "notes", "told", "programme"
REVIEWED_BY = "management"  # a management review: officers and approvers
READERS = "readers"  # who has read what: officers and approvers
ASKED = "asked"  # a request of the agency's reader: the reader and the officers
# Why to begin from a template of the city that only this agency may read: those who draft there and
# those who keep the list.
OFFERED = "offered"
CLASSES = (
    DRAFT, OWN, ISSUED, PEOPLE, UNITS, PRIVATE, NOTES, TOLD, PROGRAMME, REVIEWED_BY, READERS, ASKED, OFFERED, *SENT
)  # fmt: skip
BAIT = "zzbait"
FILE_BAIT, NAME_BAIT = "zzmoitep", "zzmoinguoi"  # for what stands inside files, and for people
FIRST_ID = {ALPHA: 5000, BETA: 7000}
CITY_IDS, LATER_IDS = 3000, 9000
PASSWORD = "mat-khau-de-thu-2026"
LONG_AGO = datetime.date(2020, 1, 1)


def word(agency: str, kind: str, place: str) -> str:
    return f"zzcanary{agency}{kind}{place}"


def text(agency: str, kind: str, place: str) -> str:
    """A canary with a bait, the canary first, so that it survives truncation."""
    return f"{word(agency, kind, place)} {BAIT} nội dung"


# What must never be seen: role -> the classes of the own agency, the classes of the other.
HIDDEN: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    Role.OFFICER: ((PRIVATE, NOTES), CLASSES),
    Role.AUTHOR: ((DRAFT, PRIVATE, NOTES, TOLD, REVIEWED_BY, READERS, ASKED, *SENT), CLASSES),
    Role.READER: (
        (DRAFT, OWN, PRIVATE, NOTES, TOLD, REVIEWED_BY, READERS, OFFERED, *SENT),
        CLASSES,
    ),
    Role.REVIEWER: (
        (DRAFT, OWN, PRIVATE, NOTES, TOLD, REVIEWED_BY, READERS, ASKED, HEADED, APPROVED, OFFERED),
        CLASSES,
    ),
    Role.APPROVER: ((DRAFT, OWN, PRIVATE, NOTES, ASKED, OFFERED), CLASSES),
    Role.AUDITOR: ((DRAFT, OWN, PRIVATE, REVIEWED_BY, READERS, ASKED, OFFERED, *SENT), CLASSES),
    Role.UNIT_HEAD: (
        (DRAFT, OWN, PRIVATE, NOTES, REVIEWED_BY, READERS, ASKED, REVIEWED, APPROVED, OFFERED),
        CLASSES,
    ),
    Role.AGENCY_ADMIN: (
        (DRAFT, OWN, PRIVATE, NOTES, TOLD, REVIEWED_BY, READERS, ASKED, OFFERED, *SENT),
        CLASSES,
    ),
    Role.OVERSEER: (
        (DRAFT, OWN, PEOPLE, PRIVATE, NOTES, REVIEWED_BY, READERS, ASKED, *SENT),
        (DRAFT, OWN, PEOPLE, PRIVATE, NOTES, REVIEWED_BY, READERS, ASKED, *SENT),
    ),
    Role.SYSTEM_ADMIN: (
        (DRAFT, OWN, ISSUED, PRIVATE, NOTES, TOLD, PROGRAMME, REVIEWED_BY, READERS, ASKED, *SENT),
        (DRAFT, OWN, ISSUED, PRIVATE, NOTES, TOLD, PROGRAMME, REVIEWED_BY, READERS, ASKED, *SENT),
    ),
    "nobody": (CLASSES, CLASSES),
    "stray": (CLASSES, CLASSES),  # an account that holds no post
    "deactivated": (CLASSES, CLASSES),  # was Beta's officer
    "ended": (CLASSES, CLASSES),  # was Beta's officer until yesterday
    "beginning": (CLASSES, CLASSES),  # becomes Beta's officer the day after tomorrow
}


def hidden_words(role: str) -> re.Pattern[str]:
    """Words that a response to this role of agency Alpha must not contain."""
    own, other = HIDDEN[role]
    return re.compile(
        f"zzcanary(?:{ALPHA}(?:{'|'.join(own) or 'nothing'})|{BETA}(?:{'|'.join(other)}))[a-z0-9]*",
        re.IGNORECASE,
    )


@dataclass
class Tenant:
    """One agency with all its objects."""

    key: str
    agency: Agency
    people: dict[str, User] = field(default_factory=dict)
    units: list[Unit] = field(default_factory=list)
    pages: list[DocumentPage] = field(default_factory=list)
    hashes: list[str] = field(default_factory=list)

    @property
    def ids(self) -> range:
        return range(FIRST_ID[self.key] + 1, FIRST_ID[self.key] + 1000)


@dataclass
class City:
    alpha: Tenant
    beta: Tenant
    others: dict[str, User]

    def person(self, role: str) -> User | None:
        """The account with this role: Alpha's, or the city's; None is anonymous."""
        if role == "nobody":
            return None
        return self.others.get(role) or self.alpha.people[role]
