"""Marks piled on one letter. Pure Python, no Django."""

import re
import unicodedata

_HEAP = re.compile(r"[^\w\s\x00-\x7f]{32,}")


def without_heaps(text: str) -> str:
    """``text`` without the marks of a run of 32 and more, as no language writes them.

    To be asked before ``unicodedata.normalize``, which takes quadratic time to sort such a run."""
    return _HEAP.sub(lambda run: "".join(c for c in run[0] if not unicodedata.combining(c)), text)
