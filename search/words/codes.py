"""Codes and document numbers as separate tokens, so that they are found in any spelling.

Two spellings are equal if ``qms.text.codes.code_key`` says so: without case and marks,
separators only between two digits. A code is indexed as every run of its parts: ``QT 01/CX-HCTP``
as ``qt01``, ``qt01cx``, ``qt01cxhctp``, ``01cx`` and so on, so that any part that people remember
finds it.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from search.words.vietnamese import fold

_PART = re.compile(r"[a-z]+|\d+")
_LONGEST_RUN = 6

# From a digit up to the next white space; broken over a line only after a separator.
_FROM_DIGIT = re.compile(r"\d\S*(?:(?<=[/–-])(?=[^\S\n]*+\n)\s++\S+)?")
_CODE = re.compile(r"[^\W_]{1,12}(?:(?:[/–-](?=[^\S\n]*+\n)\s++|[/.\-–_&])[^\W_]{1,12})*")
_LETTERS_BEFORE = re.compile(r"(?<!\w)([A-ZĐ]{2,8}) $")
_KIND_BEFORE = re.compile(
    r"\b(nghi dinh|thong tu|quyet dinh|nghi quyet|chi thi|luat|cong van|ke hoach|nd|tt|qd|nq|ct|cv|kh)\s++(?:so\s*+:?\s*+)?$"
)
# Most words before a number have other endings
_KIND_ENDS = frozenset(
    ["nh", "tu", "et", "hi", "at", "an", "ch", "nd", "tt", "qd", "nq", "ct", "cv", "kh", "so"]
)
_SHORT_KIND = {
    "nghi dinh": "nd", "thong tu": "tt", "quyet dinh": "qd", "nghi quyet": "nq", "chi thi": "ct", "cong van": "cv", "ke hoach": "kh",
}  # fmt: skip


def parts(code: str) -> list[str]:
    """``QT 01/KH&CN`` as ``qt 01 kh cn``: runs of letters and of digits, folded."""
    return _PART.findall(fold(code).lower())


def join(run: list[str]) -> str:
    """Parts as one token; a point between two numbers keeps BM-1-12 and BM-11-2 apart."""
    token = run[0]
    for before, part in zip(run, run[1:], strict=False):
        token += "." + part if before[-1].isdigit() and part[0].isdigit() else part
    return token


def runs(code_parts: list[str], *, longest: int = _LONGEST_RUN) -> Iterator[str]:
    """Every run of two or more parts with a digit, and the whole code."""
    count = len(code_parts)
    for start in range(count):
        for end in range(start + 1, min(count, start + longest) + 1):
            run = code_parts[start:end]
            if end - start > 1 and any(p[0].isdigit() for p in run):
                yield join(run)
    if count > longest or count == 1:
        yield join(code_parts)


def _without_leading_zeros(code_parts: list[str]) -> list[str]:
    return [p.lstrip("0") or "0" if p[0].isdigit() else p for p in code_parts]


def own_tokens(code: str) -> list[str]:
    """The tokens under which the code of a thing is found, with and without leading zeros."""
    found = parts(code)
    if not found:
        return []
    tokens = ["#" + join(found), join(found), *runs(found)]
    tokens += ["=" + t for t in runs(_without_leading_zeros(found))]
    return list(dict.fromkeys(tokens))


def whole(code: str) -> str:
    """A code as one token without leading zeros; the same for equivalent codes."""
    return join(_without_leading_zeros(parts(code))) if parts(code) else ""


def cited_tokens(text: str, shadow: str) -> list[str]:
    """The tokens of codes and document numbers cited in a cleaned text, given with its shadow:
    ``Nghị định số 30/2020/NĐ-CP`` gives ``30.2020``, ``30.2020nd``, ``30.2020ndcp``, ``nd30.2020``,
    ``nd30`` …"""
    tokens: dict[str, None] = {}
    end = 0
    for candidate in _FROM_DIGIT.finditer(text):
        begin = candidate.start()
        while begin > end and not text[begin - 1].isspace():
            begin -= 1
        end = candidate.end()
        if end - begin < 2:
            continue
        for match in _CODE.finditer(text, begin, end):
            start = match.start()
            letters, kind = None, None
            if match[0][0].isdigit() and text[start - 1 : start].isspace():
                letters = _LETTERS_BEFORE.search(text, max(0, start - 9), start)
                said = shadow[max(0, start - 24) : start]
                kind = (
                    _KIND_BEFORE.search(said)
                    if said.rstrip().rstrip(":").rstrip()[-2:] in _KIND_ENDS
                    else None
                )
            tokens.update(_cited(match[0], letters[1] if letters else "", kind[1] if kind else ""))
    return list(tokens)


@lru_cache(maxsize=50_000)
def _cited(number: str, letters: str, kind: str) -> dict[str, None]:
    found = parts(number)
    tokens: dict[str, None] = {}
    if letters:
        found = [*parts(letters), *found]
    if not 1 < len(found) <= 8 or not any(p[0].isdigit() for p in found):
        return tokens
    tokens.update(dict.fromkeys(runs(found)))
    if not found[0][0].isdigit():
        return tokens
    names = [_SHORT_KIND.get(kind, kind)] if kind else []
    names += [p for p in found[1:3] if p.isalpha()][:1]
    for name in names:
        tokens[join([name, found[0]])] = None
        if found[1][0].isdigit():
            tokens[join([name, found[0], found[1]])] = None
    return tokens


_UNIT_BEFORE = re.compile(r"^\s*(?:phong|ban|chi cuc|trung tam|don vi|co quan)\s+")
_LONGEST_NAME = 12


def asked_name(text: str) -> str:
    """The token of a code without a digit (``SKHCN``, ``UBND-TH``, ``phòng TĐC``) if the question
    may be one; else empty."""
    found = _PART.findall(_UNIT_BEFORE.sub("", fold(text).lower()))
    token = "".join(found[:4])
    return token if len(found) <= 3 and token.isalpha() and 2 <= len(token) <= _LONGEST_NAME else ""


def asked_tokens(text: str) -> tuple[list[str], list[str]]:
    """The tokens that a question may mean as codes: joined runs of its adjacent parts,
    longest first.

    Returns (exact tokens, the same without leading zeros), distinct by the exact ones and in the
    same order. The index tells which of them exist.
    """
    folded = fold(text).lower()
    for long, short in _SHORT_KIND.items():
        folded = re.sub(rf"\b{long}(\s+so)?\b(?=\s*\d)", short, folded)
    folded = re.sub(r"(?<=[a-z])\s+so\s+(?=\d)", " ", folded)
    found = _PART.findall(folded)[:40]
    plain: dict[str, str] = {}
    bare = _without_leading_zeros(found)
    for length in range(_LONGEST_RUN, 0, -1):
        for start in range(len(found) - length + 1):
            run = found[start : start + length]
            if not any(p[0].isdigit() for p in run) or (length == 1 and not run[0].isdigit()):
                continue
            if length == 1:
                continue
            plain[join(run)] = "=" + join(bare[start : start + length])
    return list(plain), list(plain.values())
