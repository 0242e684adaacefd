"""The title and kind of a document."""

import re

from procedures.content.wording import words
from procedures.word import control, naming
from procedures.word.document import Document
from procedures.word.hints import from_name
from procedures.word.letters import (
    letter_title,
    paper_named,
    subject,
    subject_below_number,
)
from procedures.word.reading import Reading

_PAPER_KINDS = re.compile(
    r"(?:quyet dinh|quy trinh|quy che|quy dinh|huong dan|bien ban|thong bao|ke hoach|giay (?:moi|uy quyen|gioi thieu)|bao cao)$"
)
_OWN_KINDS = ("manual", "policy", "objectives", "regulation", "procedure")


def name_and_kind(reading: Reading, document: Document) -> None:
    """Sets title and kind, from the control block, the head of the body or, last, the
    file's name."""
    title, named = _title(document)
    if not title:
        title = from_name(reading.name)
    reading.title = " ".join(re.sub(r"[_.…]{4,}", " ", title).split())
    reading.kind = _kind(reading, document, named)


def _title(document: Document) -> tuple[str, str]:
    """(title, the kind that it names); empty strings if none is found."""
    cover = document.cover
    first = cover if document.front else document.blocks[:10]
    if about := subject_below_number(document.blocks[:8]):
        return about, ""
    title, named = "", ""
    for blocks in [cover, *(b for _, b in document.heads), first]:
        title, named = naming.find_title(blocks)
        if title:
            break
    labelled = document.places[0].first("title", str) or (
        None if title else control.pick(document.places, "title", str)
    )
    if labelled:
        named = named or naming.title_kind(labelled)
        whole = named in ("manual", "policy", "objectives", "form")
        title = labelled if whole else naming.bare_title(labelled)
    elif (not title or _PAPER_KINDS.match(words(title))) and (
        about := letter_title(document.blocks[:16])
    ):
        title, named = about, naming.title_kind(paper_named(document.blocks[:16])) or named
    if not title:  # a list of forms, whose title is that of its only section
        start = len(document.front)
        title, named = naming.find_title(document.blocks[start : start + 1])
    if not title:
        title = (
            naming.headline(first)
            or next((t for _, b in document.heads if (t := naming.headline(b))), "")
            or naming.headline(document.blocks[:10])
        )
        named = named or naming.title_kind(title)
    return subject(title), named


def _kind(reading: Reading, document: Document, named: str) -> str:
    """The kind by the title's words, else the code's letters, else the kinds of sections."""
    kinds = set(document.kinds)
    if named == "decision":
        rules = re.search(r"\b(quy che|quy dinh|noi quy|dieu le)\b", words(reading.title))
        return "regulation" if rules else "other"
    coded = naming.code_kind(reading.code)
    if named == "form" and coded != "form" and document.letter.get("number"):
        named = ""  # a paper that was sent, not one to fill in
    a_form = coded in ("form", "instruction") and named == "procedure" and "purpose" not in kinds
    if named in _OWN_KINDS and not a_form:
        return named
    if coded or named:
        return coded or named
    if {"purpose", "scope"} <= kinds and kinds & {"content", "records", "forms"}:
        return "procedure"
    return "regulation" if document.outline.scheme == "article" else "other"
