"""Search by meaning for one question: results without any of its words, and similarities for
their order."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from search.engines.queries import Conditions
from search.index.prepared import Card
from search.meaning import fusion
from search.meaning.nearness import Similarities
from search.ranking.needs import A_PAGE, Need
from search.ranking.plan import Plan

if TYPE_CHECKING:
    from search.engines.interface import Reader

Ranked = list[tuple[float, Card]]


class ByMeaning:
    """The nearest entries that the user may see. As with words, filters don't change which these
    are, but narrow the results afterwards."""

    def __init__(self, reader: "Reader", similar: Similarities, unfiltered: Conditions) -> None:
        self._reader, self._similar, self._unfiltered = reader, similar, unfiltered
        nearest = similar.nearest(A_PAGE, self._visible)
        self._nearest = [key for key, _ in nearest]
        self._answers = fusion.near_enough(nearest)
        self.alone: tuple[str, ...] = ()

    @property
    def has_answers(self) -> bool:
        """Whether an entry is near enough to be a result without any word of the question."""
        return bool(self._answers)

    def _visible(self, keys: Sequence[str]) -> set[str]:
        return {card.key for _, card in self._cards(None, None, keys, self._unfiltered)}

    def _cards(
        self, plan: Plan | None, need: Need | None, keys: Sequence[str], conditions: Conditions
    ) -> Ranked:
        """Those of the keys that meet the conditions, each with its score by words."""
        if not keys:
            return []
        one_of = replace(conditions, only=tuple(keys))
        return self._reader.match(plan, need, one_of, sort="relevance", start=0, limit=len(keys))

    def widen(self, plan: Plan, need: Need | None) -> Need | None:
        """The need, extended to near entries without any of the question's words."""
        matched = set[str]()
        if not plan.empty:
            found = self._cards(plan, need, self._nearest, self._unfiltered)
            matched = {card.key for _, card in found}
        self.alone = tuple(key for key in self._answers if key not in matched)
        self._nearest = [key for key in self._nearest if key in matched or key in self.alone]
        if not self.alone:
            return need
        near = tuple(("key", key) for key in self.alone)
        return replace(need, always=(*need.always, *near)) if need else Need((), False, 1, near)

    def further(self, plan: Plan, first: Ranked, conditions: Conditions) -> Ranked:
        """Near results that are not among the first by words."""
        there = {card.key for _, card in first}
        keys = [key for key in self._nearest if key not in there]
        return self._cards(plan, None, keys, conditions)

    def similarities(self, found: Ranked) -> dict[str, float]:
        return self._similar.of([card.key for _, card in found])
