"""Lists of who has read what: by document, by person, for one version; on screen and as files."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procedures.models import Confirmation, Version
from procedures.readership.reading.audience import Member
from procedures.readership.reading.duties import Duties, Duty, Reading, Tally
from procedures.readership.reading.rules import Scope
from qms.models import Unit
from qms.text.alphabet import sort_key

MOST_LINES = 20_000  # of a file
NAMED = 10  # unread versions listed for each person on a page
key = lru_cache(maxsize=20_000)(sort_key)

STATES = {
    "open": gettext_lazy("Chưa đọc"),
    "late": gettext_lazy("Quá hạn"),
    "done": gettext_lazy("Đã đọc"),
}
DOCUMENT_HEADS = (
    gettext_lazy("Mã hiệu"), gettext_lazy("Tên tài liệu"), gettext_lazy("Phiên bản"),
    gettext_lazy("Phải đọc"), gettext_lazy("Đã đọc"), gettext_lazy("Chưa đọc"), gettext_lazy("Quá hạn"),
)  # fmt: skip
DOCUMENT_WIDTHS = (16, 60, 10, 12, 12, 12, 12)
READER_HEADS = (
    gettext_lazy("Họ và tên"), gettext_lazy("Chức vụ"), gettext_lazy("Đơn vị"), gettext_lazy("Tình trạng"),
    gettext_lazy("Hạn đọc"), gettext_lazy("Ngày xác nhận"), gettext_lazy("Có chữ ký"),
)  # fmt: skip
READER_WIDTHS = (28, 34, 34, 14, 14, 16, 12)
OPEN_HEADS = (
    gettext_lazy("Đơn vị"), gettext_lazy("Họ và tên"), gettext_lazy("Chức vụ"), gettext_lazy("Mã hiệu"),
    gettext_lazy("Tên tài liệu"), gettext_lazy("Phiên bản"), gettext_lazy("Hạn đọc"), gettext_lazy("Tình trạng"),
)  # fmt: skip
OPEN_WIDTHS = (34, 28, 34, 16, 60, 10, 14, 14)


@dataclass(frozen=True)
class DocumentRow:
    """How many must read a version, have, and have not."""

    reading: Reading
    tally: Tally


@dataclass(frozen=True)
class PersonRow:
    """How much a person must read, and what is still open, earliest due date first."""

    member: Member
    must: int
    open: list[Duty]

    @property
    def done(self) -> int:
        return self.must - len(self.open)

    @property
    def first(self) -> list[Duty]:
        """Those named on the page; the rest is only counted."""
        return self.open[:NAMED]

    @property
    def more(self) -> int:
        return len(self.open) - len(self.first)

    @property
    def late(self) -> list[Duty]:
        return [duty for duty in self.open if duty.overdue]


@dataclass(frozen=True)
class ReaderRow:
    """A person who must read a version, or confirmed it."""

    name: str
    post: str
    unit_name: str
    state: str  # open, late, done
    due: datetime.date | None = None
    on_day: datetime.date | None = None
    signed: bool = False
    must: bool = True


def members(duties: Duties, scope: Scope, unit: int | None = None) -> list[Member]:
    """The people the user may see, by unit and given name."""
    units = _units(scope, unit)
    found = duties.staff.members.values() if duties.staff else []
    return sorted((one for one in found if units is None or one.units & units), key=_place)


def _units(scope: Scope, unit: int | None) -> frozenset[int] | None:
    if unit is None:
        return scope.units
    return frozenset({unit}) & (scope.units if scope.units is not None else {unit})


def _place(one: Member) -> tuple[Any, ...]:
    given = one.name.rpartition(" ")[2]
    return (
        one.unit is not None,
        key(one.unit_name),
        one.unit or 0,
        key(given),
        key(one.name),
        one.pk,
    )


def units_offered(duties: Duties, scope: Scope) -> list[dict[str, Any]]:
    """The units offered as a filter: [{"value", "label"}]."""
    rows = Unit.objects.filter(agency=duties.agency)
    rows = rows.filter(pk__in=scope.units) if scope.units is not None else rows
    found = sorted(rows.values_list("pk", "name"), key=lambda row: key(row[1]))
    return [{"value": pk, "label": name} for pk, name in found]


def by_document(duties: Duties, scope: Scope, unit: int | None = None) -> list[DocumentRow]:
    """A row for each version that one of these people must read."""
    units = _units(scope, unit)
    people = None if units is None else frozenset(one.pk for one in members(duties, scope, unit))
    rows = []
    for reading in duties.readings:
        tally = duties.tally(reading)
        if people is not None:
            tally = Tally(tally.must & people, tally.open & people, tally.late & people)
        if tally.must:
            rows.append(DocumentRow(reading, tally))
    return rows


def totals(rows: Iterable[DocumentRow]) -> dict[str, int]:
    found = {"must": 0, "done": 0, "open": 0, "late": 0}
    for row in rows:
        for name in found:
            found[name] += len(getattr(row.tally, name))
    return found


def of_people(duties: Duties, people: Iterable[Member]) -> list[PersonRow]:
    """What each of these people must read and still has to."""
    rows = []
    for one in people:
        asked = [
            reading
            for reading in duties.readings
            if any(one.pk in duties.starts[a.rule.pk] for a in reading.asked)
        ]
        left = [duty for reading in asked if (duty := duties.of(one.pk, reading))]
        left.sort(key=lambda duty: (duty.due, duty.reading.code))
        rows.append(PersonRow(one, len(asked), left))
    return rows


def readers_of(
    version: Version, duties: Duties, scope: Scope, unit: int | None = None
) -> list[ReaderRow]:
    """Who must read the version and who confirmed it; for a version no longer in force, who
    confirmed it."""
    reading = next((one for one in duties.readings if one.version == version.pk), None)
    if reading is not None:
        duties.look_at([reading])
    units = _units(scope, unit)
    found: list[tuple[tuple[Any, ...], ReaderRow]] = []
    given = Confirmation.objects.filter(version=version)
    confirmed = {one.person_id: one for one in given}
    for member in members(duties, scope, unit) if reading else ():
        row = _reader(member, reading, duties, confirmed.pop(member.pk, None))
        if row is not None:
            found.append((_place(member), row))
    for one in confirmed.values():  # no longer required to read it, or required earlier
        if units is None or one.unit_id in units:
            member = Member(one.person_id, one.person_name, one.post, one.unit_id, one.unit_name)
            row = ReaderRow(
                one.person_name,
                one.post,
                one.unit_name,
                "done",
                on_day=one.on_day,
                must=False,
                signed=bool(one.way),
            )
            found.append((_place(member), row))
    return [row for _key, row in sorted(found, key=lambda pair: pair[0])]


def _reader(
    member: Member, reading: Reading | None, duties: Duties, given: Confirmation | None
) -> ReaderRow | None:
    if given is not None:
        return ReaderRow(
            given.person_name,
            given.post,
            given.unit_name,
            "done",
            on_day=given.on_day,
            signed=bool(given.way),
        )
    if reading is None or not any(member.pk in duties.starts[a.rule.pk] for a in reading.asked):
        return None
    duty = duties.of(member.pk, reading)
    if duty is None:  # confirmed an earlier version of the same issue
        return ReaderRow(member.name, member.post, member.unit_name, "done")
    state = "late" if duty.overdue else "open"
    return ReaderRow(member.name, member.post, member.unit_name, state, due=duty.due)


# -- files


def document_lines(rows: Iterable[DocumentRow]) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        one, tally = row.reading, row.tally
        yield (
            one.code, one.title, one.ordinal, len(tally.must), len(tally.done), len(tally.open), len(tally.late),
        )  # fmt: skip


def reader_lines(rows: Iterable[ReaderRow]) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        yield (
            row.name, row.post, row.unit_name, str(STATES[row.state]), _day(row.due), _day(row.on_day),
            _("Có") if row.signed else "",
        )  # fmt: skip


def open_lines(duties: Duties, people: Iterable[Member]) -> Iterator[tuple[Any, ...]]:
    """A line for each person and unread version; a truncated list says so."""
    written = 0
    for one in people:
        for row in of_people(duties, [one]):
            for duty in row.open:
                if written == MOST_LINES:
                    yield (
                        _(
                            "Danh sách dừng ở %(most)s dòng. Hãy lọc theo đơn vị để tải phần còn lại."
                        )
                        % {"most": MOST_LINES},
                    )
                    return
                written += 1
                state = "late" if duty.overdue else "open"
                yield (
                    one.unit_name, one.name, one.post, duty.reading.code, duty.reading.title,
                    duty.reading.ordinal, _day(duty.due), str(STATES[state]),
                )  # fmt: skip


def _day(value: datetime.date | None) -> str:
    return f"{value:%d/%m/%Y}" if value else ""
