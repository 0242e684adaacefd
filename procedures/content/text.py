"""Content as plain text, blocks and pictures."""

import functools
import re
from collections.abc import Collection, Iterator
from html import unescape

from procedures.content.schema import (
    Block,
    Content,
    Section,
    SectionSize,
    is_grid,
    is_heading,
    is_picture,
    is_table,
    is_text,
)

BLOCK = re.compile(r"</?(?:p|ul|ol|tr|table|thead|tbody|div|h\d)\b[^>]*+(?:>|\Z)|<br\s*+/?>", re.I)
ITEM = re.compile(r"<li\b[^>]*+(?:>|\Z)", re.I)
ITEM_END, CELL = re.compile(r"</li\s*+>", re.I), re.compile(r"</t[dh]\s*+>", re.I)
TAG = re.compile(r"<[^>]*+(?:>|\Z)")
FOOTNOTE = re.compile(r"(?<!\s)\s*\[\d{1,2}\]")  # a mark of a footnote with the blanks before it


@functools.lru_cache(maxsize=1024)
def plain(html: str) -> str:
    """The text of an HTML fragment, without tags: one line per paragraph, item or table row, cells
    separated by tabs."""
    return "\n".join(filter(None, map(_tidy, _bare(html or "").replace("\xa0", " ").split("\n"))))


def _bare(html: str) -> str:
    """The text without tags, with white space as it comes."""
    if "<" in html:
        end = html.rfind(">") + 1
        text = ITEM_END.sub("\n", BLOCK.sub("\n", html[:end]))
        html = TAG.sub("", CELL.sub("\t", ITEM.sub("\n- ", text))) + html[end:]
    return unescape(html)


def without_tags(html: str) -> str:
    """The text without tags, entities as they are; a "<" without its ">" stays."""
    end = html.rfind(">") + 1
    return TAG.sub("", html[:end]) + html[end:]


def _tidy(line: str) -> str:
    """The line with one space between words and one tab between cells."""
    if "\t" not in line and "  " not in line:
        return line.strip()
    return "\t".join(
        filter(None, (" ".join(filter(None, cell.split(" "))) for cell in line.split("\t")))
    ).strip()


def one_line(html: str) -> str:
    """The text of a cell or fragment on one line; item dashes are kept."""
    return " ".join(_bare(html or "").split())


def unless_repeated(text: str, before: str | None) -> str:
    """The text without white space around it; "" where it only repeats the one before."""
    said = text.strip()
    return "" if before is not None and said == before.strip() else said


def paragraphs(html: str) -> list[str]:
    """The plain text of each paragraph, item or row of a fragment."""
    return plain(html).split("\n") if html else []


def block_text(block: Block) -> str:
    """The whole text of one block; empty for a picture."""
    if is_heading(block):
        return " ".join(x for x in (block.get("number"), block.get("title")) if x)
    if is_text(block) or is_table(block):
        return plain(block.get("html", ""))
    if is_grid(block):
        lines = ["\t".join(plain(c.get("label", "")) for c in block.get("columns", ()))]
        lines += [
            "\t".join(one_line(c) for c in row.get("cells", ())) for row in block.get("rows", ())
        ]
        return "\n".join(line.strip() for line in lines if line.strip())
    return ""


def section_text(section: Section) -> str:
    """Number, title and all blocks of a section, in reading order."""
    head = " ".join(x for x in (section.get("number"), section.get("title")) if x)
    return "\n".join(t for t in (head, *(block_text(b) for b in section.get("blocks", ()))) if t)


def text_of(content: Content) -> str:
    """The whole stored text in reading order."""
    return "\n".join(t for t in map(section_text, content.get("sections", ())) if t)


def sections_outline(content: Content) -> list[SectionSize]:
    """[{"kind", "number", "title", "characters"}] of the sections of the body; white space is
    not counted."""
    return [
        {
            "kind": s.get("kind", "other"),
            "number": s.get("number", ""),
            "title": s.get("title", ""),
            "characters": len("".join(section_text(s).split())),
        }
        for s in content.get("sections", ())
        if s.get("place", "body") == "body"
    ]


def pictures_of(content: Content) -> list[str]:
    """The distinct SHA-256 hashes of the pictures in the content, in order."""
    found: dict[str, None] = {}
    for _, block in blocks(content):
        if is_picture(block):
            found[block.get("sha256", "")] = None
        for html in _fragments(block):
            found.update(dict.fromkeys(re.findall(r'src="sha256:([0-9a-f]{64})"', html)))
    return [sha for sha in found if sha]


def blocks(
    content: Content, kinds: Collection[str] | None = None
) -> Iterator[tuple[Section, Block]]:
    """(section, block) for each block in reading order, of sections of these kinds or of all."""
    for section in content.get("sections", ()):
        if kinds is None or section.get("kind") in kinds:
            for block in section.get("blocks", ()):
                yield section, block


def _fragments(block: Block) -> Iterator[str]:
    if is_text(block) or is_table(block):
        yield block.get("html", "")
    elif is_grid(block):
        for row in block.get("rows", ()):
            yield from row.get("cells", ())
