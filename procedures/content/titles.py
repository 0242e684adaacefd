"""Decides whether two titles name the same document. Pure functions.

Real folders hold dozens of titles that differ by one word but are different procedures with one
code ("Đăng ký khai sinh", "Đăng ký lại khai sinh", "… có yếu tố nước ngoài"). Overall similarity is
therefore no use (those reach 0.9 and more): every word must match. Only form may differ: case,
diacritics and their position, punctuation, function words, a leading "Quy trình" or "Về việc", a
remark such as "(sửa đổi)", common abbreviations, and one typo."""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Generic, TypeVar

from rapidfuzz.distance import OSA

from qms.text.marks import plain

# One edit (letter added, removed, replaced, or two swapped) in one word of five letters or more, in
# titles of at least three words: below five letters one edit usually makes another Vietnamese
# syllable (hôn – hợp, thu – thuê, cha – cho), and a number never may differ. Among the 271
# procedures of one ministry no two different titles match.
TYPO_LETTERS, TYPO_WORDS, TYPO_EDITS = 5, 3, 1

_WORD = re.compile(r"[^\W_]+")
_REMARK = re.compile(r"\((?:sua doi|bo sung|lan|ban|du thao|thay the)\b[^)]*+(?:\)|\Z)")
_LEAD = re.compile(
    r"^(?:quyet dinh (?=v(?:e viec| v) ))?(?:(?:ve viec|v v|quy trinh|thu tuc|bieu mau|quy che|quy dinh|huong dan|noi bo|giai quyet thu tuc hanh chinh)\s+)+"
)
_JOINING = frozenset({"va", "cac", "cua", "ve", "viec", "doi", "voi"})
_SHORT = {
    "ubnd": "uy ban nhan dan", "hdnd": "hoi dong nhan dan", "tthc": "thu tuc hanh chinh", "gcn": "giay chung nhan", "cbcc": "can bo cong chuc",
    "dkks": "dang ky khai sinh", "ks": "khai sinh", "yt": "yeu to", "nn": "nuoc ngoai", "ytnn": "yeu to nuoc ngoai", "htqlcl": "he thong quan ly chat luong",
}  # fmt: skip
_I = re.compile(r"(?<=[bcdghklmnprstvx])y$")


def words_of(title: str) -> list[str]:
    """The significant words: folded (đ as d, no marks, i for y), without function words and a
    leading kind."""
    text = plain(title.replace("ð", "d"))
    text = _REMARK.sub(lambda m: " " if m[0].endswith(")") else m[0], text)
    text = " ".join(_WORD.findall(text))
    text = " ".join(_SHORT.get(word, word) for word in text.split())
    text = _LEAD.sub("", text) or text
    return [_I.sub("i", word) for word in text.split() if word not in _JOINING] or text.split()


def same_title(one: str, other: str) -> bool:
    """Whether titles are the same or nearly so: only the form differs, or one typo in a
    longer word."""
    return same_words(words_of(one), words_of(other))


def same_words(left: list[str], right: list[str]) -> bool:
    """The same for the significant words of two titles."""
    if left == right:
        return bool(left)
    if "".join(left) == "".join(right):  # words joined or separated
        return True
    if len(left) != len(right) or len(left) < TYPO_WORDS:
        return False
    odd = [(a, b) for a, b in zip(left, right, strict=True) if a != b]
    return len(odd) == 1 and _slip(*odd[0])


T = TypeVar("T")


class TitleIndex(Generic[T]):
    """Things by their titles, so that those with the same or nearly the same one are found without
    comparing each."""

    def __init__(self, things: Iterable[tuple[T, list[str]]]) -> None:
        """`things`: each with the significant words of its title."""
        self._things = list(things)
        self._places: dict[tuple[object, ...], list[int]] = {}
        for place, (_thing, words) in enumerate(self._things):
            for key in _keys(words):
                self._places.setdefault(key, []).append(place)

    def same(self, words: list[str]) -> list[T]:
        """The things for which `same_words` holds, in the given order."""
        places = {place for key in _keys(words) for place in self._places.get(key, ())}
        found = [self._things[place] for place in sorted(places)]
        return [thing for thing, others in found if same_words(words, others)]


def _keys(words: list[str]) -> list[tuple[object, ...]]:
    """Keys of which titles that are the same share at least one: all letters, and the words without
    the one that may have a typo."""
    keys: list[tuple[object, ...]] = [("".join(words),)]
    for n, word in enumerate(words if len(words) >= TYPO_WORDS else ()):
        if _may_slip(word):
            keys.append((n, *words[:n], *words[n + 1 :]))
    return keys


MOST_OF_A_TEXT = 0.8  # of the words of the longer text


def shared_words(text: str) -> Counter[str]:
    """{word: count} of a text."""
    return Counter(_WORD.findall(text.casefold()))


def same_text(one: str, other: str, most: float = MOST_OF_A_TEXT) -> bool:
    """Whether two texts share at least the fraction `most` of the longer one's words. Filled-in
    forms share only headings."""
    left, right = shared_words(one), shared_words(other)
    longer = max(left.total(), right.total())
    return longer > 0 and (left & right).total() >= most * longer


def _may_slip(word: str) -> bool:
    return len(word) >= TYPO_LETTERS and word.isalpha()


def _slip(a: str, b: str) -> bool:
    if not (_may_slip(a) and _may_slip(b)):
        return False
    return OSA.distance(a, b, score_cutoff=TYPO_EDITS) <= TYPO_EDITS
