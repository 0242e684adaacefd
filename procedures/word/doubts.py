"""What an officer should check in a reading: each doubt becomes a warning with its code and values."""

import re

from procedures import content as views
from procedures.content.wording import fold
from procedures.word import control, naming, times
from procedures.word.document import Document
from procedures.word.hints import code_from_name
from procedures.word.model import Table
from procedures.word.outline import is_front_title
from procedures.word.places import Place, gather
from procedures.word.reading import Reading

_ATTACHED = re.compile(
    r"(phu luc|mau|noi dung mau|to khai|don|phieu|bien ban|giay|so|danh sach|bang|huong dan ghi|thong bao|quyet dinh|bieu)\b"
)
_ENCODINGS = {"tcvn3": "TCVN3 (.Vn…)", "vni": "VNI"}
_CHANGES = {
    "inserted": "thêm",
    "deleted": "xóa",
    "moved": "chuyển đến",
    "moved away": "chuyển đi",
}


def warn(reading: Reading, document: Document, undescribed: list[str]) -> None:
    """Adds all warnings; `undescribed` are the descriptions made for pictures that nobody described."""
    _missing(reading)
    reading.warnings += control.conflicts(document.places, reading.code)
    _several_documents(reading, document)
    _unknown_sections(reading)
    _times(reading)
    _legacy_text(reading, document)
    _tracked_changes(reading, document)
    if document.source.package.has_macros():
        reading.warn(
            "macros_dropped",
            "Tệp có macro; macro không được giữ lại trong nội dung.",
            [document.source.package.format],
        )
    _pictures(reading, document, undescribed)
    if embedded := document.source.walk.embedded:
        reading.warn(
            "embedded_part",
            "Tệp nhúng một tài liệu khác chưa được đọc; hãy mở bằng Word và dán nội dung đó vào văn bản.",
            embedded,
        )


def _missing(reading: Reading) -> None:
    if not reading.code:
        guess = code_from_name(reading.name)
        reading.warn(
            "missing_code",
            "Không tìm thấy mã hiệu trong văn bản."
            + (f" Tên tệp gợi ý mã “{guess}”." if guess else ""),
            [guess] if guess else [],
        )
    if reading.issued_on is None:
        reading.warn("missing_date", "Không tìm thấy ngày ban hành; văn bản được giữ là bản thảo.")


def _several_documents(reading: Reading, document: Document) -> None:
    if others := _other_codes(reading.code, document):
        reading.warn(
            "several_documents",
            f"Tệp có vẻ chứa hơn một tài liệu: {', '.join([reading.code, *others])}. Nên tách mỗi tài liệu thành một tệp rồi nhập lại; nếu nhận, cả tệp thành một tài liệu.",
            [reading.code, *others],
        )


def _other_codes(own: str, document: Document) -> list[str]:
    """The codes of further control blocks of this kind that stand in the body: somebody put several documents into one file."""
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
            and not control.code_key(code).startswith(control.code_key(own))
        ):
            found.setdefault(control.code_key(code), code)
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
        reading.warn(
            "unknown_section",
            "Phần chưa nhận ra loại, được giữ ở “nội dung khác”: " + "; ".join(unknown) + ".",
            unknown,
        )


def _times(reading: Reading) -> None:
    """Steps that take longer than the limit; a time that a cell shares among steps counts once."""
    steps = views.steps(reading.content, fill=False) if reading.kind != "form" else []
    body = "\n".join(
        views.section_text(s)
        for s in reading.content["sections"]
        if s["place"] == "body" and s["kind"] in ("content", "other")
    )
    for over in times.excess(reading.cases, steps, body):
        reading.warn(
            "steps_exceed_time_limit",
            f"Tổng thời gian các bước {over['total']} vượt thời hạn {over['limit']}"
            + (f" ({over['case']})." if over["case"] else "."),
            [over["case"], over["total"], over["limit"]],
        )


def _legacy_text(reading: Reading, document: Document) -> None:
    if decoded := document.source.walk.decoding.decoded:
        reading.warn(
            "legacy_encoding",
            "Có chữ mã hóa cũ đã được chuyển sang Unicode: "
            + ", ".join(_ENCODINGS[k] for k in decoded)
            + "; hãy đọc soát lại.",
            list(decoded),
        )


def _tracked_changes(reading: Reading, document: Document) -> None:
    changes = reading.tracked_changes = list(document.source.walk.changes)
    if changes:
        reading.warn(
            "tracked_changes",
            f"Văn bản còn {len(changes)} thay đổi được theo dõi; đã đọc như được chấp nhận tất cả.",
            [f"{_CHANGES.get(c['kind'], c['kind'])}: {c['text'][:200]}" for c in changes],
        )


def _pictures(reading: Reading, document: Document, undescribed: list[str]) -> None:
    if undescribed:
        reading.warn(
            "picture_without_description",
            f"{len(undescribed)} hình chưa có mô tả; đã tạm mô tả theo chú thích hoặc vị trí.",
            undescribed,
        )
    if document.source.walk.external:
        reading.warn(
            "external_picture",
            "Hình được liên kết từ nơi khác, không nằm trong tệp và không được tải về.",
            sorted(set(document.source.walk.external)),
        )
