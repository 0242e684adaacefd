"""Document codes: how two spellings are compared, and how the next one is proposed from an agency's template."""

import re
from collections.abc import Iterable

from qms.text.marks import plain

_FIELD = re.compile(r"\{(seq|unit|agency|year)(?::(\d{1,2}))?\}")


def code_key(code: str) -> str:
    """The form in which codes are compared: without case and marks, separators kept only between two digits.

    QT-VP.01, qtvp01 and QT VP 01 are one; BM-1-12 (bm1.12) is not BM-11-2 (bm11.2)."""
    text = "".join(c if c.isalnum() else " " for c in plain(code))
    text = re.sub(r"(?<=\d) +(?=\d)", ".", text.strip())
    return text.replace(" ", "")


def next_code(
    template: str, taken: Iterable[str], *, unit: str = "", agency: str = "", year: int | str = ""
) -> str:
    """The template with the lowest number above all that fit it. `{seq:02}` is the number, `{unit}`, `{agency}`, `{year}` texts.

    Raises ValueError where the template has no `{seq}` or an unknown field."""
    values = {"unit": unit, "agency": agency, "year": str(year)}
    if "{" in _FIELD.sub("", template) or "}" in _FIELD.sub("", template):
        raise ValueError("unknown field")
    if not any(m[1] == "seq" for m in _FIELD.finditer(template)):
        raise ValueError("no {seq}")

    for name, value in values.items():
        if not value:  # nor what would join it to what follows
            template = re.sub(rf"\{{{name}\}}[-./_ ]*", "", template)

    def fill(number: int) -> str:
        text = _FIELD.sub(
            lambda m: f"{number:0{int(m[2] or 0)}d}" if m[1] == "seq" else values[m[1]], template
        )
        return text.rstrip("-./_ ")

    keys = {code_key(code) for code in taken}
    highest = 0
    for number in range(1, 10_000):
        if code_key(fill(number)) in keys:
            highest = number
    return fill(highest + 1)
