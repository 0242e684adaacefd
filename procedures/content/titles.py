"""Decides whether two titles name the same document. Pure functions.

Real folders hold dozens of titles that differ by one word but are different procedures with one
code ("Đăng ký khai sinh", "Đăng ký lại khai sinh", "… có yếu tố nước ngoài"). Overall similarity is
therefore no use (those reach 0.9 and more): every word must match. Only form may differ: case,
diacritics and their position, punctuation, function words, a leading "Quy trình", a remark such as
"(sửa đổi)", common abbreviations, and one typo."""

import re
from collections import Counter

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
    r"^(?:(?:quy trinh|thu tuc|bieu mau|quy che|quy dinh|huong dan|noi bo|giai quyet thu tuc hanh chinh)\s+)+"
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


def _slip(a: str, b: str) -> bool:
    if min(len(a), len(b)) < TYPO_LETTERS or not (a.isalpha() and b.isalpha()):
        return False
    return OSA.distance(a, b, score_cutoff=TYPO_EDITS) <= TYPO_EDITS
