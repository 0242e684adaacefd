"""Checks auditors' competence by the agencies' registers. Auditors in no register are accepted:
registers are not filled yet."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from audits.models import AuditorRecord
from qms.clock import written


@dataclass(frozen=True)
class Register:
    """The records of some people, read once. If several agencies have a record of somebody, one
    valid record is enough."""

    records: dict[int, list[AuditorRecord]]

    def why_not(self, person: int, *, until: datetime.date, clauses: Collection[str] = ()) -> str:
        """User-facing reason why the person's competence does not cover these clauses up to that
        day; empty if it does."""
        faults = [_fault(one, until, clauses) for one in self.records.get(person, ())]
        return "" if not all(faults) else next(iter(faults), "")

    def fields_of(self, person: int) -> str:
        return "; ".join(one.fields for one in self.records.get(person, ()) if one.fields)


def register_of(people: Iterable[int]) -> Register:
    """The register records of these people. One query."""
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
    """Whether these clauses (empty: all clauses) include this one: 7.5 includes 7.5.3."""
    return not known or any(clause == one or clause.startswith(f"{one}.") for one in known)
