"""The facts of a document: code, numbers, dates, signers, agency, the national code."""

import datetime
import re

from procedures.content import legal
from procedures.content.schema import Signer
from procedures.content.wording import dates, fold
from procedures.word import control
from procedures.word.document import Document
from procedures.word.hints import near_procedure_code
from procedures.word.identity import name_and_kind
from procedures.word.letter_heads import letter_head
from procedures.word.model import Block, Table, paragraphs_of
from procedures.word.reading import Reading
from procedures.word.signers import signature_block, signers_in


def fill(reading: Reading, document: Document) -> None:
    """Fills in the facts of the reading other than its content."""
    _code(reading, document)
    _numbers_and_dates(reading, document)
    name_and_kind(reading, document)
    reading.signers = _signers(document, reading.kind)
    reading.agency_name = _agency(document)
    nation = control.pick(document.places, "nation", str) or ""
    body = "\n".join(p.text for p in paragraphs_of(document.blocks))
    reading.national_code, reading.local_tail = (
        legal.national_code(nation) if nation else legal.national_code(near_procedure_code(body))
    )


def _code(reading: Reading, document: Document) -> None:
    """The code by its label, else alone in the head, else the number of a letter."""
    reading.code = (
        control.pick(document.places, "code", str)
        or control.standing_code(document.front[:20])
        or next(
            (c for _, b in [*document.heads, *document.feet] if (c := control.standing_code(b))), ""
        )
        or document.letter.get("number", "")
    )


def _numbers_and_dates(reading: Reading, document: Document) -> None:
    labelled = control.pick(document.places, "code", str) or ""
    own = control.places_of(document.places, labelled)
    reading.issue_number = control.pick(own, "issue", int)
    reading.revision_number = control.pick(own, "revision", int)
    reading.issued_on = control.pick(own, "issued", datetime.date)
    reading.effective_on = control.pick(own, "effective", datetime.date)
    letter, tail = document.letter, letter_head(document.blocks[-20:])
    reading.issued_on = (
        reading.issued_on or letter.get("with_date") or letter.get("date") or tail.get("date")
    )
    reading.effective_on = reading.effective_on or _in_force_by_its_words(document.blocks)


def _in_force_by_its_words(blocks: list[Block]) -> datetime.date | None:
    """The date in a sentence such as "Quyết định này có hiệu lực từ ngày …"."""
    for p in paragraphs_of(blocks):
        m = re.search(
            r"\b(?:quyet dinh|quy che|quy dinh|quy trinh|noi quy|huong dan|van ban|chinh sach)(?: nay)? co hieu luc (?:thi hanh )?(?:ke )?tu(?: ngay)?\b",
            fold(p.text),
        )
        if m and (found := dates(p.text[m.end() : m.end() + 40])):
            return found[0]
    return None


def _signers(document: Document, kind: str) -> list[Signer]:
    """From the front, else the last table that names some, the margins, the last lines; else the
    signature of a letter."""
    tables: list[Block] = [b for b in document.blocks if isinstance(b, Table)]
    signers = (
        signers_in(document.front)
        or signers_in(tables[::-1])
        or signers_in([b for _, blocks in document.source.margins for b in blocks])
        or signers_in(document.blocks[-30:])
    )
    if kind == "form":
        return [s for s in signers if s["name"]] or _signature(document)
    return signers or _signature(document)


def _signature(document: Document) -> list[Signer]:
    """The signature at the end, or before the first annex, or on the front."""
    end = len(document.blocks)
    annexes = [i for i, t in document.outline.titles.items() if t.level == 1 and t.style == "annex"]
    for stop in (end, min(annexes, default=end)):
        if found := signature_block(document.blocks[:stop]):
            return found
    return signature_block(document.front)


def _agency(document: Document) -> str:
    """The first office in bold type, else the last one in the head, below its superior office."""
    names = [name for name, _ in document.offices]
    bold = [name for name, strong in document.offices if strong]
    return (bold or names or [""])[0 if bold or len(names) < 2 else -1]
