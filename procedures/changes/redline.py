"""What other parts ask of a comparison: the screen's HTML, the sentences. One structure (`comparison`) underlies them.

`old` and `new` are `State`s: content in the neutral form, and facts as [(label, value)]. `states` makes them."""

from django.utils.safestring import SafeString

from procedures.changes import drawn
from procedures.changes import in_words as told
from procedures.changes.comparison import compare
from procedures.changes.structure import Redline, State

__all__ = ["Redline", "State", "as_html", "compare", "in_words"]


def as_html(old: State, new: State, *, prefix: str = "thay-doi") -> SafeString:
    """The comparison for the screen; its changes have the ids `prefix`-1, `prefix`-2, …"""
    return drawn.draw(compare(old, new), prefix=prefix)


def in_words(old: State, new: State) -> list[str]:
    """What changed, a sentence each: facts, steps, forms, records, then the sections."""
    return told.sentences(old, new, compare(old, new))
