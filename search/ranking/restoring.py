"""Restores the marks of a question typed without any: finds the likeliest reading (Viterbi) by the
words and pairs of the index, and by the terms of the table of synonyms, many of which no document
has.

The reading is embedded, and shown if it is sure; the search by words uses them as typed. Only words
that the user may see are used."""

import math
from collections.abc import Mapping, Sequence, Set
from itertools import pairwise
from typing import TYPE_CHECKING

from search.index.prepared import MARKED, MARKED_PAIRS
from search.words import keystrokes
from search.words.question import NO_SYNONYMS, Question, Synonyms
from search.words.question_words import QUESTION_WORDS
from search.words.vietnamese import forms

if TYPE_CHECKING:
    from search.engines.interface import Reader
    from search.engines.queries import Conditions

# Word pairs that are common in questions but rare in headings
_ASKED = """
    như thế, thế nào, bao nhiêu, bao lâu, bao giờ, ở đâu, từ đâu, làm sao, thì sao, ra sao, thì cần, thì phải, thì làm, thì nộp, thì được, được không,
    phải không, có không, có được, có phải, có thể, có cần, cần những, cần phải, cần gì, những gì, giấy gì, gồm những, làm gì, làm giấy, làm thế, xin cấp,
    tôi muốn, em muốn, muốn làm, muốn xin, muốn mở, muốn đổi, cho tôi, cho con, cho em, con tôi, con em, vợ tôi, chồng tôi, mẹ tôi, bố tôi, ông tôi,
    bà tôi, nhà tôi, tôi có, tôi bị, tôi cần, bị mất, bị hỏng, bị sai, mới sinh, mới mất, vừa sinh, mất rồi, xong thì, rồi thì, nộp ở, làm ở, xin ở,
    mấy ngày, mấy tháng, mấy năm, hết bao, khi nào, lúc nào, ngày nào, nơi nào, ai được, ai có, do ai, tại sao, vì sao, có mặt, trước mặt, em bé,
    hai người, không có, chưa có, đã có, ở phường, ở xã, ở nhà, ở tỉnh, lên phường, lên xã, sau khi, trước khi, trong ngày, trường hợp, trẻ em,
    phải làm, phải nộp, phải đi, đi làm, đi đăng, được cấp, được hưởng, của tôi, của mình, của con, người nước, nước ngoài, người nhà, cán bộ,
    không đi, đi lại, đến nhà, tại nhà, mua nhà, mang theo, giấy tờ, tờ gì, nhiêu tiền, nhiêu ngày, hộ khẩu, cho bé
"""
# The index has i for y wherever both spellings exist; these are usually spelled with y or as listed
_USUAL = dict(
    zip(
        ["kí", "kì", "kĩ", "kỉ", "lí", "li", "mĩ", "quí", "qui", "quì", "quĩ", "tỉ", "hi"],
        ["ký", "kỳ", "kỹ", "kỷ", "lý", "ly", "mỹ", "quý", "quy", "quỳ", "quỹ", "tỷ", "hy"],
        strict=True,
    )
)
ASKED = frozenset("_".join(forms(word)[0] for word in pair.split()) for pair in _ASKED.split(","))
READINGS = 6  # readings considered per word, the most frequent ones
LONGEST = 30  # words of a question
# Weight of a word's own frequency relative to its pairs; value of a pair that was seen; and of one
# that was not
ALONE, SEEN, UNSEEN = 0.5, 3.0, 0.2
OFTEN = 2.0  # value of a common question word, half that of a pair in ASKED
TOLD = 8.0  # value of a pair in a term of the table
SURE = 1.0  # a reading is sure if its value exceeds that of every other by this


def restored(
    question: Question,
    reader: "Reader",
    conditions: "Conditions",
    synonyms: Synonyms = NO_SYNONYMS,
) -> tuple[str, bool]:
    """(the question with its marks, whether that is sure); empty if it already has some, or if none
    can be determined."""
    words = [t.folded for t in question.terms]
    if question.marked or question.phrases or not 1 < len(words) <= LONGEST:
        return "", False
    readings = _readings(words, reader, conditions)
    told: set[str] = set()
    for at, said in synonyms.marked_terms_in(question):
        told.update(map("_".join, pairwise(said)))
        for n, one in enumerate(said, at):
            readings[n].setdefault(one, 0)
    pairs = _pairs(readings, told, reader)
    best, lead = _likeliest(readings, pairs)
    if best == words:
        return "", False
    sure = lead >= SURE and _supported(words, best, pairs)
    return " ".join(_USUAL.get(word, word) for word in best), sure


def _readings(
    words: Sequence[str], reader: "Reader", conditions: "Conditions"
) -> list[dict[str, int]]:
    """For each word {possible marked form: frequency}; the word itself if there is none."""
    unique = {word: list(dict.fromkeys((word, *keystrokes.markings(word)))) for word in words}
    wanted = [(MARKED, one) for every in unique.values() for one in every]
    number = dict(zip(wanted, reader.frequencies(wanted), strict=True))
    found: dict[str, dict[str, int]] = {}
    for word, every in unique.items():
        known = sorted(
            (one for one in every if number[MARKED, one]), key=lambda o: -number[MARKED, o]
        )
        seen = reader.visible(MARKED, known[:READINGS], conditions)
        usual = [one for one in every if one in QUESTION_WORDS]
        found[word] = {o: number[MARKED, o] for o in every if o in seen or o in usual} or {word: 0}
    return [dict(found[word]) for word in words]


def _pairs(
    readings: Sequence[Mapping[str, int]], told: Set[str], reader: "Reader"
) -> dict[str, float]:
    """The value of every pair of neighbouring readings."""
    every = list(
        dict.fromkeys(
            f"{one}_{other}"
            for before, after in pairwise(readings)
            for one in before
            for other in after
        )
    )
    numbers = reader.frequencies([(MARKED_PAIRS, pair) for pair in every])
    return {
        pair: max(_seen(n), 2 * OFTEN if pair in ASKED else 0, TOLD if pair in told else 0)
        for pair, n in zip(every, numbers, strict=True)
    }


def _likeliest(
    readings: Sequence[Mapping[str, int]], pairs: Mapping[str, float]
) -> tuple[list[str], float]:
    """The sequence of readings with the greatest sum of word and pair values, and its lead over
    the second."""
    ways = {one: [(_word(one, n), [one])] for one, n in readings[0].items()}
    for after in readings[1:]:
        ways = {
            other: sorted(
                (
                    (worth + pairs[f"{one}_{other}"] + _word(other, n), [*way, other])
                    for one, every in ways.items()
                    for worth, way in every
                ),
                reverse=True,
            )[:2]
            for other, n in after.items()
        }
    first, *others = sorted((way for every in ways.values() for way in every), reverse=True)
    return first[1], first[0] - others[0][0] if others else math.inf


def _supported(words: Sequence[str], best: Sequence[str], pairs: Mapping[str, float]) -> bool:
    """Whether every word that got marks is a common question word, or forms a known pair with one
    of its neighbours."""
    values = [0.0, *(pairs[f"{one}_{other}"] for one, other in pairwise(best)), 0.0]
    return all(
        word == one or one in QUESTION_WORDS or before or after
        for word, one, before, after in zip(words, best, values, values[1:], strict=False)
    )


def _word(word: str, number: int) -> float:
    return ALONE * math.log(number + 1) + (OFTEN if word in QUESTION_WORDS else 0.0)


def _seen(number: int) -> float:
    return SEEN * math.log((number + UNSEEN) / UNSEEN) / math.log(1 / UNSEEN)
