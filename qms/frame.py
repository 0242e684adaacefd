"""Extension points of the screens, filled by apps in their `ready()`, as `search.registry` is for
search.

Agency tabs, blocks of the home page, what a closed agency leaves open, banners on every page, panels
of the admin's first page, names of events, and tasks. Menu items and URLs of the admin are added with Wagtail's own hooks."""

from collections import Counter
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
    """A part of an agency's pages. `url` and `count` are called only if the person may open it."""

    name: str
    label: Text
    url: Callable[[Agency], str]
    may_open: Callable[[Person, Agency], bool] = everybody
    count: Callable[[Agency], int] | None = None
    order: int = 50


# -- the home page


@dataclass(frozen=True)
class HomeBlock:
    """A block of the home page. `load` returns the template variable `block`; None if there is
    nothing to show."""

    name: str
    template: str
    load: Callable[[HttpRequest], Mapping[str, Any] | None]
    order: int = 50


# -- closing an agency


@dataclass(frozen=True)
class Unfinished:
    """What an agency would leave open when it is closed: `count` gives the number of rows."""

    name: str
    label: Text
    count: Callable[[Agency], int]
    order: int = 50


# -- every page of the site


@dataclass(frozen=True)
class Band:
    """A line between the head and the content of every page of the site. `wanted` reads only the
    request; no queries."""

    name: str
    template: str
    wanted: Callable[[HttpRequest], bool]
    order: int = 50


# -- the admin's first page


@dataclass(frozen=True)
class AdminPanel:
    """A panel of the admin's first page. `make` returns Wagtail's component; None if it doesn't
    concern the user."""

    name: str
    make: Callable[[HttpRequest], Any | None]
    order: int = 50


# -- tasks


@dataclass(frozen=True)
class Task:
    """One task: a link, a note below it, and whether it is overdue."""

    label: str
    url: str
    note: str = ""
    overdue: bool = False


@dataclass(frozen=True)
class TaskSource:
    """A list under one heading. `load` returns the person's tasks, most urgent first, at
    most a screenful.

    `on_home`: shown on the home page too, for people who never enter the admin. `waiting`: the rows
    behind the tasks, counted for the top of each page in one query with all others; depends only on
    the person's appointments and the minute (`qms.kept_sql`). `waiting_instead`: the rows that are
    the person's only as somebody's substitute, added to that count. `numbers`: {source: number of
    tasks} without rows behind them; may cover several sources, is called once and makes a constant
    number of queries. `every`: all tasks, for the paginated list. `sent`: what the person sent,
    each with a note on its progress."""

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


@dataclass(frozen=True)
class TaskList:
    name: str
    title: str
    tasks: list[Task]


Part = AgencyTab | HomeBlock | Unfinished | Band | AdminPanel | TaskSource

_TABS: dict[str, AgencyTab] = {}
_BLOCKS: dict[str, HomeBlock] = {}
_UNFINISHED: dict[str, Unfinished] = {}
_BANDS: dict[str, Band] = {}
_PANELS: dict[str, AdminPanel] = {}
_TASKS: dict[str, TaskSource] = {}
_EVENTS: dict[str, Text] = {}
_FACTS: dict[str, Text] = {}


def add(part: Part) -> None:
    """Registers a part; one with the same name is replaced."""
    _place_of(part)[part.name] = part


def remove(part: Part) -> None:
    """Removes a part (tests)."""
    _place_of(part).pop(part.name, None)


def _place_of(part: Any) -> dict[str, Any]:
    places: dict[type, dict[str, Any]] = {
        AgencyTab: _TABS,
        HomeBlock: _BLOCKS,
        Unfinished: _UNFINISHED,
        Band: _BANDS,
        AdminPanel: _PANELS,
        TaskSource: _TASKS,
    }
    return places[type(part)]


def name_events(labels: Mapping[str, Text], facts: Mapping[str, Text] | None = None) -> None:
    """Registers labels for kinds of events and for the facts in their data; facts without a label
    aren't shown."""
    _EVENTS.update(labels)
    _FACTS.update(facts or {})


def forget_events(labels: Iterable[str], facts: Iterable[str] = ()) -> None:
    """Removes labels (tests)."""
    for kind in labels:
        _EVENTS.pop(kind, None)
    for fact in facts:
        _FACTS.pop(fact, None)


def event_label(kind: str) -> str:
    """The label of an event of the journal; its kind if there is none."""
    return str(_EVENTS.get(kind, kind))


def fact_label(name: str) -> str | None:
    """The label of a fact in an event's data; None if it isn't shown."""
    return str(_FACTS[name]) if name in _FACTS else None


def agency_tabs(user: Person, agency: Agency) -> list[dict[str, Any]]:
    """The parts of the agency's pages that the person may open: [{"name", "label", "url",
    "count"?}]; [] if there is only one."""
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


def unfinished(agency: Agency) -> list[tuple[str, int]]:
    """[(label, number)] of what the agency would leave open when it is closed."""
    counted = [(str(one.label), one.count(agency)) for one in _in_order(_UNFINISHED)]
    return [(label, number) for label, number in counted if number]


def bands(request: HttpRequest) -> list[str]:
    """The templates of the banners on this page."""
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


def count_waiting(user: Person, **extra: "Callable[[], QuerySet[Any]]") -> dict[str, int]:
    """{source: number of the person's tasks} of the sources that can be counted. `extra`: further
    rows to count under a name, which depend only on the person and the minute. Tasks as a
    substitute are counted with the person's own.

    One query for all rows, whatever the number of sources; a second one for substitutes."""
    sources = _in_order(_TASKS)
    own = {one.name: one.waiting for one in sources if one.waiting}
    instead = {
        one.name: rows
        for one in sources
        if one.waiting_instead and (rows := one.waiting_instead(user)) is not None
    }
    minute = now().replace(second=0, microsecond=0)
    counted = kept_sql.rows(
        ("waiting", *access.appointments_key(user), minute, *own.items(), *extra),
        lambda: _counts(
            {name: ask(user) for name, ask in own.items()}
            | {name: ask() for name, ask in extra.items()}
        ),
    )
    if instead:
        counted = [*counted, *(_counts(instead) or ())]
    numbers: Counter[str] = Counter(dict.fromkeys((*own, *extra, *instead), 0))
    for name, number in counted:
        numbers[name] += number
    for ask in dict.fromkeys(one.numbers for one in sources if one.numbers):
        numbers.update(ask(user))
    return dict(numbers)


def _counts(rows: "Mapping[str, QuerySet[Any] | None]") -> "QuerySet[Any] | None":
    """(name, number) rows; names without rows are omitted."""
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
    """The person's tasks by source, without empty sources. `on_home`: only the home page's sources.

    `counted`: result of `count_waiting`, so that empty sources are not loaded."""
    empty = {name for name, number in (counted or {}).items() if not number}
    lists = [
        TaskList(source.name, str(source.title), list(source.load(user)))
        for source in _in_order(_TASKS)
        if (source.on_home or not on_home) and source.name not in empty
    ]
    return [one for one in lists if one.tasks]


def _in_order(parts: Mapping[str, Any]) -> list[Any]:
    return sorted(parts.values(), key=lambda part: part.order)
