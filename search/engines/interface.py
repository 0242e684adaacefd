"""What an engine must be able to do: the contract that tantivy and Elasticsearch fulfil."""

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
    """The engine can't answer now. ``missing``: its index is missing, damaged or of another version, and may
    be rebuilt; otherwise the server does not answer."""

    def __init__(self, message: str, *, missing: bool = False) -> None:
        super().__init__(message)
        self.missing = missing


@dataclass(frozen=True)
class Found:
    """Counts of a match: how many, and by facet the values with their numbers."""

    total: int
    facets: Mapping[str, Sequence[tuple[str, int]]] = field(default_factory=dict)


class Reader(abc.ABC):
    """One unchanging view of an index."""

    def __init__(self) -> None:
        self._title_worth: TitleWorth | None = None

    @property
    def title_worth(self) -> TitleWorth:
        """The importance of words in titles, kept for as long as this view is."""
        if self._title_worth is None:
            self._title_worth = TitleWorth(self.documents, self.frequencies)
        return self._title_worth

    @property
    @abc.abstractmethod
    def documents(self) -> int:
        """How many entries there are."""

    @abc.abstractmethod
    def frequencies(self, wanted: Sequence[tuple[str, str]]) -> Sequence[int]:
        """In how many entries each (field, token) occurs."""

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
        """The results from ``start`` on, best first. Without a plan: everything that meets the conditions."""

    @abc.abstractmethod
    def count(
        self,
        plan: Plan | None,
        need: Need | None,
        conditions: Conditions,
        *,
        facets: Sequence[str] = (),
    ) -> Found:
        """How many results there are, and how they fall on the facets."""

    @abc.abstractmethod
    def stored(self, keys: Sequence[str]) -> Mapping[str, Stored]:
        """The texts of entries."""

    @abc.abstractmethod
    def visible(
        self, field: str, tokens: Sequence[str], conditions: Conditions
    ) -> Mapping[str, int]:
        """In how many entries that meet the conditions each token occurs; without those that are in none."""

    @abc.abstractmethod
    def continuations(
        self, prefix: str, conditions: Conditions, *, titles: bool, limit: int
    ) -> Sequence[str]:
        """Folded words with this beginning in entries that meet the conditions, most frequent first."""

    @abc.abstractmethod
    def titled(
        self,
        words: Sequence[str],
        endings: Sequence[str],
        codes: Sequence[str],
        conditions: Conditions,
        limit: int,
    ) -> list[Card]:
        """Entries whose titles have all the folded words and one of the endings, or whose code begins so; best first."""


class Engine(abc.ABC):
    """An index that is written in batches and answers questions.

    Whoever writes holds ``search.queue.locking.writing`` around it. ``nearness`` compares questions with entries by meaning;
    None answers by words alone.
    """

    nearness: Nearness | None = None

    @abc.abstractmethod
    def put(self, origins: Sequence[str], entries: Sequence[Prepared]) -> Mapping[str, str]:
        """Replaces everything from these origins with the entries. Returns the keys that the engine refused, with the reason."""

    def remove(self, origins: Sequence[str]) -> None:
        """Removes everything from these origins."""
        self.put(origins, ())

    @abc.abstractmethod
    def rebuild(self, entries: Iterable[Entry]) -> "Rebuilding":
        """Builds a fresh index beside the one in use, which goes on answering until ``Rebuilding.finish``."""

    @abc.abstractmethod
    def reader(self) -> Reader:
        """The index as it is now. Raises Unavailable."""

    @abc.abstractmethod
    def check(self) -> dict[str, object]:
        """The health of the engine: ``{"ok": bool, "engine": name, "entries": number, "problem": text, "missing": bool}``. Never raises."""

    @abc.abstractmethod
    def find(self, query: Query, synonyms: Synonyms = NO_SYNONYMS) -> Results:
        """Answers a question. Raises Unavailable, nothing for any text."""

    @abc.abstractmethod
    def suggest(self, typed: str, conditions: Conditions, limit: int = 8) -> list[Suggestion]:
        """Titles and codes that go on from what was typed. Raises Unavailable."""


class Rebuilding(abc.ABC):
    """A fresh index, ready to replace the one in use."""

    def __init__(self) -> None:
        self.entries = 0
        self.refused: dict[str, str] = {}

    @abc.abstractmethod
    def put(self, origins: Sequence[str], entries: Sequence[Prepared]) -> None:
        """Adds what changed while it was built."""

    @abc.abstractmethod
    def finish(self) -> None:
        """Replaces the one in use, atomically."""
