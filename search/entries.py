"""Input and output of the index, as pure data."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from qms.clock import today


@dataclass(frozen=True)
class Passage:
    """A part of a thing that a hit can point to: a section of a document, or a file attached to it.

    The text of an ``attached`` one is found and shown like the rest but counts for less; its title
    counts in full.
    """

    anchor: str
    title: str
    text: str
    attached: bool = False


@dataclass(frozen=True)
class Entry:
    """One searchable thing.

    ``readers`` are access tokens: it is visible to holders of one of them. ``first_day`` and
    ``last_day`` (both inclusive, None is open) are the days on which it is in force.
    """

    key: str  # unique: "version:12", "draft:7", "agency:3"
    group: str  # group of results: "document", "draft", "agency", "unit", "person", …
    kind: str  # "procedure", "form", …
    title: str
    url: str
    readers: tuple[str, ...]
    origin: str = ""  # "source:id" of the object it comes from; the key itself if empty
    code: str = ""
    codes: tuple[str, ...] = ()  # further codes: the national code of an administrative procedure
    agency: int | None = None
    agency_name: str = ""
    unit: int | None = None
    unit_name: str = ""
    passages: tuple[Passage, ...] = ()
    first_day: datetime.date | None = None
    last_day: datetime.date | None = None
    state: str = "issued"  # "issued" or "draft"
    # Field, clause, legal, year, …
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    weight: float = 1.0  # 2.0 doubles the score of a hit
    sort_date: datetime.date | None = None
    source: str = ""  # name of the file it was imported from
    # Words that count as the title's if a question has them next to title words: "head of office
    # *of the department of justice*".
    context: str = ""
    names: tuple[
        str, ...
    ] = ()  # parts of the title that each name the thing: "Nguyễn Văn A", "Chánh Văn phòng"

    @property
    def origin_or_key(self) -> str:
        return self.origin or self.key


@dataclass(frozen=True)
class Query:
    """A question to an engine. ``tokens`` None sees everything: for evaluation, never
    for a user."""

    text: str
    tokens: frozenset[str] | None = frozenset({"public"})
    day: datetime.date | None = None  # in force on this day; None is any time
    groups: tuple[str, ...] = ()
    # Kind, agency, unit, state and facets: any of the values
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    facets: tuple[str, ...] = ()  # which to count
    sort: str = "relevance"  # or "date" (newest first), "code"
    page: int = 1
    size: int = 10
    home: int | None = None  # the user's own agency: ties go to its entries
    # From which the facet `standing` is computed
    today: datetime.date = field(default_factory=today)


@dataclass(frozen=True)
class Hit:
    """One result. ``title_html`` and ``snippet`` are escaped HTML with ``<mark>``; ``url`` leads to
    the matching section."""

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
    near: bool = False  # found by meaning alone: it has none of the question's words

    @property
    def ended(self) -> bool:
        """Whether it is no longer in force today."""
        return self.last_day is not None and self.last_day < today()


@dataclass(slots=True)
class Count:
    """Number of results with a facet value; hundreds are created for each question."""

    value: str
    label: str
    count: int


@dataclass(frozen=True)
class Results:
    """The answer to a query. ``corrected``: nothing matched the words as typed, and the hits
    are those of ``did_you_mean``. ``notice``: user-facing reason why the answer is unusual.
    ``failed``: there is none, because of a fault that was logged. ``read_as``: a question without
    marks as it was read, with the words that are not sure as typed. ``words_alone``: search by
    meaning should have been used but is unavailable. ``close``: how many results have most of the
    question's word pairs or important words, as those sorted by date do; None if all do or none."""

    hits: tuple[Hit, ...] = ()
    total: int = 0
    facets: Mapping[str, tuple[Count, ...]] = field(default_factory=dict)
    did_you_mean: str = ""
    corrected: bool = False
    notice: str = ""
    failed: bool = False
    read_as: str = ""
    words_alone: bool = False
    close: int | None = None


@dataclass(frozen=True)
class Suggestion:
    """A suggestion while typing: a thing to open (with ``url``) or a question to ask (without)."""

    text: str
    html: str
    code: str = ""
    kind: str = ""
    agency_name: str = ""
    url: str = ""
