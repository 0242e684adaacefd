"""Telex and VNI keystrokes typed without the input method: ``dduwowngf`` and ``d9u7o7ng2`` are
đường. Pure."""

import itertools
import math
import re
from collections.abc import Iterator

from qms.text.marks import composed

_TONE_KEYS = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
_TONE_DIGITS = {"1": "\u0301", "2": "\u0300", "3": "\u0309", "4": "\u0303", "5": "\u0323"}
_SHAPES = {"a": "aăâ", "e": "eê", "o": "oôơ", "u": "uư"}
_VOWELS = "aăâeêioôơuưy"
_ONSET = "ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|b|c|d|đ|g|h|k|l|m|n|p|r|s|t|v|x"
_RIME = (
    "uyê|iêu|yêu|oai|oay|oeo|uây|uôi|ươi|ươu|uya|uyu|oa|oă|oe|uâ|uê|uô|ươ|uy|iê|yê|ia|ua|ưa|ai|ao|au|ay|âu|ây|eo|êu|iu|oi|ôi|ơi|ui|ưi|ưu|uơ"
    "|a|ă|â|e|ê|i|o|ô|ơ|u|ư|y"
)
_SYLLABLE = re.compile(rf"^(?:{_ONSET})?(?:{_RIME})(?:ch|ng|nh|c|m|n|p|t)?$")


def meant(typed: str) -> str | None:
    """The syllable that an input method would make of these keystrokes; None if it would
    make none."""
    typed = typed.lower()
    if not typed.isascii() or not 2 <= len(typed) <= 12:
        return None
    for decode in (_telex, _vni):
        syllable = decode(typed)
        if syllable and syllable != typed:
            return syllable
    return None


def _telex(typed: str) -> str | None:
    if not typed.isalpha():
        return None
    letters, tone = "", ""
    for key in typed:
        if key in _TONE_KEYS and any(c in _VOWELS for c in letters):
            if tone:
                return None
            tone = _TONE_KEYS[key]
        elif key == "w":
            changed = _horn(letters)
            letters = changed if changed else letters + "ư"
        elif key in "aeo" and key in letters[-4:] and _circumflex(letters, key):
            letters = _circumflex(letters, key)
        elif key == "d" and letters.startswith("d"):
            letters = "đ" + letters[1:]
        else:
            letters += key
    return _with_tone(letters, tone)


def _vni(typed: str) -> str | None:
    if not re.fullmatch(r"[a-z]+\d[a-z\d]*", typed):
        return None
    letters, tone = "", ""
    for key in typed:
        if key in _TONE_DIGITS:
            tone = _TONE_DIGITS[key]
        elif key == "6":
            vowel = next((c for c in reversed(letters) if c in "aeo"), "")
            letters = _circumflex(letters, vowel) if vowel else letters
        elif key == "7":
            letters = (
                letters.replace("uo", "ươ")
                if "uo" in letters
                else _last(letters, {"u": "ư", "o": "ơ"})
            )
        elif key == "8":
            letters = _last(letters, {"a": "ă"})
        elif key == "9" and letters.startswith("d"):
            letters = "đ" + letters[1:]
        elif key.isdigit():
            return None
        else:
            letters += key
    return _with_tone(letters, tone)


def _last(letters: str, change: dict[str, str]) -> str:
    for at in range(len(letters) - 1, -1, -1):
        if letters[at] in change:
            return letters[:at] + change[letters[at]] + letters[at + 1 :]
    return letters


def _horn(letters: str) -> str:
    if letters.endswith(("uo", "ưo")) or re.search("[uư]o(?:c|i|m|n|ng|p|t|u)$", letters):
        return re.sub("[uư]o", "ươ", letters)
    at = next((i for i in range(len(letters) - 1, -1, -1) if letters[i] in "aou"), -1)
    return (
        letters[:at] + {"a": "ă", "o": "ơ", "u": "ư"}[letters[at]] + letters[at + 1 :]
        if at >= 0
        else ""
    )


def _circumflex(letters: str, vowel: str) -> str:
    at = letters.rfind(vowel)
    return (
        letters[:at] + {"a": "â", "e": "ê", "o": "ô"}[vowel] + letters[at + 1 :] if at >= 0 else ""
    )


def _with_tone(letters: str, tone: str) -> str | None:
    letters = (
        letters.replace("ưo", "ươ").replace("uơ", "ươ")
        if re.search("(ưo|uơ)[a-z]", letters)
        else letters
    )
    if not _SYLLABLE.match(letters):
        return None
    if not tone:
        return letters
    start = (
        2
        if letters.startswith("qu")
        or (letters.startswith("gi") and len(letters) > 2 and letters[2] in _VOWELS)
        else 0
    )
    places = [i for i in range(start, len(letters)) if letters[i] in _VOWELS]
    shaped = [i for i in places if letters[i] in "ăâêôơư"]
    if shaped:
        at = shaped[-1]
    elif len(places) == 1 or places[-1] == len(letters) - 1 and len(places) == 2:
        at = places[0]
    else:
        at = places[1] if len(places) > 1 else places[0]
    return letters[:at] + composed(letters[at] + tone) + letters[at + 1 :]


def markings(folded: str) -> Iterator[str]:
    """All syllables that fold to this one: ``duong`` gives dương, đường, dượng …"""
    choices = [_SHAPES.get(c, c) if i or c != "d" else "dđ" for i, c in enumerate(folded)]
    if math.prod(map(len, choices)) > 500:
        return
    for letters in map("".join, itertools.product(*choices)):
        if _SYLLABLE.match(letters):
            for tone in ("", *_TONE_KEYS.values()):
                yield _with_tone(letters, tone) or letters
