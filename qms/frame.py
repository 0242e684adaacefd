"""The places on screens that apps fill, each in its `ready()`, as `search.registry` does for what can be found.

Agency tabs, blocks of the home page, lines below the head of every page, panels of the admin's first page, names of events, and what waits for a person.
Wagtail's own hooks remain the way to add a menu item or an address to the admin."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Count, QuerySet, Value
from django.http import HttpRequest

from qms import access, kept_sql
from qms.access import Person
from qms.clock import now
from qms.models import Agency

Text = Any  # a text, or a lazy one


def everybody(user: Person, agency: Agency) -> bool:
    return True


# -- the parts of an agency's pages


@dataclass(frozen=True)
class AgencyTab:
    """A part of an agency's pages. `url` and `count` are asked only where the person may open it."""

    name: str
    label: Text
    url: Callable[[Agency], str]
    may_open: Callable[[Person, Agency], bool] = everybody
    count: Callable[[Agency], int] | None = None
    order: int = 50


# -- the home page


@dataclass(frozen=True)
class HomeBlock:
    """A block of the home page. `load` gives what its template reads as `block`; None where there is nothing to show."""

    name: str
    template: str
    load: Callable[[HttpRequest], Mapping[str, Any] | None]
    order: int = 50


# -- every page of the site


@dataclass(frozen=True)
class Band:
    """A line between the head and the content of every page of the site. `wanted` reads the request and asks no query."""

    name: str
    template: str
    wanted: Callable[[HttpRequest], bool]
    order: int = 50


# -- the admin's first page


@dataclass(frozen=True)
class AdminPanel:
    """A panel of the admin's first page. `make` gives Wagtail's component; None for people whom it doesn't concern."""

    name: str
    make: Callable[[HttpRequest], Any | None]
    order: int = 50


# -- what waits for a person


INSTEAD = ":instead"


@dataclass(frozen=True)
class Task:
    """One thing that waits: a link, a note below it, and whether it should have been done before today."""

    label: str
    url: str
    note: str = ""
    overdue: bool = False


@dataclass(frozen=True)
class TaskSource:
    """A list under one heading. `load` gives the person's tasks, the most urgent first, no more than a screen shows.

    `on_home`: shown on the home page too, for people who never enter the admin. `waiting`: the rows behind the tasks, counted for
    the head of each page by one query together with all others. It follows from the person's appointments and the minute (`qms.kept_sql`).
    `waiting_instead`: the rows that wait for somebody whom the person stands in for, counted likewise.
    `numbers`: how many tasks there are, by source, where no rows are behind them; it may tell those of several sources, is asked
    once and asks a fixed number of queries.
    `every`: all tasks, for the list that is paged. `sent`: what the person sent on, each with a note on where it is.
    `standing_in`: what waits for somebody whom the person stands in for."""

    name: str
    title: Text
    load: Callable[[Person], Iterable[Task]]
    order: int = 50
    on_home: bool = False
    waiting: "Callable[[Person], QuerySet[Any] | None] | None" = None
    waiting_instead: "Callable[[Person], QuerySet[Any] | None] | None" = None
    numbers: Callable[[Person], Mapping[str, int]] | None = None
    every: Callable[[Person], Iterable[Task]] | None = None
    sent: Callable[[Person], Iterable[Task]] | None = None
    standing_in: Callable[[Person], Iterable[Task]] | None = None


@dataclass(frozen=True)
class TaskList:
    name: str
    title: str
    tasks: list[Task]


Part = AgencyTab | HomeBlock | Band | AdminPanel | TaskSource

_TABS: dict[str, AgencyTab] = {}
_BLOCKS: dict[str, HomeBlock] = {}
_BANDS: dict[str, Band] = {}
_PANELS: dict[str, AdminPanel] = {}
_TASKS: dict[str, TaskSource] = {}
_EVENTS: dict[str, Text] = {}
_FACTS: dict[str, Text] = {}


def add(part: Part) -> None:
    """Registers a part; one with the same name is replaced."""
    _place_of(part)[part.name] = part


def remove(part: Part) -> None:
    """Takes a part out again (tests)."""
    _place_of(part).pop(part.name, None)


def _place_of(part: Any) -> dict[str, Any]:
    places: dict[type, dict[str, Any]] = {
        AgencyTab: _TABS,
        HomeBlock: _BLOCKS,
        Band: _BANDS,
        AdminPanel: _PANELS,
        TaskSource: _TASKS,
    }
    return places[type(part)]


def name_events(labels: Mapping[str, Text], facts: Mapping[str, Text] | None = None) -> None:
    """Says how kinds of events are called on screens, and the facts in their data; facts without a name aren't shown."""
    _EVENTS.update(labels)
    _FACTS.update(facts or {})


def forget_events(labels: Iterable[str], facts: Iterable[str] = ()) -> None:
    """Takes names out again (tests)."""
    for kind in labels:
        _EVENTS.pop(kind, None)
    for fact in facts:
        _FACTS.pop(fact, None)


def event_label(kind: str) -> str:
    """What an event of the journal is called; one that nobody named by its kind."""
    return str(_EVENTS.get(kind, kind))


def fact_label(name: str) -> str | None:
    """What a fact in an event's data is called; None where it isn't shown."""
    return str(_FACTS[name]) if name in _FACTS else None


def agency_tabs(user: Person, agency: Agency) -> list[dict[str, Any]]:
    """The parts of the agency's pages that the person may open: [{"name", "label", "url", "count"?}]; [] where there is only one."""
    tabs: list[dict[str, Any]] = []
    for tab in _in_order(_TABS):
        if tab.may_open(user, agency):
            shown = {"name": tab.name, "label": str(tab.label), "url": tab.url(agency)}
            tabs.append(shown | ({"count": tab.count(agency)} if tab.count else {}))
    return tabs if len(tabs) > 1 else []


def home_blocks(request: HttpRequest) -> list[dict[str, Any]]:
    """The blocks of the home page for this request: [{"name", "template", "data"}]."""
    found = [(block, block.load(request)) for block in _in_order(_BLOCKS)]
    return [
        {"name": block.name, "template": block.template, "data": data}
        for block, data in found
        if data is not None
    ]


def bands(request: HttpRequest) -> list[str]:
    """The templates of the lines that this page carries below its head."""
    return [band.template for band in _in_order(_BANDS) if band.wanted(request)]


def admin_panels(request: HttpRequest) -> list[Any]:
    """The panels of the admin's first page for this request."""
    found = []
    for panel in _in_order(_PANELS):
        component = panel.make(request)
        if component is not None:
            component.order = panel.order  # by which Wagtail sorts
            found.append(component)
    return found


def task_sources() -> list[TaskSource]:
    return _in_order(_TASKS)


def task_source(name: str) -> TaskSource | None:
    return _TASKS.get(name)


def count_waiting(user: Person, **also: "Callable[[], QuerySet[Any]]") -> dict[str, int]:
    """How much waits for the person, by source, for the sources that can be counted. `also`: further rows to count under a name,
    which follow from the person and the minute alone. What waits for somebody whom they stand in for is counted under the source's
    name with `INSTEAD`.

    One query for all that are rows, however many sources there are; a second for who stands in for somebody."""
    sources = _in_order(_TASKS)
    own = {one.name: one.waiting for one in sources if one.waiting}
    instead = {
        one.name + INSTEAD: rows
        for one in sources
        if one.waiting_instead and (rows := one.waiting_instead(user)) is not None
    }
    minute = now().replace(second=0, microsecond=0)
    counted = kept_sql.rows(
        ("waiting", *access.standing(user), minute, *own.items(), *also),
        lambda: _counts(
            {name: ask(user) for name, ask in own.items()}
            | {name: ask() for name, ask in also.items()}
        ),
    )
    if instead:
        counted += list(_counts(instead) or ())
    numbers: dict[str, int] = {}
    for ask in dict.fromkeys(one.numbers for one in sources if one.numbers):
        numbers |= ask(user)
    return dict.fromkeys((*own, *also, *instead), 0) | dict(counted) | numbers


def _counts(rows: "Mapping[str, QuerySet[Any] | None]") -> "QuerySet[Any] | None":
    """Rows of name and number; names without rows are left out."""
    parts = [
        found.order_by()
        .annotate(_source=Value(name, CharField()))
        .values("_source")
        .annotate(_number=Count("pk", distinct=True))
        .values_list("_source", "_number")
        for name, found in rows.items()
        if found is not None
    ]
    return parts[0].union(*parts[1:], all=True) if parts else None


def tasks_of(
    user: Person, *, on_home: bool = False, counted: Mapping[str, int] | None = None
) -> list[TaskList]:
    """What waits for the person, by source; sources without a task are left out. `on_home`: of the home page's sources alone.

    `counted`: what `count_waiting` found, so that sources with nothing are not asked."""
    empty = {name for name, number in (counted or {}).items() if not number}
    lists = [
        TaskList(source.name, str(source.title), list(source.load(user)))
        for source in _in_order(_TASKS)
        if (source.on_home or not on_home) and source.name not in empty
    ]
    return [one for one in lists if one.tasks]


def _in_order(parts: Mapping[str, Any]) -> list[Any]:
    return sorted(parts.values(), key=lambda part: part.order)
