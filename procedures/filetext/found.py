"""What reading a file can give."""

import enum
import re
from dataclasses import dataclass

from search.words.vietnamese import clean

# Characters that are kept of one file: as much as three procedures of real size say. What a form or a guide is found by stands
# in it; a law of five hundred pages that somebody attaches to a form neither fills the index nor slows down its answers.
LONGEST = 60_000

_SPACES = re.compile(r"[^\S\n]+")
_TO_FILL_IN = re.compile(r"[._…]{4,}")
_BLANK_LINES = re.compile(r" ?\n[ \n]*")


class State(enum.StrEnum):
    """How the reading of a file ended."""

    READ = "read"
    RECOGNISED = "recognised"  # from pictures of pages, by Tesseract
    EMPTY = "empty"  # nothing in it that is text
    UNRECOGNISED = "unrecognised"  # pictures of pages, and no Tesseract with Vietnamese here
    NOT_CONVERTED = "not_converted"  # an older format, and LibreOffice is missing or could not
    TOO_LARGE = "too_large"  # too much of it, or too much work
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    UNSUPPORTED = "unsupported"  # no format that holds text


@dataclass
class Found:
    """`text` is NFC, at most LONGEST characters, cut off where there was more (`cut`). `unread_pages`: pages that are pictures and
    were not recognised; `able`: whether pictures could be recognised here."""

    state: State
    text: str = ""
    cut: bool = False
    unread_pages: int = 0
    able: bool = False


def found(
    text: str, *, recognised: bool = False, unread_pages: int = 0, able: bool = False
) -> Found:
    """What was read, tidied and bounded; EMPTY, or UNRECOGNISED, where there is no text."""
    text = tidy(text)
    if any(c.isalnum() for c in text):
        state = State.RECOGNISED if recognised else State.READ
    else:
        state, text = State.UNRECOGNISED if unread_pages and not able else State.EMPTY, ""
    return Found(state, text[:LONGEST].rstrip(), len(text) > LONGEST, unread_pages, able)


def tidy(text: str) -> str:
    """NFC, without control and invisible characters; runs of spaces, of dots to write on and of blank lines as one."""
    text = _TO_FILL_IN.sub("…", clean(text.replace("\r\n", "\n").replace("\r", "\n")))
    return _BLANK_LINES.sub("\n", _SPACES.sub(" ", text)).strip()
