"""Measures what each idea of the ranking is worth, by evaluating the judged questions with one idea
at a time switched off."""

import contextlib
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from search import api, engines
from search.bench import evaluation
from search.entries import Entry
from search.ranking import frequencies, initials, plan, reordering
from search.words.question import NO_SYNONYMS, Synonyms
from search.words.vietnamese import fold

RESAMPLED = 2_000

# Replacements for the weights in `search.ranking`
IDEAS: Mapping[str, Mapping[str, float]] = {
    "marks as typed": {"WORD": 0.0, "FOLDED_WORD": plan.WORD + plan.FOLDED_WORD},
    "pairs of neighbours": {"PAIR": 0.0},
    "what titles say": {"TITLE_WORDS": 0.0},
    "the best passage": {"CLOSE": 0.0},
    "words that questions are made of": {"PRIOR": 0},
    "numbers of documents cited": {"CITED_CODE": 0.0},
    "initials of titles and headings": {"MOST_SHORT": 0},
}


@contextlib.contextmanager
def without(idea: str) -> Iterator[None]:
    """Switches one of IDEAS off in this process; only for measurements, not in a process that
    serves users."""
    places = {
        name: next(
            module for module in (frequencies, plan, reordering, initials) if hasattr(module, name)
        )
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
    entries: Iterable[Entry],
    judged: evaluation.Judged,
    *,
    by_file: bool = False,
    meaning: bool = False,
) -> dict[str, dict[str, dict[str, float]]]:
    """{"everything": {"typed": {"mrr@10": value}, "unmarked": {…}}, idea: {"typed": {"worth",
    "low", "high"}, …}}.

    An idea is worth what mrr@10 loses without it; ``low`` and ``high`` are the 95 % interval over
    resampled questions. With ``meaning`` it is part of everything and one of the ideas. Raises
    BadSet without a model."""
    with engines.temporary() as engine, tempfile.TemporaryDirectory() as folder:
        batch = list(entries)
        evaluation.fill(engine, batch)
        if meaning:
            engine.nearness = evaluation.nearness_of(batch, Path(folder))
        synonyms = api.synonyms()

        def asked(known: Synonyms) -> dict[str, NDArray[np.float64]]:
            return {
                way: np.array(
                    [
                        one["mrr@10"]
                        for one in evaluation.measures_by_question(
                            engine, known, judged, change, by_file
                        ).values()
                    ]
                )
                for way, change in (("typed", str), ("unmarked", fold))
            }

        whole = asked(synonyms)
        found = {
            "everything": {way: {"mrr@10": round(float(v.mean()), 4)} for way, v in whole.items()}
        }
        for idea in IDEAS:
            with without(idea):
                found[idea] = _worth(whole, asked(synonyms))
        found["other words"] = _worth(whole, asked(NO_SYNONYMS))
        if meaning:
            engine.nearness = None
            found["meaning"] = _worth(whole, asked(synonyms))
    return found


def _worth(
    whole: Mapping[str, NDArray[np.float64]], less: Mapping[str, NDArray[np.float64]]
) -> dict[str, dict[str, float]]:
    return {way: interval(whole[way] - less[way]) for way in whole}


def interval(gains: NDArray[np.float64]) -> dict[str, float]:
    """The mean gain per question, with its 95 % interval by bootstrap (seeded)."""
    drawn = np.random.default_rng(17).integers(0, len(gains), (RESAMPLED, len(gains)))
    means = gains[drawn].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return {
        "worth": round(float(gains.mean()), 4),
        "low": round(float(low), 4),
        "high": round(float(high), 4),
    }
