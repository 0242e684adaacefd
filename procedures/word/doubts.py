"""What an officer should check in a reading: each doubt becomes a warning with its code and values."""

import re

from procedures import content as views
from procedures.content.wording import fold
from procedures.word import control, legacy, naming, times
from procedures.word.document import Document
from procedures.word.hints import code_from_name
from procedures.word.model import Table
from procedures.word.outline import is_front_title
from procedures.word.places import Place, gather
from procedures.word.reading import Reading
from qms.text.codes import code_key

_ATTACHED = re.compile(
    r"(phu luc|mau|noi dung mau|to khai|don|phieu|bien ban|giay|so|danh sach|bang|huong dan ghi|thong bao|quyet dinh|bieu)\b"
)
UNSURE = 0.6  # below this the officer is asked to check a list
_CHANGES = {
    "inserted": "thêm",
    "deleted": "xóa",
    "moved": "chuyển đến",
    "moved away": "chuyển đi",
}


def warn(reading: Reading, document: Document, undescribed: list[str]) -> None:
    """Adds all warnings; `undescribed` are the generated descriptions of pictures that had none."""
    _missing(reading)
    reading.warnings += control.conflicts(document.places, reading.code)
    _several_documents(reading, document)
    _unknown_sections(reading)
    _times(reading)
    _legacy_text(reading, document)
    _tracked_changes(reading, document)
    unsure = [name for name, c in reading.confidence.items() if c["confidence"] < UNSURE]
    if unsure:
        reading.warn("low_confidence", unsure)
    if document.source.package.has_macros():
        reading.warn("macros_dropped", [document.source.package.format])
    if undescribed:
        reading.warn("picture_without_description", undescribed)
    walk = document.source.walk
    for kind, code in (("hidden", "hidden_text"), ("struck", "struck_text")):
        if said := walk.left_out[kind]:
            reading.warn(code, [text[:200] for text in said[:50]])
    if walk.external:
        reading.warn("external_picture", sorted(set(walk.external)))
    if walk.embedded:
        reading.warn("embedded_part", walk.embedded)


def _missing(reading: Reading) -> None:
    if not reading.code:
        guess = code_from_name(reading.name)
        reading.warn("missing_code", [guess] if guess else [])
    if reading.issued_on is None:
        reading.warn("missing_date", [reading.effective_on] if reading.effective_on else [])


def _several_documents(reading: Reading, document: Document) -> None:
    if others := _other_codes(reading.code, document):
        reading.warn("several_documents", [reading.code, *others])


def _other_codes(own: str, document: Document) -> list[str]:
    """Codes of further control blocks of this kind in the body: several documents were put into one file."""
    kinds = document.kinds
    if not own or max(kinds.count("purpose"), kinds.count("scope")) <= 1:
        return []
    found: dict[str, str] = {}
    for block in document.blocks[len(document.front) :]:
        if not isinstance(block, Table):
            continue
        code = gather(Place("body", [block])).first("code", str)
        if (
            code
            and naming.code_kind(code) == naming.code_kind(own)
            and not code_key(code).startswith(code_key(own))
        ):
            found.setdefault(code_key(code), code)
    return list(found.values())


def _unknown_sections(reading: Reading) -> None:
    unknown = [
        label
        for s in reading.content["sections"]
        if s["place"] == "body"
        and s["kind"] == "other"
        and s["title"]
        and not _ATTACHED.match(fold(label := f"{s['number']} {s['title']}".strip()))
        and not is_front_title(s["title"])
    ]
    if unknown:
        reading.warn("unknown_section", unknown)


def _times(reading: Reading) -> None:
    """Warns of steps that exceed the time limit; a time in a cell merged over several steps counts once."""
    steps = views.steps(reading.content, fill=False) if reading.kind != "form" else []
    body = "\n".join(
        views.section_text(s)
        for s in reading.content["sections"]
        if s["place"] == "body" and s["kind"] in ("content", "other")
    )
    for over in times.excess(reading.cases, steps, body):
        reading.warn("steps_exceed_time_limit", [over["case"], over["total"], over["limit"]])


def _legacy_text(reading: Reading, document: Document) -> None:
    if decoded := document.source.walk.decoding.decoded:
        reading.warn("legacy_encoding", decoded)
    lost = legacy.unreadable(reading.source_text)
    if len(lost) >= 3 or legacy.twice_encoded(reading.source_text) >= 5:
        reading.warn("garbled_text", lost[:5] or [reading.source_text[:60]])


def _tracked_changes(reading: Reading, document: Document) -> None:
    changes = reading.tracked_changes = list(document.source.walk.changes)
    if changes:
        reading.warn(
            "tracked_changes",
            [f"{_CHANGES.get(c['kind'], c['kind'])}: {c['text'][:200]}" for c in changes],
        )
