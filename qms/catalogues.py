"""Compiles the translations without gettext tools; collects texts of screens for the
English catalogue.

    python -m qms.catalogues [--collect]

The source language of our own texts is Vietnamese (docs/architecture.md), so `qms/locale/en` holds
their English and `qms/locale_vendor/vi` the Vietnamese of the packages we build on."""

import sys
from pathlib import Path

from babel.messages import mofile, pofile

BASE = Path(__file__).resolve().parent


def compile_all() -> int:
    """Writes a .mo next to each .po that is newer than it. Returns how many were written."""
    written = 0
    for source in sorted(BASE.glob("locale*/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as file:
            catalogue = pofile.read_po(file, locale=source.parent.parent.name)
        half = target.with_suffix(".mo.part")
        with half.open("wb") as file:
            mofile.write_mo(file, catalogue)
        half.replace(target)
        written += 1
    return written


if __name__ == "__main__":
    if "--collect" in sys.argv:
        from qms.catalogues_collect import collect

        collect()
    compile_all()
