"""Whether an auditor's competence holds, by the registers of agencies. Who stands in none is not refused: the register is not filled yet."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from audits.models import AuditorRecord
from qms.clock import written


@dataclass(frozen=True)
class Register:
    """The records of some people, read once. Where several agencies keep somebody, one record that holds is enough."""

    records: dict[int, list[AuditorRecord]]

    def why_not(self, person: int, *, until: datetime.date, clauses: Collection[str] = ()) -> str:
        """Why the person's competence does not cover these clauses up to that day; empty where it does."""
        faults = [_fault(one, until, clauses) for one in self.records.get(person, ())]
        return "" if not all(faults) else next(iter(faults), "")

    def fields_of(self, person: int) -> str:
        return "; ".join(one.fields for one in self.records.get(person, ()) if one.fields)


def register_of(people: Iterable[int]) -> Register:
    """One query."""
    found: dict[int, list[AuditorRecord]] = defaultdict(list)
    for one in AuditorRecord.objects.filter(person__in=list(people)).order_by("pk"):
        found[one.person_id].append(one)
    return Register(dict(found))


def _fault(record: AuditorRecord, until: datetime.date, clauses: Collection[str]) -> str:
    if record.valid_until is not None and record.valid_until < until:
        return _("năng lực đánh giá chỉ có giá trị đến %(day)s") % {
            "day": written(record.valid_until)
        }
    missing = [one for one in clauses if not covers(record.clauses, one)]
    if missing:
        return _("theo sổ đánh giá viên, chưa đánh giá được điều khoản %(clauses)s") % {
            "clauses": ", ".join(missing)
        }
    return ""


def covers(known: Collection[str], clause: str) -> bool:
    """Whether somebody who knows these clauses (none: all of them) knows this one: 7.5 holds 7.5.3."""
    return not known or any(clause == one or clause.startswith(f"{one}.") for one in known)
