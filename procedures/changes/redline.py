"""The interface of the comparison for other parts: HTML and sentences, both from one structure
(`comparison`).

`old` and `new` are `State`s: content in the neutral form, and facts as [(label, value)], made by
`states`."""

from django.utils.safestring import SafeString

from procedures.changes import drawn
from procedures.changes import in_words as told
from procedures.changes.comparison import compare
from procedures.changes.structure import Redline, State

__all__ = ["Redline", "State", "as_html", "compare", "in_words"]


def as_html(old: State, new: State, *, prefix: str = "thay-doi") -> SafeString:
    """The comparison for the screen; its changes have the IDs `prefix`-1, `prefix`-2, …"""
    return drawn.draw(compare(old, new), prefix=prefix)


def in_words(old: State, new: State) -> list[str]:
    """The changes, one sentence each: facts, steps, forms, records, then the sections."""
    return told.sentences(old, new, compare(old, new))
