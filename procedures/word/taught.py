"""Applies reading rules taught by users to a document: what a label means, which place
holds a fact.

Taught labels are replaced by labels that the reader knows, in a copy of the document used only for
facts: the content keeps the original wording, and every layout of labels works as usual."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from procedures.content.wording import fold
from procedures.word.document import Document, places_in
from procedures.word.lines import Line, lines_of
from procedures.word.model import Block, Cell, Paragraph, Run, Table
from procedures.word.places import Place, take
from procedures.word.portions import is_label, pattern_of, text_for
from procedures.word.rules import BELOW, FIELDS, LABEL, LABELS, SPOT, Rule


def translated(document: Document, rules: Sequence[Rule]) -> Document:
    """The document to read the facts from: taught labels replaced by known ones, taught facts
    before all others."""
    labels = [rule for rule in rules if rule.kind == LABEL and not rule.portion]
    spots = [rule for rule in rules if rule.kind in (SPOT, BELOW) or rule.portion]
    if not labels and not spots:
        return document
    phrases = _Phrases(labels)
    blocks = phrases.blocks(document.blocks)
    source = replace(
        document.source, margins=[(p, phrases.blocks(b)) for p, b in document.source.margins]
    )
    made = replace(
        document,
        source=source,
        blocks=blocks,
        front=blocks[: len(document.front)],
        heads=[(part, phrases.blocks(b)) for part, b in document.heads],
        feet=[(part, phrases.blocks(b)) for part, b in document.feet],
    )
    made.places = _taught_first(document, made, places_in(made), lines_of(document), spots)
    return made


def _taught_first(
    document: Document,
    made: Document,
    places: list[Place],
    lines: Sequence[Line],
    spots: Iterable[Rule],
) -> list[Place]:
    """The places, preceded by one with the taught facts, whose fields are removed from
    the others."""
    taught = Place("taught", [])
    for rule in spots:
        if text := text_for(lines, rule):
            take(taught, FIELDS[rule.fact], text)
    known = [(f.field, f.value) for place in document.places for f in place.facts]
    for fact in (f for place in places for f in place.facts):
        if (fact.field, fact.value) in known:
            known.remove((fact.field, fact.value))
        else:
            taught.facts.append(fact)
    settled = {fact.field for fact in taught.facts}
    for place in places:
        place.facts = [fact for fact in place.facts if fact.field not in settled]
    return [taught, *places] if taught.facts else places


class _Phrases:
    """Replaces taught labels by known ones, in copies of the paragraphs that have them."""

    def __init__(self, labels: Iterable[Rule]) -> None:
        self.known = [
            (pattern_of(rule.phrase), LABELS[rule.fact])
            for rule in sorted(labels, key=lambda rule: -len(rule.phrase))
        ]

    def blocks(self, blocks: Iterable[Block]) -> list[Block]:
        return [self._table(b) if isinstance(b, Table) else self._paragraph(b) for b in blocks]

    def _table(self, table: Table) -> Table:
        rows = [
            [Cell(c.column, c.span, c.rows, self.blocks(c.blocks)) for c in row]
            for row in table.rows
        ]
        return Table(rows, table.width, table.tallest, table.heads)

    def _paragraph(self, paragraph: Paragraph) -> Paragraph:
        text = paragraph.text
        if len(text) > 1000 or not text.strip():
            return paragraph
        made = text
        for pattern, label in self.known:
            made = _replaced(made, pattern, label)
        if made == text:
            return paragraph
        look = next((r for r in paragraph.runs if r.text.strip()), paragraph.runs[0])
        return replace(paragraph, runs=[Run(made, *look.look())])


def _replaced(text: str, pattern: re.Pattern[str], label: str) -> str:
    """Replaces a label at the start of a line, after a gap or a separator, or before a colon."""
    out, at = "", 0
    for m in pattern.finditer(fold(text)):
        if not is_label(text, m):
            continue
        shown = label if label.endswith(":") else label + (":" if m.group("colon") else "")
        out += text[at : m.start()] + shown
        at = m.end()
        if at < len(text) and not text[at].isspace():
            out += " "
    return out + text[at:]
