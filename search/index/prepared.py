"""An entry as engines store it: prepared tokens by field, and the data to show it."""

import datetime
import itertools
import json
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from search.entries import Entry
from search.words import codes
from search.words.vietnamese import (
    LONGEST_WORD,
    analyse,
    clean,
    fold,
    joined_by_ampersand,
    pairs,
    pairs_within_phrases,
)

# Raise it when fields or access tokens change: an index stamped with another number is rebuilt.
SCHEMA_VERSION = 14

# Fields of prepared tokens, split on white space only.
MARKED, FOLDED, FOLDED_PAIRS = "m", "f", "q"  # of title and text
TITLE, TITLE_PAIRS = "t", "u"  # folded, of the title
MARKED_PAIRS = "p"  # each once: readings with marks and corrections come from these
OWN_CODE, CITED = "c", "n"
# Words, pairs and codes of attached passages are in MARKED with this prefix, each once, so that
# they are weighed by lengths that all entries have and don't affect the words of the thing itself.
FILE = "~"
# Entries without text of their own (a person, a unit) are padded with this sign to the length of a
# document: otherwise thousands of names would distort the average length and the rarity of words,
# by which engines weigh words.
FILLER, USUAL_LENGTH = "¶", 2_000
# The initials of runs of words in titles and headings are in TITLE_PAIRS with this prefix.
INITIALS = "^"
LONGEST_RUN, LONGEST_SHORT, MOST_INITIALS = 6, 8, 4_000  # words, letters, runs of one entry
MOST_MARKED_PAIRS = 1_000  # read of an entry, from its beginning; more restore hardly more marks
MOST_FILE_TOKENS = 8_000  # per entry: about forty pages of text
TOKEN_FIELDS = (MARKED, FOLDED, FOLDED_PAIRS, TITLE, TITLE_PAIRS, MARKED_PAIRS, OWN_CODE, CITED)

_FILLING = " ".join([FILLER] * USUAL_LENGTH)

# Fields of whole values. Those of FACET_FIELDS can be counted; any other facet is in `x`.
FACET_FIELDS = ("group", "kind", "agency", "unit", "state")
NUMBERS = ("agency", "unit")  # those that are numbers, which are counted faster than texts

# A facet computed from the days at query time: whether an issued entry is in force today, was
# before, or will be later.
STANDING, DRAFT = "standing", "draft"
HOLDS, ENDED, COMING = "holds", "ended", "coming"

ALWAYS = 0, 4_000_000  # first and last day in force


def day_number(day: datetime.date | None, *, open_end: bool) -> int:
    """A day as a comparable number; None is the beginning, or with `open_end` the end, of time."""
    return day.toordinal() if day else ALWAYS[open_end]


def _day(number: int) -> datetime.date | None:
    return None if number in ALWAYS else datetime.date.fromordinal(number)


def sortable_code(code: str) -> str:
    """A natural sort key for a code: QT-2 before QT-10, codes before no code."""
    parts = re.findall(r"\d+|[a-z]+", fold(code).lower())
    return " ".join(p.zfill(8) if p.isdigit() else p for p in parts)[:120] or "~"


@dataclass(frozen=True)
class Prepared:
    """The data that an engine stores for one entry."""

    entry: Entry
    tokens: dict[str, str]  # field -> tokens joined by spaces
    text: str
    shadow: str
    parts: str  # JSON: [[start, anchor, title, attached?], …] of the passages in ``text``
    card: str  # JSON of the card

    # Ties have a stable order: they stay on their page while others write and the engine moves
    # its documents.

    @property
    def date_order(self) -> int:
        """A 64-bit number that sorts entries by date."""
        return day_number(
            self.entry.sort_date or self.entry.first_day, open_end=False
        ) << 32 | zlib.crc32(self.entry.key.encode())

    @property
    def code_order(self) -> str:
        """A text that sorts entries by code."""
        return f"{sortable_code(self.entry.code)}\t{self.entry.key}"


def prepare(entry: Entry) -> Prepared:
    """Analyses an entry into fields and tokens. Never raises, whatever the text."""
    title, code = clean(entry.title).strip(), clean(entry.code).strip()
    pieces, starts, position = [], [], 0
    for passage in entry.passages:
        piece = clean(f"{passage.title}\n{passage.text}" if passage.title else passage.text)
        starts.append([position, passage.anchor, clean(passage.title), int(passage.attached)])
        pieces.append(piece)
        position += len(piece) + 1
    text = "\n".join(pieces)
    head, body = analyse(title), analyse(text)
    shadow, files = body.shadow, [clean(p.text) for p in entry.passages if p.attached]
    if files:
        own = "\n".join(
            clean(p.title) if p.attached else piece
            for p, piece in zip(entry.passages, pieces, strict=True)
        )
        body = analyse(own)
    else:
        own = text
    marked, folded = head.marked + body.marked, head.folded + body.folded
    headed = [head, *(analyse(clean(p.title)) for p in entry.passages)]
    runs = map(pairs_within_phrases, [*headed, body])
    marked_pairs = itertools.islice(itertools.chain.from_iterable(runs), MOST_MARKED_PAIRS)
    shortened = {INITIALS + short for one in headed for _, _, short in initials(one.folded)}
    extra = joined_by_ampersand(own) + joined_by_ampersand(title)
    tokens = {
        MARKED: _joined([*marked, *extra, *file_tokens(files)]),
        FOLDED: _joined(folded + extra),
        FOLDED_PAIRS: _joined(pairs(folded)),
        TITLE: _joined(head.folded + joined_by_ampersand(title)),
        TITLE_PAIRS: _joined([*pairs(head.folded), *sorted(shortened)[:MOST_INITIALS]]),
        MARKED_PAIRS: _joined(list(dict.fromkeys(marked_pairs))),
        OWN_CODE: " ".join(
            token for one in (code, *entry.codes) for token in codes.own_tokens(clean(one))
        ),
        CITED: " ".join(codes.cited_tokens(own, body.shadow)),
    }
    if not body.folded:
        for name in (MARKED, FOLDED, FOLDED_PAIRS):
            tokens[name] = f"{tokens[name]} {_FILLING}".strip()
    return Prepared(
        entry,
        tokens,
        text,
        shadow,
        json.dumps(starts, ensure_ascii=False),
        _card(entry, title, code, head.folded),
    )


def initials(words: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """(index of the first word, number of words, letters) of abbreviated runs of folded words: all
    initials (``gks``) or initials with the last word in full (``ttru``)."""
    for start in range(len(words)):
        letters = ""
        for number, word in enumerate(words[start : start + LONGEST_RUN], 1):
            if not word[:1].isalpha():
                break
            whole, letters = letters + word, letters + word[0]
            if number > 1:
                yield start, number, letters
                if len(letters) < len(whole) <= LONGEST_SHORT:
                    yield start, number, whole


def file_tokens(texts: Sequence[str]) -> list[str]:
    """The distinct words, codes and word pairs of an entry's attached texts (cleaned), prefixed
    with FILE."""
    words: dict[str, None] = {}
    cited: dict[str, None] = {}
    runs: dict[str, None] = {}
    for text in texts:
        analysed = analyse(text)
        words.update(dict.fromkeys([*analysed.folded, *joined_by_ampersand(text)]))
        cited.update(dict.fromkeys(codes.cited_tokens(text, analysed.shadow)))
        runs.update(dict.fromkeys(pairs(analysed.folded)))
    return [
        FILE + token
        for token in itertools.islice(
            dict.fromkeys(itertools.chain(words, cited, runs)), MOST_FILE_TOKENS
        )
    ]


def _joined(tokens: Sequence[str]) -> str:
    if max(map(len, tokens), default=0) > 2 * LONGEST_WORD + 1:  # engines refuse overlong tokens
        tokens = [t for t in tokens if len(t) <= 2 * LONGEST_WORD + 1]
    return " ".join(tokens)


def prepare_card(entry: Entry) -> str:
    """The card as JSON, without analysing the text."""
    title = clean(entry.title).strip()
    return _card(entry, title, clean(entry.code).strip(), analyse(title).folded)


def _card(entry: Entry, title: str, code: str, words: Sequence[str]) -> str:
    values = [
        entry.key, entry.origin_or_key, entry.group, entry.kind, code, title, entry.agency, entry.agency_name, entry.unit_name, entry.url, entry.state,
        day_number(entry.first_day, open_end=False), day_number(entry.last_day, open_end=True), entry.source, entry.weight,
        clean(entry.context), " ".join(words), [clean(c) for c in entry.codes],
        [clean(n) for n in entry.names],
    ]  # fmt: skip
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


class Card:
    """The displayed fields of an entry, read back from an index; ``title_words`` are folded,
    context words computed on demand."""

    def __init__(self, stored: str) -> None:
        values: list[Any] = json.loads(stored)
        (
            self.key, self.origin, self.group, self.kind, self.code, self.title, self.agency, self.agency_name, self.unit_name, self.url, self.state,
            first, last, self.source, self.weight, *rest,
        ) = values  # fmt: skip
        rest += ["", "", [], []][len(rest) :]  # older cards are read while an index is rebuilt
        self.context, words, self.codes, self.names = rest
        self.title_words = frozenset(words.split(" ") if words else analyse(self.title).folded)
        self.first_day, self.last_day = _day(first), _day(last)

    @cached_property
    def context_words(self) -> frozenset[str]:
        """The folded words of the context."""
        return frozenset(analyse(self.context).folded)

    @cached_property
    def name_words(self) -> list[frozenset[str]]:
        """The folded words of each name."""
        return [frozenset(analyse(name).folded) for name in self.names]


@dataclass(frozen=True)
class Stored:
    """The text of an entry read back from an index, to cut snippets from."""

    text: str
    shadow: str
    parts: Sequence[tuple[int, str, str, int]]
