"""Which units the next programme should audit, and why: computed from audits, corrections and
documents of the agency."""

import datetime
from collections import Counter
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audits import rules
from audits.models import Finding, Nonconformity, PlanRow
from audits.models.findings import NONCONFORMING
from audits.sources import ABOUT_CITIZENS
from procedures.models import Version
from qms.clock import today
from qms.models import Agency, Unit, current

YEAR = datetime.timedelta(days=365)
MANY = 3  # new versions of a unit's documents within a year
State = Nonconformity.State


@dataclass(frozen=True)
class Suggestion:
    """A unit, with the reasons to audit it as sentences; a greater weight ranks higher."""

    unit: Unit
    reasons: list[str]
    weight: int


def of_agency(agency: Agency) -> list[Suggestion]:
    """Every active unit with a reason to audit it. Eight queries, whatever the size."""
    since = today() - YEAR
    cases = Nonconformity.objects.filter(agency=agency).exclude(state=State.DROPPED).order_by()
    made = Version.objects.filter(agency=agency, effective_on__range=(since, today())).standing()
    told = Finding.objects.filter(agency=agency, told_on__gte=since, grade__in=NONCONFORMING)
    audited = set(
        PlanRow.objects.filter(
            audit__agency=agency, audit__state__in=rules.TOLD, audit__ends_on__gte=since
        ).values_list("unit", flat=True)
    )
    counted = (
        (3, _by_unit(cases.filter(state=State.INEFFECTIVE, closed_on__gte=since)), _ineffective),
        (2, _by_unit(cases.exclude(state__in=(State.CLOSED, State.INEFFECTIVE))), _open),
        (2, _by_unit(cases.filter(source__in=ABOUT_CITIZENS, opened_on__gte=since)), _citizens),
        (1, _by_unit(told.exclude(state=Finding.State.DROPPED).order_by()), _findings),
        (1, _by_unit(made.filter(ordinal=1).order_by()), _new),
        (1, _many(_by_unit(made.filter(ordinal__gt=1).order_by())), _changed),
    )
    found = []
    active = current(None, "active_from", "active_to")
    for unit in Unit.objects.filter(active, agency=agency).order_by("name", "pk"):
        reasons, weight = [], 0
        if unit.pk not in audited:
            reasons, weight = [_("Chưa được đánh giá trong 12 tháng qua.")], 4
        for points, numbers, said in counted:
            if numbers[unit.pk]:
                reasons.append(said(numbers[unit.pk]))
                weight += points
        if reasons:
            found.append(Suggestion(unit, reasons, weight))
    return sorted(found, key=lambda one: -one.weight)


def _by_unit(rows: "QuerySet[Nonconformity] | QuerySet[Finding] | QuerySet[Version]") -> Counter[int]:  # fmt: skip
    return Counter(pk for pk in rows.values_list("unit", flat=True) if pk is not None)


def _many(numbers: Counter[int]) -> Counter[int]:
    return Counter({unit: number for unit, number in numbers.items() if number >= MANY})


def _ineffective(number: int) -> str:
    return ngettext(
        "%(number)d lần hành động khắc phục chưa hiệu lực.",
        "%(number)d lần hành động khắc phục chưa hiệu lực.",
        number,
    ) % {"number": number}


def _open(number: int) -> str:
    return ngettext(
        "%(number)d sự không phù hợp chưa đóng.", "%(number)d sự không phù hợp chưa đóng.", number
    ) % {"number": number}


def _citizens(number: int) -> str:
    return ngettext(
        "%(number)d việc trả sai, trả muộn hoặc mất giấy tờ của người dân.",
        "%(number)d việc trả sai, trả muộn hoặc mất giấy tờ của người dân.",
        number,
    ) % {"number": number}


def _findings(number: int) -> str:
    return ngettext(
        "%(number)d phát hiện không phù hợp ở lần đánh giá trước.",
        "%(number)d phát hiện không phù hợp ở lần đánh giá trước.",
        number,
    ) % {"number": number}


def _new(number: int) -> str:
    return ngettext(
        "%(number)d tài liệu mới ban hành.", "%(number)d tài liệu mới ban hành.", number
    ) % {"number": number}


def _changed(number: int) -> str:
    return ngettext(
        "%(number)d lần sửa đổi tài liệu.", "%(number)d lần sửa đổi tài liệu.", number
    ) % {"number": number}
