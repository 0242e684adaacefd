"""What an agency's people must read on a day, what they have read, and what is overdue. Computed,
never stored.

A duty belongs to a version in force. It begins on the latest of three days: the version's (or the
issue's, if a rule applies once per issue), the rule's, and the day the person joined the rule's
audience."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Aggregate, OuterRef, Subquery, TextField
from django.urls import reverse

from procedures.models import Confirmation, ReadingRule, Version, VersionAct
from procedures.readership.reading.audience import Staff, Starts, covered, covers
from qms.clock import today
from qms.models import Agency
from qms.text.codes import code_key

FIELDS = (
    "pk", "document_id", "ordinal", "kind", "code", "code_key", "title", "unit_name",
    "issue_number", "effective_on", "back_on",
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """One rule for one version: its earliest day, and the versions whose confirmations
    satisfy it."""

    rule: ReadingRule
    since: datetime.date
    versions: tuple[int, ...]


@dataclass(frozen=True)
class Reading:
    """A version in force that at least one rule requires to be read."""

    version: int
    document: int
    ordinal: int
    code: str
    title: str
    unit_name: str
    asked: tuple[Asked, ...]

    @cached_property
    def url(self) -> str:
        """The document's page."""
        return reverse("document", args=[self.document])


@dataclass(frozen=True)
class Tally:
    """People who must read a version, those who still have to, and those overdue: sets of IDs."""

    must: frozenset[int]
    open: frozenset[int]
    late: frozenset[int]

    @property
    def done(self) -> frozenset[int]:
        return self.must - self.open


@dataclass(frozen=True)
class Duty:
    """A version that a person still has to confirm."""

    reading: Reading
    since: datetime.date
    due: datetime.date
    overdue: bool


class _Gathered(Aggregate):
    """Aggregates the numbers of a group into one text: far faster than a row for each."""

    function = "GROUP_CONCAT"
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "STRING_AGG(CAST(%(expressions)s AS text), ',')"
        return super().as_sql(compiler, connection, template=template, **context)


class Duties:
    """The duties of an agency on a day (default today), or of one person there. At most five
    queries."""

    def __init__(
        self, agency: Agency, day: datetime.date | None = None, *, person: int | None = None
    ) -> None:
        self.agency, self.day, self.person = agency, day or today(), person
        self.rules = list(ReadingRule.objects.filter(agency=agency).on(self.day))
        self.staff = Staff(agency, self.day, person) if self.rules else None
        self.starts: dict[int, Starts] = {
            rule.pk: self.staff.starts(rule.audience) for rule in self.rules if self.staff
        }
        concerned = [rule for rule in self.rules if self.starts[rule.pk]]
        self.readings = self._readings(concerned) if concerned else []
        self._confirmed: dict[int, frozenset[int]] | None = None
        self._audiences: dict[int, tuple[frozenset[int], frozenset[int]]] = {}

    def _readings(self, rules: list[ReadingRule]) -> list[Reading]:
        rows = in_force(self.agency, rules, self.day)
        issues = _issues(rows, rules, self.day)
        found = []
        for row in rows:
            asked = tuple(_asked(rule, row, issues) for rule in rules if rule_covers(rule, row))
            found.append(
                Reading(
                    row["pk"],
                    row["document_id"],
                    row["ordinal"],
                    row["code"],
                    row["title"],
                    row["unit_name"],
                    asked,
                )  # fmt: skip
            )
        return sorted(
            found, key=lambda one: (not one.code, code_key(one.code), one.title, one.version)
        )

    def confirmed(self) -> dict[int, frozenset[int]]:
        """{version: people} of the confirmations that count today."""
        if self._confirmed is None:
            people = None if self.person is None else [self.person]
            self._confirmed = confirmations(_answering(self.readings), people)
        return self._confirmed

    def look_at(
        self, readings: Iterable[Reading] | None = None, people: Iterable[int] | None = None
    ) -> None:
        """Loads the confirmations of these versions or people only."""
        wanted = _answering(self.readings if readings is None else readings)
        self._confirmed = confirmations(wanted, people)

    def tally(self, reading: Reading) -> Tally:
        must: frozenset[int] = frozenset()
        open_: frozenset[int] = frozenset()
        late: frozenset[int] = frozenset()
        for asked in reading.asked:
            everybody, early = self._audience(asked.rule)
            left = everybody - self._read(asked)
            must, open_ = must | everybody, open_ | left
            if asked.since < self.day - datetime.timedelta(days=asked.rule.days):
                late |= left & early
        return Tally(must, open_, late)

    def _audience(self, rule: ReadingRule) -> tuple[frozenset[int], frozenset[int]]:
        """The people the rule applies to, and those of them whose time limit has passed."""
        kept = self._audiences.get(rule.pk)
        if kept is None:
            starts, last = self.starts[rule.pk], self.day - datetime.timedelta(days=rule.days)
            early = frozenset(person for person, first in starts.items() if first < last)
            kept = self._audiences[rule.pk] = (frozenset(starts), early)
        return kept

    def of(self, person: int, reading: Reading) -> Duty | None:
        """What the person still has to do about the version; None if nothing."""
        found = [
            (since + datetime.timedelta(days=asked.rule.days), since)
            for asked in reading.asked
            if (first := self.starts[asked.rule.pk].get(person)) is not None
            and not any(person in self.confirmed().get(pk, ()) for pk in asked.versions)
            for since in (max(first, asked.since),)
        ]
        if not found:
            return None
        due, since = min(found)
        return Duty(reading, since, due, due < self.day)

    def _read(self, asked: Asked) -> frozenset[int]:
        confirmed = self.confirmed()
        found = [confirmed.get(version, frozenset()) for version in asked.versions]
        return found[0] if len(found) == 1 else frozenset().union(*found)


def _answering(readings: Iterable[Reading]) -> set[int]:
    """The versions whose confirmations satisfy any of these."""
    return {v for one in readings for asked in one.asked for v in asked.versions}


def of_person(person: int, agencies: Iterable[Agency]) -> list[Duty]:
    """What the person must read today in these agencies, earliest due date first."""
    found = []
    for agency in agencies:
        duties = Duties(agency, person=person)
        found += [duty for one in duties.readings if (duty := duties.of(person, one))]
    return sorted(found, key=lambda duty: (duty.due, duty.reading.code, duty.reading.version))


def rule_covers(rule: ReadingRule, row: dict[str, Any]) -> bool:
    return covers(rule.what, document=row["document_id"], kind=row["kind"], key=row["code_key"])


def in_force(
    agency: Agency, rules: Iterable[ReadingRule], day: datetime.date
) -> list[dict[str, Any]]:
    """The agency's versions in force on the day that the rules cover, without their content."""
    back = VersionAct.objects.filter(
        version=OuterRef("pk"), kind=VersionAct.Kind.REINSTATED, on_day__lte=day
    )
    last_back = Subquery(back.order_by("-on_day").values("on_day")[:1])
    versions = Version.objects.filter(covered(rules), agency=agency).in_force(day).order_by()
    return list(versions.annotate(back_on=last_back).values(*FIELDS))


Issues = dict[tuple[int, int | None], list[tuple[int, datetime.date]]]


def _issues(rows: list[dict[str, Any]], rules: list[ReadingRule], day: datetime.date) -> Issues:
    """The versions of each issue in force, for rules that apply once per issue: {(document, issue):
    [(version, its day)]}."""
    once = [rule for rule in rules if not rule.each_version]
    documents = {row["document_id"] for row in rows if any(rule_covers(r, row) for r in once)}
    found: Issues = defaultdict(list)
    if documents:
        versions = Version.objects.standing().filter(
            document__in=documents, effective_on__lte=day, issue_number__isnull=False
        )
        for pk, document, issue, since in versions.order_by().values_list(
            "pk", "document_id", "issue_number", "effective_on"
        ):
            found[document, issue].append((pk, since))
    return found


def _asked(rule: ReadingRule, row: dict[str, Any], issues: Issues) -> Asked:
    since = max(row["effective_on"], row["back_on"] or row["effective_on"], rule.from_day)
    of_issue = issues.get((row["document_id"], row["issue_number"]), [])
    if rule.each_version or not of_issue:
        return Asked(rule, since, (row["pk"],))
    first = min(day for _pk, day in of_issue)
    return Asked(rule, max(first, rule.from_day), tuple(pk for pk, _day in of_issue))


def confirmations(
    versions: Iterable[int], people: Iterable[int] | None = None
) -> dict[int, frozenset[int]]:
    """{version: people who confirmed it}, limited to these people if given. One query."""
    rows = Confirmation.objects.filter(version__in=sorted(versions)).order_by()
    if people is not None:
        found: dict[int, set[int]] = defaultdict(set)
        chosen = rows.filter(person__in=list(people))
        for version, person in chosen.values_list("version", "person"):
            found[version].add(person)
        return {version: frozenset(given) for version, given in found.items()}
    grouped = rows.values("version").annotate(people=_Gathered("person"))
    return {row["version"]: frozenset(map(int, row["people"].split(","))) for row in grouped}


def rules_for(duties: Duties, reading: Reading, person: int) -> list[ReadingRule]:
    """The rules that require the person to read the version."""
    return [one.rule for one in reading.asked if person in duties.starts[one.rule.pk]]
