"""Who may not audit what, and why: nobody audits the unit they work in, documents they wrote,
signed or are responsible for, or corrections they carried out (ISO 9001, 9.2.2 c). Work older than
two years is ignored."""

import datetime
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from audits.models import Action, Nonconformity
from procedures.content import steps
from procedures.models import DocumentPage, Version
from qms.clock import today
from qms.models import Appointment, Approval, Signature, User
from qms.roles import Role
from qms.text.folding import fold

LOOKED_BACK = datetime.timedelta(days=730)  # older work is ignored
Reasons = dict[int, dict[int, list[str]]]  # unit or document -> person -> why


@dataclass(frozen=True)
class Ties:
    """People's ties to units and documents, which rule out auditing them."""

    units: Reasons
    documents: Reasons

    def reasons(self, unit: int, documents: Collection[int]) -> dict[int, list[str]]:
        """{person ID: reasons why they may not audit these}, without people who may."""
        found: dict[int, list[str]] = defaultdict(list)
        for tied in (self.units.get(unit, {}), *(self.documents.get(pk, {}) for pk in documents)):
            for person, why in tied.items():
                found[person] += [said for said in why if said not in found[person]]
        return dict(found)


def ties(
    people: Collection[User],
    *,
    units: Collection[int],
    documents: Collection[int] = (),
    until: datetime.date | None = None,
) -> Ties:
    """Ties of these people to these units and documents up to a day (today, or the end of the
    audit). At most nine queries."""
    asked = _Asked({one.pk: one for one in people}, max(until or today(), today()))
    asked.by_post(units)
    asked.by_action(units)
    if documents:
        _Documents(asked, documents).tie()
    return Ties(asked.units, asked.documents)


def reasons(
    people: Collection[User],
    *,
    units: Collection[int],
    documents: Collection[int] = (),
    until: datetime.date | None = None,
) -> dict[int, list[str]]:
    """{person ID: reasons why they may not audit these units and documents}, without people
    who may."""
    found = ties(people, units=units, documents=documents, until=until)
    together: dict[int, list[str]] = defaultdict(list)
    for unit in dict.fromkeys((*units, 0)):  # 0: no unit, only documents
        for person, why in found.reasons(unit, documents).items():
            together[person] += [said for said in why if said not in together[person]]
    return dict(together)


@dataclass
class _Asked:
    """The people and the last day in question, and the ties found so far."""

    people: dict[int, User]
    until: datetime.date
    units: Reasons = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))
    documents: Reasons = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))

    @cached_property
    def since(self) -> datetime.date:
        return today() - LOOKED_BACK

    def by_post(self, units: Collection[int]) -> None:
        """Adds people who work in the unit or head it, or did within two years."""
        held = (
            Appointment.objects.filter(unit__in=units)
            .during(self.since, self.until)
            .select_related("unit")
            .order_by("person_id", "starts_on", "pk")
        )
        for one in held:
            if one.person_id in self.people and one.unit_id is not None:
                self._add(self.units[one.unit_id], one.person_id, _said_of_post(one))

    def by_action(self, units: Collection[int]) -> None:
        """Adds people who did or have to do a corrective action of the unit, which is verified when
        the unit is audited."""
        rows = Action.objects.filter(nonconformity__unit__in=units).exclude(
            nonconformity__state=Nonconformity.State.DROPPED
        )
        for one in rows.select_related("nonconformity").order_by("pk"):
            if one.done_on is not None and one.done_on < self.since:
                continue
            said = _("có hành động khắc phục của %(code)s ở đơn vị này")
            # an officer may have reported what the doer did: both are tied
            for person in (one.person_id, one.done_by_id):
                self._add(
                    self.units[one.nonconformity.unit_id],
                    person,
                    said % {"code": one.nonconformity.code},
                )

    def add_document(self, document: int, person: int | None, said: str) -> None:
        """Adds a reason; only the first one per person and document is kept."""
        if not self.documents[document].get(person or 0):
            self._add(self.documents[document], person, said)

    def _add(self, to: dict[int, list[str]], person: int | None, said: str) -> None:
        if person in self.people and said not in to[person]:
            to[person].append(said)


def _said_of_post(one: Appointment) -> str:
    now = one.ends_on is None or one.ends_on >= today()
    if one.role == Role.UNIT_HEAD:
        said = _("đang phụ trách %(unit)s") if now else _("đã phụ trách %(unit)s trong hai năm qua")
    else:
        said = (
            _("đang làm việc tại %(unit)s")
            if now
            else _("đã làm việc tại %(unit)s trong hai năm qua")
        )
    return said % {"unit": one.unit}


class _Documents:
    """Finds people's ties to documents: versions of the last two years, and the current draft.

    `valid` also has the version that was valid when these two years began: whoever is responsible in
    it is so however long ago it was issued."""

    def __init__(self, asked: _Asked, documents: Collection[int]) -> None:
        self.asked = asked
        self.pages = {
            pk: (owner, drafters)
            for pk, owner, drafters in DocumentPage.objects.filter(pk__in=documents)
            .order_by()
            .values_list("pk", "owner_id", "drafters")
        }
        rows = Version.objects.filter(document__in=documents).order_by("code", "pk").values(
            "pk", "document_id", "agency_id", "unit_id", "owner_post", "code", "title", "made_by_id", "signers", "approval_id",
            "ordinal", "effective_on",
        )  # fmt: skip
        every: list[dict[str, Any]] = [{**one} for one in rows]
        self.versions = [one for one in every if one["effective_on"] >= asked.since]
        older: dict[int, dict[str, Any]] = {}
        for one in sorted(every, key=lambda one: (one["effective_on"], one["ordinal"])):
            if one["effective_on"] < asked.since:
                older[one["document_id"]] = one
        self.valid = [*older.values(), *self.versions]

    def tie(self) -> None:
        """Adds ties, the strongest first: authors, signers, responsible people."""
        self._wrote()
        self._signed()
        self._responsible()

    def _wrote(self) -> None:
        barred: dict[int, list[int]] = defaultdict(list)  # drafters and senders, by approval
        through = Approval.barred.through.objects.filter(approval__in=self._approvals())
        for approval, person in through.order_by("pk").values_list("approval_id", "user_id"):
            barred[approval].append(person)
        for version in self.versions:
            owner, _drafters = self.pages[version["document_id"]]
            people = [version["made_by_id"], owner, *barred[version["approval_id"]]]
            self._add(version, people, _("đã soạn hoặc ban hành %(document)s"))
        titles = {one["document_id"]: one for one in self.versions}
        for pk, (_owner, drafters) in self.pages.items():
            known = titles.get(pk, {"document_id": pk, "code": "", "title": ""})
            for person in drafters:
                said = _("đang soạn lần sửa đổi của %(document)s")
                self._add(known, [person], said)

    def _signed(self) -> None:
        signed: dict[int, list[int | None]] = defaultdict(list)
        rows = Signature.objects.filter(approval__in=self._approvals()).order_by("pk")
        for approval, person, instead in rows.values_list(
            "approval_id", "person_id", "instead_of_id"
        ):
            signed[approval] += [person, instead]
        named: dict[str, list[int]] = defaultdict(list)  # paper versions have only names
        for pk, one in self.asked.people.items():
            named[_name(str(one))].append(pk)
        for version in self.versions:
            people = signed[version["approval_id"]]
            if version["approval_id"] is None:
                names = {_name(str(signer.get("name", ""))) for signer in version["signers"]}
                people = [pk for name in sorted(names) for pk in named.get(name, ())]
            self._add(version, people, _("đã ký %(document)s"))

    def _responsible(self) -> None:
        """Adds holders of the post that owns a document, and of posts named in steps that only one
        person holds."""
        agencies = {one["agency_id"] for one in self.valid}
        held = Appointment.objects.filter(agency__in=agencies).exclude(post="")
        rows = list(
            held.during(self.asked.since, self.asked.until).values_list(
                "agency_id", "unit_id", "post", "person_id", "ends_on"
            )
        )
        folded = {post: fold(post) for _a, _u, post, _p, _e in rows}
        holders: dict[tuple[int, str], list[tuple[int | None, int]]] = defaultdict(list)
        now: dict[tuple[int, str], set[int]] = defaultdict(set)
        for agency, unit, post, person, ends_on in rows:
            key = (agency, folded[post])
            holders[key].append((unit, person))
            if ends_on is None or ends_on >= today():
                now[key].add(person)
        steps_of = self._posts_in_steps()
        for version in self.valid:
            agency, unit = version["agency_id"], version["unit_id"]
            owns = holders.get((agency, fold(version["owner_post"])), ())
            people = [person for at, person in owns if unit is None or at == unit]
            for post in steps_of.get(version["pk"], ()):
                if len(now.get((agency, post), ())) <= 1:
                    people += [person for _at, person in holders.get((agency, post), ())]
            self._add(version, people, _("chịu trách nhiệm trong %(document)s"))

    def _posts_in_steps(self) -> dict[int, set[str]]:
        """{version ID: folded posts named in its steps}, for the newest version of
        each document."""
        newest = {
            one["document_id"]: one["pk"]
            for one in sorted(self.valid, key=lambda one: one["ordinal"])
        }
        contents = Version.objects.filter(pk__in=newest.values()).order_by()
        return {
            pk: set(_posts(step["responsible"] for step in steps(content)))
            for pk, content in contents.values_list("pk", "content")
        }

    def _approvals(self) -> list[int]:
        return [one["approval_id"] for one in self.versions if one["approval_id"] is not None]

    def _add(self, version: dict[str, Any], people: Iterable[int | None], said: str) -> None:
        document = version["code"] or version["title"] or _("tài liệu của dòng này")
        for person in people:
            self.asked.add_document(version["document_id"], person, said % {"document": document})


def _name(name: str) -> str:
    return " ".join(name.split()).casefold()


def _posts(said: Iterable[str]) -> Iterator[str]:
    """The folded posts in cells of steps: each whole cell, and each part of a cell with
    several posts."""
    for cell in said:
        yield fold(cell)
        for line in cell.splitlines():
            yield from (part.strip() for part in re.split(r"[;,/]| va ", fold(line)))
