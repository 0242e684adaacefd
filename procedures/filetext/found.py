"""The results of reading a file."""

import enum
import re
from dataclasses import dataclass

from search.words.vietnamese import clean

# Characters kept per file: as much as three procedures of real size. The words by which people look
# for a form or a guide are within that; a law of five hundred pages attached to a form neither
# fills the index nor slows down its answers.
LONGEST = 60_000

_SPACES = re.compile(r"[^\S\n]+")
_TO_FILL_IN = re.compile(r"[._…]{4,}")
_BLANK_LINES = re.compile(r" ?\n[ \n]*")


class State(enum.StrEnum):
    """How the reading of a file ended."""

    READ = "read"
    RECOGNISED = "recognised"  # from page images, by Tesseract
    EMPTY = "empty"  # no text in it
    UNRECOGNISED = "unrecognised"  # page images, and no Tesseract with Vietnamese here
    NOT_CONVERTED = "not_converted"  # an older format, and LibreOffice is missing or failed
    TOO_LARGE = "too_large"  # too large, or too much work
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    UNSUPPORTED = "unsupported"  # not a text format


@dataclass
class Found:
    """`text` is NFC, at most LONGEST characters (`cut`: truncated). `unread_pages`: image pages
    that were not recognised; `able`: whether images could be recognised here."""

    state: State
    text: str = ""
    cut: bool = False
    unread_pages: int = 0
    able: bool = False


def found(
    text: str, *, recognised: bool = False, unread_pages: int = 0, able: bool = False
) -> Found:
    """The text, tidied and bounded; EMPTY, or UNRECOGNISED, if there is none."""
    text = tidy(text)
    if any(c.isalnum() for c in text):
        state = State.RECOGNISED if recognised else State.READ
    else:
        state, text = State.UNRECOGNISED if unread_pages and not able else State.EMPTY, ""
    return Found(state, text[:LONGEST].rstrip(), len(text) > LONGEST, unread_pages, able)


def tidy(text: str) -> str:
    """NFC, without control and invisible characters; runs of spaces, of leader dots and of blank
    lines are collapsed."""
    text = _TO_FILL_IN.sub("…", clean(text.replace("\r\n", "\n").replace("\r", "\n")))
    return _BLANK_LINES.sub("\n", _SPACES.sub(" ", text)).strip()
