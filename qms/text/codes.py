"""Document codes: comparing two spellings, and proposing the next one from an agency's template."""

import re
from collections.abc import Iterable

from qms.text.marks import plain

_ANY = "\u0be7"  # a digit never used in codes: stands for any number
_DIGITS = re.compile(r"[0-9]+")
_FIELD = re.compile(r"\{(seq|unit|agency|year)(?::(\d{1,2}))?\}")

MOST = 9_999  # the highest number that is searched


def code_key(code: str) -> str:
    """The normalised form for comparing codes: without case and diacritics, separators kept only
    between two digits.

    QT-VP.01, qtvp01 and QT VP 01 are equal; BM-1-12 (bm1.12) differs from BM-11-2 (bm11.2)."""
    text = "".join(c if c.isalnum() else " " for c in plain(code))
    text = re.sub(r"(?<=\d) +(?=\d)", ".", text.strip())
    return text.replace(" ", "")


def next_code(
    template: str, taken: Iterable[str], *, unit: str = "", agency: str = "", year: int | str = ""
) -> str:
    """The template filled with the number after the highest one in use that matches it. `{seq:02}`
    is the number, `{unit}`, `{agency}`, `{year}` are texts.

    Raises ValueError if the template has no `{seq}` or an unknown field."""
    values = {"unit": unit, "agency": agency, "year": str(year)}
    if "{" in _FIELD.sub("", template) or "}" in _FIELD.sub("", template):
        raise ValueError("unknown field")
    if not any(m[1] == "seq" for m in _FIELD.finditer(template)):
        raise ValueError("no {seq}")

    for name, value in values.items():
        if not value:  # an empty field is dropped with the separators behind it
            template = re.sub(rf"\{{{name}\}}[-./_ ]*", "", template)

    def fill(number: int | None) -> str:
        text = _FIELD.sub(
            lambda m: _number(number, int(m[2] or 0)) if m[1] == "seq" else values[m[1]], template
        )
        return text.rstrip("-./_ ")

    # up to the number all keys are equal, since digits are all alike to `code_key`
    before, _, _ = code_key(fill(None)).partition(_ANY)
    longest = max(len(str(MOST)), *(int(m[2] or 0) for m in _FIELD.finditer(template)))
    highest = 0
    for key in {code_key(code) for code in taken}:
        digits = _DIGITS.match(key, len(before))
        if not digits or not key.startswith(before):
            continue
        for end in range(1, min(longest, len(digits[0])) + 1):
            number = int(digits[0][:end])
            if highest < number <= MOST and code_key(fill(number)) == key:
                highest = number
    return fill(highest + 1)


def _number(number: int | None, width: int) -> str:
    return _ANY if number is None else f"{number:0{width}d}"
