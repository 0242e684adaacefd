"""Unwraps frames and tables that only lay out a text."""

import re

from procedures.word.labels import labelled
from procedures.word.layout import split, unfold_layout
from procedures.word.model import Block, Paragraph, Table
from procedures.word.titles import kind_of


def flatten(blocks: list[Block]) -> list[Block]:
    """The blocks with frames and layout tables unwrapped: a cover in a one-cell table, a text laid
    out in rows."""
    out: list[Block] = []
    for b in blocks:
        if isinstance(b, Table):
            cells = b.cells
            if (
                len(cells) == 1
                and len(cells[0].lines) == 1
                and len(cells[0].text) < 120
                and kind_of(re.sub(r"^\s*[\dIVXA-ZĐ]+[.)/]\s*", "", cells[0].text))
            ):
                # A row that frames one title
                out += [
                    x for x in cells[0].blocks if isinstance(x, Table) or not x.empty or x.images
                ]
                continue
            if len(cells) == 1 and (
                any(isinstance(x, Table) and len(x.rows) > 1 for x in cells[0].blocks)
                or any(labelled(p.text) for p in cells[0].paragraphs if len(p.text) < 200)
                or len(
                    {
                        k
                        for p in cells[0].paragraphs
                        if len(p.text) < 120
                        and (p.bold or p.capitals or p.number)
                        and (k := kind_of(re.sub(r"^[\dIVXA-ZĐ.]+\s", "", p.text)))
                    }
                )
                >= 2
            ):
                out += flatten(cells[0].blocks)
                continue
            laid_out = unfold_layout(b)
            if laid_out is not None:
                out += flatten(laid_out)
                continue
        elif not b.boxed and b.text.count("\n") and len(b.text) < 2000 and _several_titles(b):
            out += split(b, "\n")
            continue
        out.append(b)
    return out


def _several_titles(p: Paragraph) -> bool:
    lines = [x for x in p.text.split("\n") if x.strip()]
    return (
        len(lines) > 1
        and sum(
            bool(kind_of(re.sub(r"^\s*[\dIVXA-ZĐ]+[.)]\s*", "", x))) and len(x) < 90 for x in lines
        )
        >= 2
    )
