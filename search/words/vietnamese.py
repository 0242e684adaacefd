"""Analyses Vietnamese text for all engines. Pure Python, no Django.

One analyser feeds every engine, for text and for questions alike, so that results never
depend on an engine's own idea of words:

* ``clean`` returns the text to store and show: composed (NFC), without invisible characters;
* ``analyse`` returns the syllables, each in two forms: *marked* (lower case, one way of placing the
  tone, one letter for i/y) and *folded* (the same without marks, đ as d), and the folded text
  character by character, so that its offsets are valid in the original.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from qms.text.alphabet import TONES as _TONES
from qms.text.alphabet import sort_key as sort_key
from qms.text.marks import composed, decomposed, without_long_runs

# Raise it when the tokens that come out of this module or of search.words.codes change: an index
# stamped with another number is rebuilt.
ANALYSER_VERSION = 1

LONGEST_WORD = 64  # longer runs are not words; the index skips them

_WORD = re.compile(r"[^\W_]+")
_WORD_APART = re.compile(r"([^\W_]+)")
_WITH_AMPERSAND = re.compile(r"(?<![^\W\d_])[^\W\d_]++(?:&[^\W\d_]++)+")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")

# Old converters of encodings wrote Ƣ (U+01A2) for Ư; Ð and Ɖ look like Đ.
_LOOK_ALIKES = str.maketrans("ƢƣÐðƉɖ", "ƯưĐđĐđ")

_OPEN_PAIRS = ("oa", "oe", "uy")  # spelled both hoà and hòa
_I_OR_Y = re.compile(r"^([bcdđghklmnprstvx]|th|ph|kh|qu)y$")


class Word(NamedTuple):
    """A syllable of a text: its offset and its two forms."""

    marked: str
    folded: str
    start: int
    end: int


def clean(text: str) -> str:
    """The text to store and show: NFC, no invisible or control characters.

    Never raises: lone surrogates and NUL become spaces.
    """
    text = _CONTROL.sub(" ", text)
    text = _INVISIBLE.sub("", text)
    return composed(without_long_runs(text)).replace("\u00a0", " ")


def fold(text: str) -> str:
    """``text`` without marks and with đ as d, in its original case: ``Đường`` gives ``Duong``."""
    text = decomposed(text.translate(_LOOK_ALIKES))
    plain = "".join(c for c in text if not unicodedata.combining(c))
    return plain.replace("đ", "d").replace("Đ", "D")


def has_marks(text: str) -> bool:
    """Whether anything in ``text`` is lost by folding."""
    return fold(text) != text


def _one_tone_place(word: str) -> str:
    """``hoà`` as ``hòa``, ``thuý`` as ``thúy``; ``quý`` and ``hoàn`` are unchanged."""
    tail = decomposed(word[-1])
    if (
        len(word) < 2
        or tail[-1] not in _TONES
        or (word[-2] + tail[0]) not in _OPEN_PAIRS
        or len(tail) > 2
    ):
        return word
    if word[-2] == "u" and word[-3:-2] == "q":
        return word
    return word[:-2] + composed(word[-2] + tail[-1]) + tail[0]


def _one_i(word: str) -> str:
    """``kỹ`` as ``kĩ``, ``lý`` as ``lí``, ``quý`` as ``quí``: spelling variants, never different words."""
    last = decomposed(word[-1])
    if last[0] != "y" or not _I_OR_Y.match(word[:-1] + "y"):
        return word
    return word[:-1] + composed("i" + last[1:])


_known: dict[str, tuple[str, str]] = {}


def forms(word: str) -> tuple[str, str]:
    """The marked and the folded form of one word, both as long as the word itself."""
    found = _known.get(word)
    if found is None:
        found = _forms(word)
        if len(word) <= LONGEST_WORD:
            if len(_known) > 200_000:
                _known.clear()
            _known[word] = found
    return found


def _forms(word: str) -> tuple[str, str]:
    lower = word.translate(_LOOK_ALIKES).lower()
    if len(lower) != len(word):
        lower = "".join(c.lower() if len(c.lower()) == 1 else c for c in word)
    marked = _one_i(_one_tone_place(lower))
    folded = "".join(_fold_letter(c) for c in marked)
    return marked, folded


def _fold_letter(letter: str) -> str:
    if letter == "đ":
        return "d"
    base = decomposed(letter)[0]
    return base if base.isalnum() else letter


def words(text: str) -> list[Word]:
    """The words of a cleaned text in order, with offsets."""
    return [Word(*forms(m.group()), m.start(), m.end()) for m in _WORD.finditer(text)]


class Analysed(NamedTuple):
    """A cleaned text analysed: its tokens in both forms, and its shadow.

    The shadow is the folded text, character by character, so that its offsets are valid in the
    original.
    """

    marked: list[str]
    folded: list[str]
    shadow: str
    between: list[str]  # what separates each word from the next


def analyse(text: str) -> Analysed:
    """Analyses a cleaned text in one pass; used for indexing, about a million words a second."""
    parts = _WORD_APART.split(text)
    both = [_known.get(word) or forms(word) for word in parts[1::2]]
    folded = [pair[1] for pair in both]
    parts[1::2] = folded
    return Analysed([pair[0] for pair in both], folded, "".join(parts), parts[2:-1:2])


def tokens(text: str) -> tuple[list[str], list[str]]:
    """The marked and the folded tokens of a cleaned text."""
    return analyse(text)[:2]


def joined_by_ampersand(text: str) -> list[str]:
    """Tokens such as ``khcn`` for ``KH&CN``, in addition to its parts, since people type it
    both ways."""
    if "&" not in text:
        return []
    chunks = [chunk for chunk in text.split() if "&" in chunk]
    return [
        forms(m.group().replace("&", ""))[1]
        for chunk in chunks
        for m in _WITH_AMPERSAND.finditer(chunk)
    ]


def pairs_within_phrases(text: Analysed) -> Iterator[str]:
    """Adjacent marked tokens joined, without those that punctuation or the end of a line or
    cell separates."""
    following = zip(text.marked, text.marked[1:], text.between, strict=False)
    return (f"{one}_{other}" for one, other, between in following if between == " ")


def pairs(syllables: Sequence[str]) -> list[str]:
    """Adjacent tokens joined: ``đăng ký lại`` gives ``đăng_ký``, ``ký_lại``."""
    return list(map("_".join, zip(syllables, syllables[1:], strict=False)))
