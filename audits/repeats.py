"""Findings that repeat: the same clause in the same unit, or the same step or form, within three
years, here or in another agency.

Earlier findings are shown with what was done and whether it was effective, without names of people
of other agencies."""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from audits import grades
from audits.models import Finding, Grade, Item, Nonconformity
from procedures.models import Version
from qms.clock import today
from qms.models import Appointment
from qms.text.folding import fold

FAULTS = (Grade.MAJOR, Grade.MINOR, Grade.OBSERVATION)
YEARS = 3
MOST = 20
LONGEST = 600
_STEP = re.compile(r"(?:buoc|b|step|stt|so)?[\s.:]*(\d+(?:\.\d+)*[a-z]?)\W*")
_BREAKS = re.compile(r"[\W_]+")
Case = Nonconformity.State


def keys(version: Version | None, step: str) -> tuple[str, str]:
    """The keys that a finding shares with its repeats: (step or form in this document, the same in
    any document of that name).

    ("", "") if it names no step or form. A document is identified by its national code, else by
    its title."""
    number = step_key(step)
    if version is None or not (number or version.kind == "form"):
        return "", ""
    named = version.national_code or _BREAKS.sub(" ", fold(version.title)).strip()
    return f"{version.document_id}#{number}"[:100], f"{version.kind}:{named[:120]}#{number}"[:200]


def step_key(step: str) -> str:
    """A normalized step: “Bước 2”, “B2” and “2.” are the same; anything else is identified by
    its words."""
    folded = " ".join(fold(step).split())
    number = _STEP.fullmatch(folded)
    return number[1] if number else _BREAKS.sub(" ", folded).strip()


def before(
    *,
    agency: int,
    unit: int | None,
    clause: str,
    place: str,
    step: str,
    day: datetime.date,
    audit: int | None,
) -> list[Finding]:
    """Findings of other audits that one with these facts repeats, newest first. A constant number
    of queries, by indices."""
    alike = Q(pk__in=())
    if clause and unit is not None:
        alike |= Q(unit=unit, clause=clause)
    if place:
        alike |= Q(same_place=place)
    if step:
        alike |= Q(same_step=step)
    found = Finding.objects.filter(alike, grade__in=FAULTS, told_on__lte=day)
    found = found.filter(told_on__gte=years_before(day)).exclude(state=Finding.State.DROPPED)
    found = found.exclude(audit=audit).select_related("agency")
    cases = found.prefetch_related("nonconformities__actions", "nonconformities__judgements")
    ranked = cases.order_by("-told_on", "-pk")
    return sorted(ranked[:MOST], key=lambda one: one.agency_id != agency)


def of(finding: Finding) -> list[Finding]:
    """The earlier findings that it repeats; empty for a strength or an opportunity."""
    if finding.grade not in FAULTS:
        return []
    return before(
        agency=finding.agency_id,
        unit=finding.unit_id,
        clause=finding.clause,
        place=finding.same_place,
        step=finding.same_step,
        day=finding.told_on or today(),
        audit=finding.audit_id,
    )


def of_item(item: Item) -> list[Finding]:
    """The earlier findings that a finding from this question would repeat."""
    place, step = keys(item.version, item.step)
    return before(
        agency=item.audit.agency_id,
        unit=item.row.unit_id if item.row else None,
        clause=item.clause,
        place=place,
        step=step,
        day=today(),
        audit=item.audit_id,
    )


def years_before(day: datetime.date) -> datetime.date:
    try:
        return day.replace(year=day.year - YEARS)
    except ValueError:  # 29 February
        return day.replace(year=day.year - YEARS, day=28)


@dataclass(frozen=True)
class Repeat:
    """An earlier finding as displayed."""

    own: bool
    agency: str
    url: str
    code: str
    day: datetime.date | None
    grade: str
    why: str
    seen: str
    cause: str
    actions: list[str]
    worked: bool
    failed: bool
    open: bool


def shown(finding: Finding, *, names: bool) -> list[Repeat]:
    """What the finding repeats. `names`: whether names of people of its own agency may be read."""
    facts = (finding.agency_id, finding.same_place, finding.same_step)
    return _shown(of(finding), *facts, names=names)


def shown_for_item(item: Item) -> list[Repeat]:
    """The same while a finding is being written from a question, for the team."""
    return _shown(of_item(item), item.audit.agency_id, *keys(item.version, item.step), names=True)


def _shown(
    found: list[Finding], agency: int, place: str, step: str, *, names: bool
) -> list[Repeat]:
    nameless = {one.agency_id for one in found if not names or one.agency_id != agency}
    people = people_of(nameless) if nameless else {}
    return [
        _repeat(one, one.agency_id == agency, _why(one, place, step), people.get(one.agency_id))
        for one in found
    ]


def people_of(agencies: Iterable[int]) -> dict[int, list[str]]:
    """{agency ID: names of everybody with a past or current appointment in it, longest first}.
    One query."""
    wanted = set(agencies)
    named: dict[int, set[str]] = {pk: set() for pk in wanted}
    for post in Appointment.objects.filter(agency__in=wanted).select_related("person"):
        if post.agency_id is not None:
            named[post.agency_id].add(str(post.person))
    return {pk: sorted(names, key=len, reverse=True) for pk, names in named.items()}


def _repeat(one: Finding, own: bool, why: str, people: list[str] | None) -> Repeat:
    cases = list(one.nonconformities.all())
    states = {case.state for case in cases}
    last = cases[-1] if cases else None

    def told(text: str) -> str:
        return _short(without_names(text, people or ()))

    return Repeat(
        own=own,
        agency=one.agency.label,
        url=one.get_absolute_url(),
        code=one.code,
        day=one.told_on,
        grade=one.grade_label if own else grades.in_city(one),
        why=why,
        seen=told(one.seen),
        cause=told(last.cause) if last else "",
        actions=[told(action.what) for case in cases for action in case.actions.all()],
        worked=Case.CLOSED in states,
        failed=Case.INEFFECTIVE in states and Case.CLOSED not in states,
        open=bool(states - set(Nonconformity.ENDED)),
    )


def _why(one: Finding, place: str, step: str) -> str:
    here = bool(one.same_place) and one.same_place == place
    if here or (one.same_step and one.same_step == step):
        form = one.same_step.startswith("form:") and one.same_step.endswith("#")
        return _("cùng biểu mẫu") if form else _("cùng bước")
    return _("cùng điều khoản và đơn vị")


def without_names(text: str, people: Iterable[str]) -> str:
    """The text with each of these names replaced, whole words only."""
    named = [re.escape(name) for name in people if len(name.split()) > 1]
    return re.sub(rf"\b(?:{'|'.join(named)})\b", "(…)", text, flags=re.I) if named else text


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"
