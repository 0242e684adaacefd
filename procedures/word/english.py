"""English titles and translations of titles."""

import re

from procedures.content.wording import words

_ENGLISH = (
    ("procedure", r"(?:procedure|process)"),
    ("instruction", r"(?:work instruction|instructions?|guidelines?)"),
    ("regulation", r"(?:regulations?|rules)"),
    ("manual", r"(?:quality )?manual"),
    ("policy", r"(?:quality )?policy"),
)


def english_kind(line: str) -> str:
    """The kind that the last words of an English line name, or an empty string."""
    plain = words(line)
    return next((k for k, end in _ENGLISH if re.search(rf"(?:^| ){end}$", plain)), "")


def translates(above: str, line: str) -> bool:
    """Whether a line repeats a Vietnamese title in English."""
    joining = re.search(r"\b(?:of|and|for|the)\b", words(line))
    return not above.isascii() and line.isascii() and bool(joining or english_kind(line))
