"""A title and the text in the same paragraph."""

import re
from dataclasses import dataclass, field

from procedures.word.model import Paragraph, Run

LONG = 160  # characters; anything longer is a sentence


@dataclass
class Title:
    """A title of a section (level 1) or of a sub-section (2 to 4)."""

    level: int
    number: str
    title: str
    kind: str = ""
    uses: int = 1  # number of paragraphs it spans
    rest: list[Run] = field(default_factory=list)  # runs after the title in the same paragraph
    style: str = ""


def bold_head(p: Paragraph) -> bool:
    """Whether a paragraph begins in bold type."""
    lead = next((r for r in p.runs if r.text.strip()), None)
    return lead is not None and lead.bold


def set_by_tabs(p: Paragraph) -> bool:
    """Whether a line lays out table cells with tabs, or words in columns: no title does."""
    return len(re.findall(r"\S\t+(?=\S)", p.text)) >= 2


def after(runs: list[Run], length: int) -> list[Run]:
    """The runs without their first `length` characters and the white space or dash that follows."""
    out: list[Run] = []
    left = length
    for r in runs:
        text = r.text
        if left >= len(text):
            left -= len(text)
            continue
        text, left = text[left:], 0
        if not out:
            text = text.lstrip(" \t\n")
            if not text:
                continue
        out.append(Run(text, *r.look()))
    return out


def split_title(runs: list[Run]) -> tuple[str, list[Run]]:
    """(title, runs of the text after it). A bold head before lighter text, or the words before a
    colon, is the title."""
    text = "".join(r.text for r in runs)
    if not text.strip():
        return "", []
    bold = 0
    for r in runs:
        if not r.bold and r.text.strip():
            break
        bold += len(r.text)
    lettered = [r for r in runs if r.text.strip()]
    if lettered and lettered[0].bold and (colon := re.match(r"\s*:", text[bold:])):
        bold += colon.end()  # the colon after a bold head belongs to it, bold or not
    if lettered and lettered[0].bold and bold < len(text):
        head = text[:bold]
        if len(head.strip()) > 2 and text[bold:].strip(" .:;"):
            cut = head.find(":")
            if 0 < cut < len(head.rstrip()) - 1 and len(head) > 90:
                return text[: cut + 1], after(runs, cut + 1)
            return head, after(runs, bold)
    cut = text.find(":")
    if 0 < cut <= 90 and text[cut + 1 :].strip():
        return text[: cut + 1], after(runs, cut + 1)
    if len(text) > LONG or (len(text) > 110 and text.rstrip().endswith((".", ";"))):
        return "", runs
    return text, []


def clean_title(text: str) -> str:
    return " ".join(text.split())
