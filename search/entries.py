"""What goes into the index and what comes out. Pure data."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from qms.clock import today


@dataclass(frozen=True)
class Passage:
    """A part of a thing that a hit can point to: a section of a document, or a file that hangs on it.

    What an ``attached`` one says is found and shown like the rest, and counts for less; its title counts in full.
    """

    anchor: str
    title: str
    text: str
    attached: bool = False


@dataclass(frozen=True)
class Entry:
    """One thing that can be found.

    ``readers`` are access tokens: it is visible to who holds one of them. ``first_day`` and
    ``last_day`` (both inclusive, None is open) are the days on which it is in force.
    """

    key: str  # unique: "version:12", "draft:7", "agency:3"
    group: str  # group of results: "document", "draft", "agency", "unit", "person", …
    kind: str  # "procedure", "form", …
    title: str
    url: str
    readers: tuple[str, ...]
    origin: str = ""  # "source:id" of the object it comes from; the key itself where empty
    code: str = ""
    codes: tuple[
        str, ...
    ] = ()  # what else it is called by: the national code of an administrative procedure
    agency: int | None = None
    agency_name: str = ""
    unit: int | None = None
    unit_name: str = ""
    passages: tuple[Passage, ...] = ()
    first_day: datetime.date | None = None
    last_day: datetime.date | None = None
    state: str = "issued"  # "issued" or "draft"
    facets: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # field, clause, legal, year, …
    weight: float = 1.0  # 2.0 counts a hit double
    sort_date: datetime.date | None = None
    source: str = ""  # name of the file it was imported from
    # Words that count as the title's where a question says them beside some of those: "head of office *of the department of justice*".
    context: str = ""

    @property
    def comes_from(self) -> str:
        return self.origin or self.key


@dataclass(frozen=True)
class Query:
    """A question to an engine. ``tokens`` None sees everything: for evaluation, never for a person."""

    text: str
    tokens: frozenset[str] | None = frozenset({"public"})
    day: datetime.date | None = None  # in force on this day; None is any time
    groups: tuple[str, ...] = ()
    filters: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # kind, agency, unit, state and facets: any of the values
    facets: tuple[str, ...] = ()  # which to count
    sort: str = "relevance"  # or "date" (newest first), "code"
    page: int = 1
    size: int = 10
    home: int | None = None  # the user's own agency: of what is alike, its own comes first
    today: datetime.date = field(
        default_factory=today
    )  # from which the facet `standing` is reckoned


@dataclass(frozen=True)
class Hit:
    """One result. ``title_html`` and ``snippet`` are escaped HTML with ``<mark>``; ``url`` leads to the very section."""

    key: str
    origin: str  # "source:id" of the object
    group: str
    kind: str
    code: str
    title: str
    title_html: str
    agency: int | None
    agency_name: str
    unit_name: str
    url: str
    section: str
    snippet: str
    score: float
    first_day: datetime.date | None
    last_day: datetime.date | None
    state: str
    source: str = ""
    near: bool = False  # found by its meaning alone: it has none of the words asked for

    @property
    def ended(self) -> bool:
        """Whether it is no longer in force today."""
        return self.last_day is not None and self.last_day < today()


@dataclass(slots=True)
class Count:
    """How many results carry a value of a facet; made by the hundred for each question."""

    value: str
    label: str
    count: int


@dataclass(frozen=True)
class Results:
    """The answer to a query. ``corrected`` says that nothing matched the words as typed and that the
    hits are those of ``did_you_mean``; ``notice`` says why an answer is not the usual one; ``failed``
    that there is none, because of a fault that is in the log; ``read_as`` is how a question without marks is probably meant;
    ``words_alone`` says that meaning should have had a say and could not be asked now."""

    hits: tuple[Hit, ...] = ()
    total: int = 0
    facets: Mapping[str, tuple[Count, ...]] = field(default_factory=dict)
    did_you_mean: str = ""
    corrected: bool = False
    notice: str = ""
    failed: bool = False
    read_as: str = ""
    words_alone: bool = False


@dataclass(frozen=True)
class Suggestion:
    """What is offered while typing: a thing to open (with ``url``) or a question to ask (without)."""

    text: str
    html: str
    code: str = ""
    kind: str = ""
    agency_name: str = ""
    url: str = ""
