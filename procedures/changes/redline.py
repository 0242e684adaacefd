"""The interface of the comparison for other parts: HTML, sentences and the number of changes, all
from one structure (`comparison`).

`old` and `new` are `State`s: content in the neutral form, and facts as [(label, value)], made by
`states`."""

from functools import cached_property

from django.utils.safestring import SafeString

from procedures.changes import drawn
from procedures.changes import in_words as told
from procedures.changes.comparison import compare
from procedures.changes.structure import Redline, State

__all__ = ["Compared", "Redline", "State", "as_html", "compare", "in_words"]


class Compared:
    """Two states, compared once."""

    def __init__(self, old: State, new: State) -> None:
        self.old, self.new = old, new

    @cached_property
    def redline(self) -> Redline:
        return compare(self.old, self.new)

    @property
    def count(self) -> int:
        """The number of changes: that of the marks in the HTML."""
        return self.redline.count

    def as_html(self, *, prefix: str = "thay-doi") -> SafeString:
        """The comparison for the screen; its changes have the IDs `prefix`-1, `prefix`-2, …"""
        return drawn.draw(self.redline, prefix=prefix)

    def in_words(self) -> list[str]:
        """The changes in sentences: facts, steps, forms, records, then the sections."""
        return told.sentences(self.old, self.new, self.redline)


def as_html(old: State, new: State, *, prefix: str = "thay-doi") -> SafeString:
    """The comparison for the screen alone."""
    return Compared(old, new).as_html(prefix=prefix)


def in_words(old: State, new: State) -> list[str]:
    """The sentences alone."""
    return Compared(old, new).in_words()
