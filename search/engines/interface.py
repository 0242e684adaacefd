"""The interface that engines (tantivy and Elasticsearch) implement."""

import abc
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from search.engines.queries import Conditions
from search.entries import Entry, Query, Results, Suggestion
from search.index.prepared import Card, Prepared, Stored
from search.meaning.nearness import Nearness
from search.ranking.needs import Need
from search.ranking.plan import Plan
from search.ranking.reordering import TitleWorth
from search.words.question import NO_SYNONYMS, Synonyms


class Unavailable(Exception):
    """The engine can't answer now. ``missing``: its index is missing, damaged or of another
    version, and may be rebuilt; otherwise the server does not answer."""

    def __init__(self, message: str, *, missing: bool = False) -> None:
        super().__init__(message)
        self.missing = missing


@dataclass(frozen=True)
class Found:
    """Counts of a match: the total, and for each facet its values with their counts."""

    total: int
    facets: Mapping[str, Sequence[tuple[str, int]]] = field(default_factory=dict)


class Reader(abc.ABC):
    """An immutable view of an index."""

    def __init__(self) -> None:
        self._title_worth: TitleWorth | None = None

    @property
    def title_worth(self) -> TitleWorth:
        """The importance of words in titles, cached with this view."""
        if self._title_worth is None:
            self._title_worth = TitleWorth(self.documents, self.frequencies)
        return self._title_worth

    @property
    @abc.abstractmethod
    def documents(self) -> int:
        """Number of entries."""

    @abc.abstractmethod
    def frequencies(self, wanted: Sequence[tuple[str, str]]) -> Sequence[int]:
        """Number of entries in which each (field, token) occurs, in the given order."""

    @abc.abstractmethod
    def match(
        self,
        plan: Plan | None,
        need: Need | None,
        conditions: Conditions,
        *,
        sort: str,
        start: int,
        limit: int,
    ) -> list[tuple[float, Card]]:
        """[(score, card)] of the results from ``start`` on, best first; without a plan, everything
        that meets the conditions."""

    @abc.abstractmethod
    def count(
        self,
        plan: Plan | None,
        need: Need | None,
        conditions: Conditions,
        *,
        facets: Sequence[str] = (),
    ) -> Found:
        """Number of results, in total and by facet value."""

    @abc.abstractmethod
    def stored(self, keys: Sequence[str]) -> Mapping[str, Stored]:
        """{key: stored text} of entries."""

    @abc.abstractmethod
    def visible(
        self, field: str, tokens: Sequence[str], conditions: Conditions
    ) -> Mapping[str, int]:
        """{token: number of entries that meet the conditions and contain it}, without tokens that
        occur in none."""

    @abc.abstractmethod
    def continuations(
        self, prefix: str, conditions: Conditions, *, titles: bool, limit: int
    ) -> Sequence[str]:
        """Folded words with this prefix in entries that meet the conditions, most
        frequent first."""

    @abc.abstractmethod
    def titled(
        self,
        words: Sequence[str],
        endings: Sequence[str],
        codes: Sequence[str],
        conditions: Conditions,
        limit: int,
    ) -> list[Card]:
        """Cards of entries whose titles have all the folded words and one of the endings, or whose
        code begins so; best first."""


class Engine(abc.ABC):
    """An index that is written in batches and answers questions.

    Writers must hold ``search.queue.locking.writing``. ``nearness`` compares questions with entries
    by meaning; None searches by words alone.
    """

    nearness: Nearness | None = None

    @abc.abstractmethod
    def put(self, origins: Sequence[str], entries: Sequence[Prepared]) -> Mapping[str, str]:
        """Replaces everything of these origins with the entries. Returns {origin: reason} of what
        the engine refused."""

    def remove(self, origins: Sequence[str]) -> None:
        """Removes everything of these origins."""
        self.put(origins, ())

    @abc.abstractmethod
    def rebuild(self, entries: Iterable[Entry]) -> "Rebuilding":
        """Builds a fresh index next to the one in use, which keeps answering until
        ``Rebuilding.finish``."""

    @abc.abstractmethod
    def reader(self) -> Reader:
        """A view of the current index. Raises Unavailable."""

    @abc.abstractmethod
    def check(self) -> dict[str, object]:
        """The health of the engine: ``{"ok": bool, "engine": name, "entries": number, "problem":
        text, "missing": bool}``. Never raises."""

    @abc.abstractmethod
    def find(self, query: Query, synonyms: Synonyms = NO_SYNONYMS) -> Results:
        """Answers a question; any text is valid. Raises Unavailable."""

    @abc.abstractmethod
    def suggest(self, typed: str, conditions: Conditions, limit: int = 8) -> list[Suggestion]:
        """Titles and codes that complete what was typed. Raises Unavailable."""


class Rebuilding(abc.ABC):
    """A fresh index, ready to replace the one in use."""

    def __init__(self) -> None:
        self.entries = 0
        self.refused: dict[str, str] = {}

    @abc.abstractmethod
    def put(self, origins: Sequence[str], entries: Sequence[Prepared]) -> None:
        """Replaces everything of these origins with entries that changed while it was built."""

    @abc.abstractmethod
    def finish(self) -> None:
        """Replaces the one in use, atomically."""
