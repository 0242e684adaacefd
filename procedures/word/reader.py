"""Reads one Word file into a `Reading`: facts, content, pictures, counts and warnings."""

import hashlib
import logging
import os
import pathlib
import time
from collections.abc import Sequence

from procedures import content as views
from procedures.content import legal
from procedures.content.candidates import Candidate, confidences
from procedures.content.candidates.amendments import best_amendments
from procedures.content.candidates.forms import best_forms
from procedures.content.candidates.records import best_records
from procedures.content.candidates.steps import best_steps
from procedures.content.schema import Content, Step
from procedures.word import doubts, facts, foreign, measure
from procedures.word.assemble import Assembly
from procedures.word.container import Package, detect
from procedures.word.convert import SOURCES, to_docx
from procedures.word.document import Document, understand
from procedures.word.errors import UnreadableFile, refuse
from procedures.word.evidence import evidence
from procedures.word.lines import lines_of
from procedures.word.model import paragraphs_of
from procedures.word.parts import walk_parts
from procedures.word.reading import Picture, Reading
from procedures.word.rules import Rule
from procedures.word.taught import translated

log = logging.getLogger(__name__)


def read(
    path_or_bytes: str | os.PathLike[str] | bytes | bytearray | memoryview,
    name: str = "",
    *,
    soffice: str | None = None,
    timeout: float = 60,
    rules: Sequence[Rule] = (),
) -> Reading:
    """Reads a .docx, .docm, .dotx, or, through LibreOffice, a .doc, .odt or .rtf.

    `name` is the file's name for messages; `soffice` the LibreOffice program (searched for if not
    given); `timeout` seconds for the conversion and again for the reading; `rules` are what people
    taught about labels, places and columns. Raises `UnreadableFile` where the file can't be taken,
    nothing else for any file.
    """
    if isinstance(path_or_bytes, (bytes, bytearray, memoryview)):
        data, name = bytes(path_or_bytes), name or "tài liệu"
    else:
        path = pathlib.Path(path_or_bytes)
        name = name or path.name
        data = path.read_bytes()
    format = detect(data, name)
    converted = format if format not in ("docx", "flat") else ""
    try:
        package = Package(_as_docx(data, name, format, soffice, timeout), name)
        reading = Reading(name, hashlib.sha256(data).hexdigest(), converted or package.format)
        _fill(reading, package, time.monotonic() + timeout, tuple(rules))
    except UnreadableFile:
        raise
    except (RecursionError, MemoryError) as e:
        raise refuse("damaged", name, "cấu trúc lồng nhau quá sâu") from e
    except (
        Exception
    ) as e:  # XML breaks in unforeseen ways; the message names the file, and the others continue
        log.warning("could not read %s", name, exc_info=True)
        raise refuse("damaged", name, f"cấu trúc bên trong không hợp lệ: {type(e).__name__}") from e
    if converted:
        reading.warn("converted", [converted])
    return reading


def _as_docx(data: bytes, name: str, format: str, soffice: str | None, timeout: float) -> bytes:
    data, format = as_converter_reads(data, name, format)
    if format == "docx":
        return data
    return to_docx(data, name, format, soffice=soffice, timeout=timeout)


def as_converter_reads(data: bytes, name: str, format: str) -> tuple[bytes, str]:
    """(data, format) to give to LibreOffice: flat packages are unpacked, web pages made independent
    of their encoding."""
    if format == "flat":
        return foreign.from_flat(data, name), "docx"
    if format in SOURCES:
        return foreign.for_converter(data, name, format), format
    return data, format


def _fill(reading: Reading, package: Package, deadline: float, rules: tuple[Rule, ...]) -> None:
    """Walks the parts, interprets them, and fills the reading."""
    source = walk_parts(package, deadline)
    document = understand(source)
    told = translated(document, rules)
    facts.fill(reading, told)
    reading.content, undescribed = _content(reading, document, rules)
    reading.lines = lines_of(document)
    _views(reading, document)
    reading.images = source.images
    reading.pictures = {sha: Picture(*kept) for sha, kept in source.walk.pictures.items()}
    decoding = source.walk.decoding
    reading.source_text = measure.source_text(
        package, decoding.truly or (None if decoding.decoded else set()), decoding.whole
    )
    characters = measure.characters(reading.source_text)
    reading.source_characters = characters.total()
    reading.kept_characters = measure.kept(characters, views.text_of(reading.content))
    reading.evidence = evidence(reading, told)
    doubts.warn(reading, told, undescribed)


def _content(
    reading: Reading, document: Document, rules: tuple[Rule, ...]
) -> tuple[Content, list[str]]:
    """(the neutral content, the generated descriptions of pictures that had none)."""
    source, assembly = document.source, Assembly(reading.kind, rules)
    sections = assembly.body(document.blocks, document.outline)
    seen: set[str] = set()
    for part, blocks in source.margins:
        texts = [p.text.strip() for p in paragraphs_of(blocks) if not p.empty]
        pictures = [i.sha256 for p in paragraphs_of(blocks) for i in p.images]
        if all(t in seen for t in [*texts, *pictures]):
            continue
        seen.update(texts, pictures)
        where = "ở đầu trang" if source.is_header(part) else "ở chân trang"
        made = assembly.part(blocks, "margin", where)
        sections += [made] if made else []
    for blocks, place, where in (
        (source.notes, "notes", "trong chú thích"),
        (source.comments, "comments", "trong nhận xét"),
    ):
        made = assembly.part(blocks, place, where)
        sections += [made] if made else []
    return {"sections": sections}, assembly.undescribed


def _views(reading: Reading, document: Document) -> None:
    """Fills in steps, records, forms, amendments and cited documents from the content."""
    content = reading.content
    steps = best_steps(content) if reading.kind != "form" else Candidate[Step]("", 0.0)
    records, forms = best_records(content), best_forms(content)
    amendments = best_amendments(content)
    reading.steps, reading.records, reading.forms = steps.rows, records.rows, forms.rows
    reading.amendments = amendments.rows
    if reading.kind != "form":
        reading.cases = views.cases(content)
    reading.confidence = confidences(
        steps=steps, records=records, forms=forms, amendments=amendments
    )
    letter = document.letter
    reading.legal_basis = legal.basis_of(
        content,
        "\n".join(name for name, _ in document.offices),
        (reading.code, letter.get("number"), letter.get("with_number")),
    )
