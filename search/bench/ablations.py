"""What each idea of the ranking is worth: the judged questions are asked again with one idea at a time switched off."""

import contextlib
from collections.abc import Iterable, Iterator, Mapping

from search import api, engines
from search.bench import evaluation
from search.entries import Entry
from search.ranking import frequencies, plan, reordering
from search.words.question import NO_SYNONYMS

# Replacements for the weights in `search.ranking`
IDEAS: Mapping[str, Mapping[str, float]] = {
    "marks as typed": {"WORD": 0.0, "FOLDED_WORD": plan.WORD + plan.FOLDED_WORD},
    "pairs of neighbours": {"PAIR": 0.0},
    "what titles say": {"TITLE_WORDS": 0.0, "TITLE_RUNS": 0.0},
    "the best passage": {"CLOSE": 0.0},
    "words that questions are made of": {"PRIOR": 0},
    "numbers of documents cited": {"CITED_CODE": 0.0},
}


@contextlib.contextmanager
def without(idea: str) -> Iterator[None]:
    """The ranking of this process without one of IDEAS. For measurements, in a process that serves nobody."""
    places = {
        name: next(module for module in (frequencies, plan, reordering) if hasattr(module, name))
        for name in IDEAS[idea]
    }
    before = {name: getattr(module, name) for name, module in places.items()}
    try:
        for name, module in places.items():
            setattr(module, name, IDEAS[idea][name])
        yield
    finally:
        for name, module in places.items():
            setattr(module, name, before[name])


def measure(
    entries: Iterable[Entry], judged: evaluation.Judged, *, by_file: bool = False
) -> dict[str, dict[str, dict[str, float]]]:
    """{"everything" or "without …": {"typed": {measure: value}, "unmarked": {…}}}."""
    with engines.aside() as engine:
        evaluation.fill(engine, entries)
        synonyms = api.synonyms()
        found = {"everything": evaluation.both_ways(engine, synonyms, judged, by_file)}
        for idea in IDEAS:
            with without(idea):
                found[f"without {idea}"] = evaluation.both_ways(engine, synonyms, judged, by_file)
        found["without other words"] = evaluation.both_ways(engine, NO_SYNONYMS, judged, by_file)
    return found
