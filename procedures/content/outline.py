"""The addressable parts of a document: its sections and the headings inside them. Pure functions.

Readers' pages, the search index and links share these anchors, so that a hit opens at the
right place."""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from procedures.content.schema import Block, Content, Section, is_heading
from procedures.content.wording import ACRONYMS

BODY = "body"
TITLED_BY_KIND = frozenset(
    {"purpose", "scope", "references", "definitions", "content", "forms", "records"}
)


@dataclass(frozen=True)
class Part:
    """A section (level 1) or a heading inside one (2 to 4) with the blocks below it, up to the
    next part."""

    anchor: str
    number: str
    title: str
    level: int
    kind: str
    place: str
    section: int  # index of its section in the content
    blocks: tuple[Block, ...] = field(default=(), repr=False)

    @property
    def in_body(self) -> bool:
        return self.place == BODY

    @property
    def label(self) -> str:
        return " ".join(text for text in (self.number, self.title) if text)


def anchors(content: Content) -> list[str]:
    """The anchor of each section, in order: muc-1, muc-2, … in the body, phan-1, … for covers,
    margins, notes, comments."""
    seen = {"muc": 0, "phan": 0}
    found = []
    for section in content.get("sections", ()):
        prefix = "muc" if place_of(section) == BODY else "phan"
        seen[prefix] += 1
        found.append(f"{prefix}-{seen[prefix]}")
    return found


def parts(content: Content) -> list[Part]:
    """Every section and heading with the blocks below it, in reading order; a heading's anchor is
    like muc-5-2."""
    found: list[Part] = []
    for index, (section, anchor) in enumerate(
        zip(content.get("sections", ()), anchors(content), strict=True)
    ):
        found.extend(_parts_of(section, anchor, index))
    return found


def place_of(section: Section) -> str:
    return section.get("place") or BODY


@functools.lru_cache(maxsize=4096)
def title_case(title: str, kind: str) -> str:
    """The title of a standard section as displayed: MỤC ĐÍCH becomes Mục đích, acronyms are kept.
    Others stay as printed."""
    title = " ".join(title.split())
    if kind not in TITLED_BY_KIND or title != title.upper() or len(title) < 4:
        return title
    words = [word if _is_acronym(word) else word.lower() for word in title.split(" ")]
    text = " ".join(words)
    return text[:1].upper() + text[1:]


def _is_acronym(word: str) -> bool:
    bare = re.sub(r"[^\w]", "", word)
    return bare in ACRONYMS or any(c.isdigit() for c in bare)


def _parts_of(section: Section, anchor: str, index: int) -> Iterator[Part]:
    kind, place = section.get("kind") or "other", place_of(section)
    head = (anchor, section.get("number") or "", title_case(section.get("title") or "", kind), 1)
    blocks: list[Block] = []
    count = 0
    for block in section.get("blocks", ()):
        if not is_heading(block):
            blocks.append(block)
            continue
        yield Part(*head, kind, place, index, tuple(blocks))
        count += 1
        level = min(max(int(block.get("level") or 2), 2), 4)
        head = (
            f"{anchor}-{count}",
            block.get("number") or "",
            " ".join((block.get("title") or "").split()),
            level,
        )
        blocks = []
    yield Part(*head, kind, place, index, tuple(blocks))
