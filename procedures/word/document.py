"""A file as understood: its blocks, its titles and the places of its facts."""

from dataclasses import dataclass

from procedures.word import measure
from procedures.word.assemble import Assembly
from procedures.word.flatten import flatten
from procedures.word.hints import offices
from procedures.word.labels import labelled
from procedures.word.letter_heads import LetterHead, letter_head
from procedures.word.model import Block, Table, paragraphs_of
from procedures.word.outline import Outline
from procedures.word.parts import Margin, Source
from procedures.word.places import Place, gather


@dataclass
class Document:
    """What the facts of a file are read from. `offices`: [(name, bold?)] printed in its head."""

    source: Source
    blocks: list[Block]
    outline: Outline
    front: list[Block]  # what comes before the first section
    heads: list[Margin]
    feet: list[Margin]
    places: list[Place]
    letter: LetterHead
    offices: list[tuple[str, bool]]

    @property
    def cover(self) -> list[Block]:
        """The front without the table of contents."""
        return [b for i, b in enumerate(self.front) if i not in self.outline.toc]

    @property
    def kinds(self) -> list[str]:
        """The kinds of its sections, in order."""
        return [t.kind for t in self.outline.titles.values() if t.level == 1]


def understand(source: Source) -> Document:
    """Finds titles, front and control blocks."""
    blocks = flatten(source.body)
    outline = Outline(blocks)
    front = blocks[: _front_end(blocks, outline)]
    # the cover's margins take precedence over those of later pages
    opening = measure.first_page_margins(source.package)
    shown = sorted(source.margins, key=lambda margin: margin[0] not in opening)
    heads = [margin for margin in shown if source.is_header(margin[0])]
    feet = [margin for margin in shown if not source.is_header(margin[0])]
    none: list[tuple[str, bool]] = []
    named = offices(front[:12]) or next((x for _, b in heads if (x := offices(b))), none)
    letter = letter_head([*blocks[:16], *front[16:40]])
    document = Document(source, blocks, outline, front, heads, feet, [], letter, named)
    document.places = places_in(document)
    return document


def _front_end(blocks: list[Block], outline: Outline) -> int:
    """The index of the first block that is neither title nor control block of the document."""
    if not any(t.level == 1 for t in outline.titles.values()):
        return Assembly.front_end(blocks) or min(14, len(blocks))
    first = outline.titles[outline.start]
    end = outline.start + first.uses
    names: set[str] = set()
    for block in blocks[end : end + 8]:
        lines = [p.text for p in paragraphs_of([block])]
        found = {name for line in lines for name, _value in labelled(line)}
        if not found and any(line.strip() for line in lines):
            break
        names |= found
        end += 1
    # A list of forms is titled as a procedure's section of forms is; its control block follows
    # that title
    return end if len(names) > 1 and not first.number else outline.start


def places_in(document: Document) -> list[Place]:
    """Front, headers, footers; if none of them has facts, the first tables and finally the end."""
    places = [
        gather(Place("front", document.cover)),
        *(gather(Place(f"header:{p}", flatten(b))) for p, b in document.heads),
        *(gather(Place(f"footer:{p}", flatten(b))) for p, b in document.feet),
    ]
    if not any(p.facts for p in places):  # a block after the first title
        tables = [b for b in document.blocks if isinstance(b, Table)][:3]
        places.insert(1, gather(Place("front", tables)))
    if not any(p.facts for p in places):
        places.append(gather(Place("end", document.blocks[-12:])))
    return places
