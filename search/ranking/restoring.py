"""Restores the marks of a question typed without any: finds the likeliest reading (Viterbi) by the
words and pairs of the index, by the terms of the table of synonyms, and by everyday pairs, many of
which no document has.

The reading is embedded; shown is what of it is sure, with the other words as typed. The search by
words uses them as typed. Only words and pairs that the user may see are used."""

import math
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from search.index.prepared import MARKED, MARKED_PAIRS
from search.ranking.frequencies import may_be_hidden
from search.words import keystrokes
from search.words.everyday import EVERYDAY_PAIRS, EVERYDAY_WORDS
from search.words.question import NO_SYNONYMS, Question, Synonyms
from search.words.question_words import QUESTION_WORDS

if TYPE_CHECKING:
    from search.engines.interface import Reader
    from search.engines.queries import Conditions

# The index has i for y wherever both spellings exist; these are usually spelled with y or as listed
_USUAL = dict(
    zip(
        ["kí", "kì", "kĩ", "kỉ", "lí", "li", "mĩ", "quí", "qui", "quì", "quĩ", "tỉ", "hi"],
        ["ký", "kỳ", "kỹ", "kỷ", "lý", "ly", "mỹ", "quý", "quy", "quỳ", "quỹ", "tỷ", "hy"],
        strict=True,
    )
)
READINGS = 6  # readings considered per word, the most frequent ones
# Weight of a word's own frequency relative to its pairs; value of a pair that was seen; and of one
# that was not
ALONE, SEEN, UNSEEN = 0.5, 3.0, 0.2
OFTEN, EVERYDAY = 2.0, 1.0  # value of a common question word, and of another everyday word
SAID = 4.0  # value of an everyday pair
TOLD = 8.0  # value of a pair in a term of the table
SURE = 5.0  # a word's marks are sure if every other reading of it makes the question worse by this
SHOWN = 0.6  # share of the words that must be sure for a reading to be shown


@dataclass(frozen=True)
class Reading:
    """A question with its marks; ``shown`` has only those that are sure, and is empty if they are
    too few to be worth showing."""

    text: str = ""
    shown: str = ""


NO_READING = Reading()


def restored(
    question: Question,
    reader: "Reader",
    conditions: "Conditions",
    synonyms: Synonyms = NO_SYNONYMS,
) -> Reading:
    """The likeliest reading; NO_READING if the question already has marks, or if none can be
    determined."""
    words = [t.folded for t in question.terms]
    if question.marked or question.phrases or len(words) < 2:
        return NO_READING
    readings = _readings(words, reader, conditions)
    told: set[str] = set()
    for at, said in synonyms.marked_terms_in(question):
        told.update(map("_".join, pairwise(said)))
        for n, one in enumerate(said, at):
            readings[n].setdefault(one, 0)
    pairs = _pairs(readings, told, reader, conditions)
    best, leads = _likeliest(readings, pairs)
    if best == words:
        return NO_READING
    sure = _sure(words, best, leads, pairs)
    shown = [one if fine else word for word, one, fine in zip(words, best, sure, strict=True)]
    worth_it = shown != words and sum(sure) >= SHOWN * len(words)
    return Reading(_spelled(best), _spelled(shown) if worth_it else "")


def _spelled(words: Sequence[str]) -> str:
    return " ".join(_USUAL.get(word, word) for word in words)


def _readings(
    words: Sequence[str], reader: "Reader", conditions: "Conditions"
) -> list[dict[str, int]]:
    """For each word {possible marked form: frequency}; the word itself if there is none."""
    forms = {word: list(dict.fromkeys((word, *keystrokes.markings(word)))) for word in words}
    numbers = _most_frequent(list(forms.values()), reader, conditions)
    found: dict[str, dict[str, int]] = {}
    for (word, every), number in zip(forms.items(), numbers, strict=True):
        usual = {one for one in every if one in QUESTION_WORDS or one in EVERYDAY_WORDS}
        kept = {one: number.get(one, 0) for one in every if one in usual or one in number}
        found[word] = kept or {word: 0}
    return [dict(found[word]) for word in words]


def _most_frequent(
    words: Sequence[Sequence[str]], reader: "Reader", conditions: "Conditions"
) -> list[dict[str, int]]:
    """For the forms of each word {form: number of visible entries} of the READINGS most frequent
    ones. Counting visible entries costs a query for each, so no more than needed are counted."""
    reader.frequencies([(MARKED, one) for every in words for one in every])
    left = []
    for every in words:
        numbers = zip(reader.frequencies([(MARKED, one) for one in every]), every, strict=True)
        left.append([one for n, one in sorted(numbers, reverse=True) if n])
    found: list[dict[str, int]] = [{} for _ in words]
    while True:
        asked = [most[: READINGS - len(known)] for most, known in zip(left, found, strict=True)]
        if not any(asked):
            return found
        seen = _visible(MARKED, [one for every in asked for one in every], reader, conditions)
        for known, every in zip(found, asked, strict=True):
            known |= {one: seen[one] for one in every if seen[one]}
        left = [most[len(every) :] for most, every in zip(left, asked, strict=True)]


def _pairs(
    readings: Sequence[Mapping[str, int]],
    told: Set[str],
    reader: "Reader",
    conditions: "Conditions",
) -> dict[str, float]:
    """The value of every pair of neighbouring readings."""
    every = dict.fromkeys(
        f"{one}_{other}"
        for before, after in pairwise(readings)
        for one in before
        for other in after
    )
    numbers = _visible(MARKED_PAIRS, list(every), reader, conditions)
    return {
        pair: max(_seen(n), SAID if pair in EVERYDAY_PAIRS else 0, TOLD if pair in told else 0)
        for pair, n in numbers.items()
    }


def _visible(
    field: str, tokens: Sequence[str], reader: "Reader", conditions: "Conditions"
) -> dict[str, int]:
    """{token: number of entries that have it}; of rare ones only those that the user may see."""
    found = reader.frequencies([(field, token) for token in tokens])
    numbers = dict(zip(tokens, found, strict=True))
    if conditions.tokens is None:
        return numbers
    doubtful = [token for token, n in numbers.items() if may_be_hidden(n, reader.documents)]
    seen = reader.visible(field, doubtful, conditions)
    return numbers | {token: seen.get(token, 0) for token in doubtful}


def _likeliest(
    readings: Sequence[Mapping[str, int]], pairs: Mapping[str, float]
) -> tuple[list[str], list[float]]:
    """(the sequence of readings with the greatest sum of word and pair values, for each word the
    lead of that sum over the best one with another reading of the word)."""
    alone = [{one: _word(one, n) for one, n in every.items()} for every in readings]
    until, since = [alone[0]], [dict.fromkeys(readings[-1], 0.0)]
    for every in alone[1:]:
        until.append(
            {
                one: worth
                + max(value + pairs[f"{before}_{one}"] for before, value in until[-1].items())
                for one, worth in every.items()
            }
        )
    for here, after in zip(reversed(readings[:-1]), reversed(alone[1:]), strict=True):
        following = {one: value + after[one] for one, value in since[-1].items()}
        since.append(
            {
                one: max(value + pairs[f"{one}_{other}"] for other, value in following.items())
                for one in here
            }
        )
    best, leads = [], []
    for before, behind in zip(until, reversed(since), strict=True):
        values = sorted(((value + behind[one], one) for one, value in before.items()), reverse=True)
        best.append(values[0][1])
        leads.append(values[0][0] - values[1][0] if len(values) > 1 else math.inf)
    return best, leads


def _sure(
    words: Sequence[str],
    best: Sequence[str],
    leads: Sequence[float],
    pairs: Mapping[str, float],
) -> list[bool]:
    """For each word whether its reading is sure: it leads by enough, and is a common question word
    or forms a known pair with one of its neighbours. Numbers and unknown words have no other
    reading."""
    values = [0.0, *(pairs[f"{one}_{other}"] for one, other in pairwise(best)), 0.0]
    return [
        (one == word and lead == math.inf)
        or (lead >= SURE and (one in QUESTION_WORDS or max(before, after) > 0))
        for word, one, lead, before, after in zip(
            words, best, leads, values, values[1:], strict=False
        )
    ]


def _word(word: str, number: int) -> float:
    usual = OFTEN if word in QUESTION_WORDS else EVERYDAY if word in EVERYDAY_WORDS else 0.0
    return ALONE * math.log(number + 1) + usual


def _seen(number: int) -> float:
    return SEEN * math.log((number + UNSEEN) / UNSEEN) / math.log(1 / UNSEEN)
