"""Walks the parts of a package that hold text: body, headers and footers, notes, comments."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from procedures.word import legacy, measure
from procedures.word.container import Package, W
from procedures.word.errors import refuse
from procedures.word.line import note_mark
from procedures.word.model import Block, Paragraph, Run, paragraphs_of
from procedures.word.styles import Styles
from procedures.word.walk import Walk

Margin: TypeAlias = tuple[str, list[Block]]  # the part of a header or footer, and its blocks


@dataclass
class Source:
    """One file, walked."""

    package: Package
    walk: Walk
    body: list[Block]
    margins: list[Margin]
    notes: list[Block]
    comments: list[Block]

    def is_header(self, part: str) -> bool:
        named = part.rsplit("/", 1)[-1].lower()
        return "header" in self.package.content_type(part) or "header" in named

    @property
    def images(self) -> int:
        """Number of pictures; one shared by several headers and footers counts once."""
        shared = {i.sha256 for _, b in self.margins for p in paragraphs_of(b) for i in p.images}
        return sum(len(p.images) for p in paragraphs_of(self.body)) + len(shared)


def walk_parts(package: Package, deadline: float) -> Source:
    """Walks all parts. Raises UnreadableFile if the body is missing or the deadline has passed."""
    styles_part = package.related(package.main, "styles")
    theme = package.related(package.main, "theme")
    styles = Styles(
        package.xml(styles_part) if styles_part else None, package.xml(theme) if theme else None
    )
    source = _walk_once(Walk(package, styles, set(), deadline))
    truly = {
        kind for kind, (yes, no) in source.walk.decoding.votes.items() if yes and yes * 3 >= no
    }
    whole = "" if truly else legacy.whole_encoding(_said(source))
    if whole:  # legacy text whose font somebody changed
        return _walk_once(Walk(package, styles, {whole}, deadline, whole))
    if truly:  # the document really has legacy text: ambiguous short words follow the rest
        source = _walk_once(Walk(package, styles, truly, deadline))
    return source


def _said(source: Source) -> Iterator[str]:
    """Texts of paragraphs that could be in another encoding; those with Unicode letters can't."""
    for p in paragraphs_of(source.body):
        if not (text := p.text).isascii():
            yield text


def _walk_once(walk: Walk) -> Source:
    package = walk.package
    root = package.xml(package.main)
    if root is None:
        raise refuse("damaged", package.name, "thiếu phần văn bản chính")
    found = root.find(W + "body")
    body = walk.part(package.main, found if found is not None else root)
    margins = [(part, walk.part(part)) for part in measure.shown_margins(package)]
    return Source(package, walk, body, margins, _notes(walk), _comments(walk))


def _notes(walk: Walk) -> list[Block]:
    """Footnotes, then endnotes, each in order of reference."""
    blocks: list[Block] = []
    for part_kind, kind in (("footnotes", "footnote"), ("endnotes", "endnote")):
        part = walk.package.related(walk.package.main, part_kind)
        root = walk.package.xml(part) if part else None
        if part is None or root is None:
            continue
        found: dict[str, list[Block]] = {}
        for e in root:
            inner = walk.part(part, e)
            if any(not p.empty or p.images for p in paragraphs_of(inner)):
                found[e.get(W + "id") or ""] = inner
        known = walk.notes[kind]
        for id_ in [i for i in known if i in found] + [i for i in found if i not in known]:
            if id_ in known:
                _lead(found[id_], Run(note_mark(kind, known.index(id_) + 1) + " "))
            blocks += found[id_]
    return blocks


def _comments(walk: Walk) -> list[Block]:
    """The comments, each led by its author's name."""
    part = walk.package.related(walk.package.main, "comments")
    root = walk.package.xml(part) if part else None
    blocks: list[Block] = []
    if part is None or root is None:
        return blocks
    for e in root:
        inner = walk.part(part, e)
        author = " ".join((e.get(W + "author") or "").split())
        if author:
            _lead(inner, Run(f"{author}: ", bold=True))
        blocks += inner
    return blocks


def _lead(blocks: list[Block], run: Run) -> None:
    """Inserts a run at the start of the first non-empty paragraph."""
    first = next((p for p in blocks if isinstance(p, Paragraph) and not p.empty), None)
    if first is not None:
        first.runs = [run, *_lstrip(first.runs)]


def _lstrip(runs: Iterable[Run]) -> list[Run]:
    out = list(runs)
    while out and not out[0].text.strip():
        out.pop(0)
    if out:
        out[0] = Run(out[0].text.lstrip(), *out[0].look())
    return out
