"""Answers questions, identically for every engine."""

import logging
from collections.abc import Callable, Container, Iterable, Mapping, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from html import escape
from itertools import pairwise
from typing import TypeVar

from search.engines.by_meaning import ByMeaning, Ranked
from search.engines.interface import Engine, Found, Reader
from search.engines.queries import Conditions
from search.engines.suggesting import suggest
from search.entries import Count, Hit, Query, Results, Suggestion
from search.index.prepared import FILE, FOLDED, FOLDED_PAIRS, MARKED, Card
from search.meaning import fusion
from search.meaning.embedding import Unusable
from search.meaning.nearness import Nearness, Similarities
from search.ranking import corrections, initials, reordering, restoring, snippets
from search.ranking import plan as ranking
from search.ranking.frequencies import importance, question_word_share
from search.ranking.needs import Need
from search.ranking.plan import Plan
from search.ranking.reordering import FIRST, REORDERED
from search.words.question import (
    NO_SYNONYMS,
    Expansion,
    Question,
    Synonyms,
    Term,
    parse_question,
    terms_of,
)
from search.words.vietnamese import analyse

log = logging.getLogger("search")
DEEPEST = 10_000  # results that can be paged through
T = TypeVar("T")


class AnsweringEngine(Engine):
    """An engine whose answers are built here from the results of its reader."""

    def find(self, query: Query, synonyms: Synonyms = NO_SYNONYMS) -> Results:
        """Answers a question; any text is valid. Raises Unavailable."""
        reader = self.reader()
        return Answer(reader, query, synonyms, self.nearness).results()

    def suggest(self, typed: str, conditions: Conditions, limit: int = 8) -> list[Suggestion]:
        """Titles and codes that complete what was typed. Raises Unavailable."""
        return suggest(self.reader(), typed, conditions, limit)


class Answer:
    """The answering of one question by an engine."""

    def __init__(
        self, reader: Reader, query: Query, synonyms: Synonyms, nearness: Nearness | None = None
    ) -> None:
        self.reader, self.query, self.synonyms, self.nearness = reader, query, synonyms, nearness
        self.conditions = Conditions.of(query)
        self.unfiltered = replace(self.conditions, filters={})
        self.access = Conditions(self.conditions.tokens, today=self.conditions.today)
        self._snippets: dict[str, snippets.Snippet] = {}
        self._wanted: Sequence[snippets.Wanted] = ()
        self._slips: Mapping[Term, str] = {}
        self._explained: Set[str] = frozenset()  # folded words that are abbreviations
        self._sought = snippets.sought(())
        self._words_alone = False

    def results(self) -> Results:
        question = parse_question(self.query.text)
        if not question.terms and not question.left_out:
            return self._without_words() if not self.query.text.strip() else Results()
        results, plan = self._answer_to(question)
        unknown = [t for t in plan.unknown if not (results.total and t.folded in self._explained)]
        better = corrections.suggest(
            question,
            unknown,
            self.reader,
            self.conditions,
            found=results.total > 0,
            known=self._slips,
        )
        if not better:
            return results
        if results.total:
            return replace(results, did_you_mean=better)
        other, _ = self._answer_to(parse_question(better))
        return replace(other, did_you_mean=better, corrected=True) if other.total else results

    def _without_words(self) -> Results:
        sort = self.query.sort if self.query.sort != "relevance" else "date"
        hits = self.reader.match(
            None, None, self.conditions, sort=sort, start=self._start, limit=self.query.size
        )
        found = self.reader.count(None, None, self.conditions, facets=self.query.facets)
        return Results(tuple(self._hits(hits)), found.total, self._facets(None, None, found))

    def _answer_to(self, question: Question) -> tuple[Results, Plan]:
        reader = self.reader
        reading = restoring.restored(question, reader, self.access, self.synonyms)
        meant = parse_question(reading.text) if reading.text else question
        similar = _in_background(partial(self._similar, meant))
        expansions = self.synonyms.expand(question)
        # Prefetch: the steps below each need some of them
        reader.frequencies(list(ranking.tokens_of(question, expansions)))
        hidden = self._hidden(question)
        prefixed = self._completions(question, hidden)

        def planned(expansions: Sequence[Expansion]) -> Plan:
            return ranking.plan(
                question, expansions, reader.documents, reader.frequencies, prefixed, hidden
            )

        plan = planned(expansions)
        if further := self._expansions_of_unknown(question, plan, expansions):
            plan = planned([*expansions, *further])
        near = self._by_meaning(plan, similar())
        if plan.empty and not (near and near.has_answers):
            return Results(words_alone=self._words_alone), plan
        self._snippets.clear()
        self._wanted = _wanted(plan, question, reader)
        self._sought = snippets.sought(
            (w.text, form) for w in self._wanted for form in w.typed or ("",)
        )
        need, found, hits = self._widened(plan) if not plan.empty else (None, Found(0), [])
        if near:
            wider = near.widen(plan, need)
            page = self._page_by_meaning(hits, plan, need, near, question)
            if near.alone:
                need = wider
                found = self.reader.count(plan, need, self.conditions, facets=self.query.facets)
        else:
            page = self._ordered_page(hits, plan) if self._reordered else hits
        shown = tuple(self._hits(page, near.alone if near else ()))
        facets = self._facets(plan, need, found)
        close = self._close(plan, need, found)
        results = Results(shown, found.total, facets, read_as=reading.shown, close=close)
        return replace(results, words_alone=self._words_alone), plan

    def _expansions_of_unknown(
        self, question: Question, plan: Plan, known: Sequence[Expansion]
    ) -> list[Expansion]:
        """Expansions of words that occur nowhere: probable abbreviations, and typos whose
        correction fits the neighbouring words."""
        self._explained = {word for expansion in known for word in expansion.covers}
        unknown = [t for t in plan.unknown if t.folded not in self._explained]
        if not unknown:
            return []
        short = initials.meanings(unknown, plan, self.reader, self.unfiltered)
        self._explained |= {word for expansion in short for word in expansion.covers}
        slips = [t for t in unknown if t.folded not in self._explained]
        self._slips = corrections.slips(question, slips, self.reader, self.unfiltered)
        return short + corrections.corrected_expansions(question, self._slips)

    def _similar(self, question: Question) -> Similarities | None:
        """Similarities of all entries to the question; None if search by meaning does not apply or
        is unavailable."""
        if (
            self.nearness is None
            or self.query.sort != "relevance"
            or not fusion.asks_for_meaning(question)
        ):
            return None
        try:
            return self.nearness.similarities_to(self.synonyms.rewritten(question) or question.text)
        except Unusable:
            self._words_alone = True
        except Exception:  # whatever is wrong with model or vectors, words can answer
            log.exception("search by meaning failed")
            self._words_alone = True
        return None

    def _by_meaning(self, plan: Plan, similar: Similarities | None) -> ByMeaning | None:
        """The search by meaning; None if the question is only searched by its words, for example
        because it contains an existing code."""
        if similar is None or plan.codes or (plan.empty and plan.left_out):
            return None
        return ByMeaning(self.reader, similar, self.unfiltered)

    def _page_by_meaning(
        self, hits: Ranked, plan: Plan, need: Need | None, near: ByMeaning, question: Question
    ) -> Ranked:
        """The page of results: the first results by words and by meaning, fused, then the other
        results by words."""
        match = partial(self.reader.match, plan, need, sort="relevance")
        if not self._reordered:
            hits = match(self.conditions, start=0, limit=REORDERED) if need else []
        first = hits[:REORDERED]
        added = near.further(plan, first, self.conditions)
        pool, start, end = first + added, self._start, self._start + self.query.size
        page: Ranked = []
        if start < len(pool):
            ordered = self._reorder(pool, plan)
            # Where others have all the important words, those without any are no better answers
            last = near.alone if first and need and need.is_narrow else ()
            page = fusion.fused(ordered, near.similarities(ordered), question, last)[start:end]
        if end > len(pool) and len(first) == REORDERED:
            begin = max(start, len(pool))
            rest = replace(self.conditions, excluded=tuple(card.key for _, card in added))
            page += match(rest, start=begin - len(added), limit=end - begin)
        return page

    def _widened(self, plan: Plan) -> tuple[Need | None, Found, Ranked]:
        """(need used, counts, first results). How far the need is widened does not depend on
        filters: otherwise choosing a filter could bring results that were not counted before."""
        by_day = self.query.sort != "relevance"
        asked = [need for need in plan.needs if by_day or not need.by_date]
        needs: Sequence[Need | None] = asked or (None,)
        narrowed = self.conditions != self.unfiltered
        for need in needs:
            hits = _in_background(partial(self._match, plan, need))
            found = self.reader.count(
                plan, need, self.unfiltered, facets=() if narrowed else self.query.facets
            )
            if need is None or found.total >= need.enough:
                break
        return (
            need,
            self.reader.count(plan, need, self.conditions, facets=self.query.facets)
            if narrowed
            else found,
            hits(),
        )

    def _close(self, plan: Plan, need: Need | None, found: Found) -> int | None:
        """How many of the found meet the narrowest condition of results by date that any meets."""
        if self.query.sort != "relevance" or not need or need.is_narrow:
            return None
        for closer in plan.needs:
            if closer.by_date and (there := self.reader.count(plan, closer, self.conditions).total):
                return there if there < found.total else None
        return None

    @property
    def _start(self) -> int:
        return min(max(self.query.page - 1, 0) * self.query.size, DEEPEST)

    @property
    def _reordered(self) -> bool:
        """Whether the page is among the first results, which are reordered."""
        return self.query.sort == "relevance" and self._start < REORDERED

    def _match(self, plan: Plan, need: Need | None) -> list[tuple[float, Card]]:
        """The results of the page; if they are reordered, all from the first on."""
        start, limit = (
            (0, max(REORDERED, self._start + self.query.size))
            if self._reordered
            else (self._start, self.query.size)
        )
        return self.reader.match(
            plan, need, self.conditions, sort=self.query.sort, start=start, limit=limit
        )

    def _ordered_page(self, hits: Ranked, plan: Plan) -> Ranked:
        """The page, cut from the first hits in final order."""
        start = self._start
        hits[:REORDERED] = self._reorder(hits[:REORDERED], plan, passages=start < FIRST)
        return hits[start : start + self.query.size]

    def _reorder(self, hits: Ranked, plan: Plan, *, passages: bool = True) -> Ranked:
        """The first hits reordered by their titles, and the very first by their best passages."""
        today = self.query.today if self.query.day is None else None
        home = self.query.home
        hits = reordering.reorder(hits, plan, self.reader.title_worth, today, home)
        if passages:
            self._cut_snippets(card for _, card in hits[:FIRST])
            worth = {key: snippet.worth for key, snippet in self._snippets.items()}
            hits[:FIRST] = reordering.reorder_by_passage(hits[:FIRST], worth, today, home)
        return hits

    def _cut_snippets(self, cards: Iterable[Card]) -> None:
        """Cuts the snippets of these entries, each once."""
        new = {card.key: card for card in cards if card.key not in self._snippets}
        for key, text in self.reader.stored(list(new)).items():
            title = analyse(new[key].title).shadow
            self._snippets[key] = snippets.cut(text, self._wanted, self._sought, title)

    def _hidden(self, question: Question) -> frozenset[str]:
        """The words and codes of the question that occur only in entries that the user may
        not see."""
        if self.conditions.tokens is None:
            return frozenset()
        by_field: dict[str, list[str]] = {}
        for name, token in ranking.maybe_hidden(
            question, self.reader.documents, self.reader.frequencies
        ):
            by_field.setdefault(name, []).append(token)
        seen = {
            token
            for name, tokens in by_field.items()
            for token in self.reader.visible(name, tokens, self.access)
        }
        return frozenset(
            token for tokens in by_field.values() for token in tokens if token not in seen
        )

    def _completions(self, question: Question, hidden: Container[str]) -> Sequence[str]:
        """The words that complete the last one, if it was typed with a star, or occurs nowhere
        by itself and is no question word ("gì" is not the beginning of "giờ")."""
        if not question.terms:
            return ()
        last = question.terms[-1]
        whole = (
            len(last.folded) < 2
            or question_word_share(last.marked if question.marked else last.folded, question.marked)
            or (last.folded not in hidden and self.reader.frequencies([(FOLDED, last.folded)])[0])
        )
        if whole and not question.prefix:
            return ()
        return self.reader.continuations(last.folded, self.unfiltered, titles=False, limit=12)

    def _facets(
        self, plan: Plan | None, need: Need | None, found: Found
    ) -> dict[str, tuple[Count, ...]]:
        counted = dict(found.facets)
        for name in self.query.facets:
            if self.conditions.filters.get(name):  # a filter does not hide its own other values
                counted[name] = self.reader.count(
                    plan, need, self.conditions.without(name), facets=(name,)
                ).facets.get(name, ())
        return {
            name: tuple(Count(value, value, n) for value, n in values)
            for name, values in counted.items()
        }

    def _hits(
        self, page: Sequence[tuple[float, Card]], alone: Container[str] = ()
    ) -> Iterable[Hit]:
        self._cut_snippets(card for _, card in page)
        for score, card in page:
            snippet = self._snippets.get(card.key) or snippets.Snippet("")
            yield Hit(
                key=card.key, origin=card.origin, group=card.group, kind=card.kind, code=card.code, title=card.title, title_html=self._title(card),
                agency=card.agency, agency_name=card.agency_name, unit_name=card.unit_name,
                url=f"{card.url}#{snippet.anchor}" if snippet.anchor else card.url, section=snippet.section, snippet=snippet.html,
                score=round(score, 4), first_day=card.first_day, last_day=card.last_day, state=card.state, source=card.source,
                near=card.key in alone,
            )  # fmt: skip

    def _title(self, card: Card) -> str:
        """The title as HTML; most titles contain none of the question's words."""
        return (
            escape(card.title)
            if card.title_words.isdisjoint(self._sought.words)
            else snippets.mark(card.title, self._sought)
        )


# Engines release the GIL while they work
_threads = ThreadPoolExecutor(thread_name_prefix="search")


def _in_background(work: Callable[[], T]) -> Callable[[], T]:
    """Starts the work in another thread. Returns a function for its result; if no thread was free
    yet, that function does the work itself."""
    begun = _threads.submit(work)
    return lambda: work() if begun.cancel() else begun.result()


def _wanted(plan: Plan, question: Question, reader: Reader) -> list[snippets.Wanted]:
    """What snippets are chosen by: the distinct words and pairs that score, most important first."""
    worth: dict[str, float] = {}
    scored = [
        c
        for c in plan.clauses
        if c.field in (MARKED, FOLDED, FOLDED_PAIRS) and not c.token.startswith(FILE)
    ]
    marked = {t.marked: t.folded for t in question.terms}
    frequencies = reader.frequencies([(c.field, c.token) for c in scored])
    for clause, frequency in zip(scored, frequencies, strict=True):
        folded = "_".join(
            marked.get(part) or terms_of(part)[0].folded for part in clause.token.split("_")
        )
        text = folded.replace("_", " ")
        value = clause.weight * importance(reader.documents, frequency)
        worth[text] = worth.get(text, 0.0) + value
    typed: dict[str, tuple[str, ...]] = {}
    if question.marked:
        words = [(t.folded, t.marked) for t in question.terms]
        pairs = [
            (f"{one} {other}", f"{as_one} {as_other}")
            for (one, as_one), (other, as_other) in pairwise(words)
        ]
        for text, form in words + pairs:
            typed[text] = (*typed.get(text, ()), form)
    found = [snippets.Wanted(text, value, typed.get(text, ())) for text, value in worth.items()]
    return sorted(found, key=lambda w: -w.worth)[:24]
