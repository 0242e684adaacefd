"""Names of uploaded files."""

import re
import unicodedata

from qms.text.marks import composed, without_long_runs

LONGEST = 200
_UNSEEN = {"Cc", "Cf", "Cs", "Co"}


def clean_name(name: str | None) -> str:
    """A file's base name for storage and display: NFC, no path, nothing invisible, at most 200
    characters with its extension."""
    name = re.split(r"[/\\]", name or "")[-1].encode("utf-8", "replace").decode("utf-8")
    name = composed(without_long_runs(name))
    name = "".join(c for c in name if unicodedata.category(c) not in _UNSEEN).strip()
    if len(name) > LONGEST:
        stem, dot, ending = name.rpartition(".")
        name = f"{stem[: LONGEST - 12]}{dot}{ending[:10]}" if dot else name[:LONGEST]
    return name if name.strip(". ") else "tai-lieu"
