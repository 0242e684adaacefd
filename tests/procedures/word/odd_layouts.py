"""Documents in layouts unknown to the reader, with the expected facts: to measure what one
correction teaches."""

import datetime
import functools
import io
import random
from collections.abc import Callable
from typing import Any

import docx
from docx.document import Document

PEOPLE = (
    "Nguyễn Thị Hoa",
    "Trần Văn Bình",
    "Lê Minh Châu",
    "Phạm Quốc Dũng",
    "Vũ Thu Hà",
    "Đỗ Anh Khoa",
)
TITLES = (
    "Cấp giấy phép xây dựng nhà ở", "Tiếp công dân định kỳ", "Quản lý kho vật tư", "Thẩm định hồ sơ mời thầu", "Cấp bản sao trích lục",
    "Kiểm kê tài sản cố định", "Tuyển dụng viên chức", "Giải quyết khiếu nại lần đầu", "Bảo trì máy chủ", "Quản lý con dấu", "Xét thi đua",
)  # fmt: skip
PLACES = (
    "",
    " tại trụ sở chính",
    " tại cơ sở hai",
    " tại các điểm lẻ",
)  # no two documents of a batch share a title
WORK = (
    "Tiếp nhận giấy tờ",
    "Soi xét giấy tờ",
    "Lập dự thảo trả lời",
    "Trình người đứng đầu",
    "Gửi trả kết quả",
    "Cất giữ giấy tờ",
)
WHO = ("Cán bộ một cửa", "Chuyên viên thụ lý", "Trưởng phòng", "Giám đốc", "Văn thư")


def truth(number: int) -> dict[str, Any]:
    """The facts of a document; different for each number."""
    draw = random.Random(number)
    people = draw.sample(PEOPLE, 3)
    return {
        "code": f"QT-{number:02}/{draw.choice(['VP', 'TC', 'HT'])}",
        "title": TITLES[number % len(TITLES)] + PLACES[number // len(TITLES) % len(PLACES)],
        "issue_number": draw.randint(2, 9),
        "issued_on": datetime.date(2023, draw.randint(1, 12), draw.randint(1, 28)),
        "drafted": people[0],
        "reviewed": people[1],
        "approved": people[2],
        "steps": [
            (work, draw.choice(WHO), f"0{draw.randint(1, 9)} ngày")
            for work in draw.sample(WORK, draw.randint(4, 6))
        ],
    }


def _table(document: Document, rows: list[tuple[str, ...]]) -> None:
    table = document.add_table(rows=0, cols=len(rows[0]), style="Table Grid")
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text


def _body(document: Document, said: dict[str, Any], heads: tuple[str, ...]) -> None:
    for n, (title, text) in enumerate(
        (
            ("MỤC ĐÍCH", "Thống nhất cách làm."),
            ("PHẠM VI ÁP DỤNG", "Áp dụng trong cơ quan."),
            ("NỘI DUNG", ""),
        ),
        1,
    ):
        document.add_paragraph(f"{n}. {title}").runs[0].bold = True
        if text:
            document.add_paragraph(text)
    rows = [(str(n), *step) for n, step in enumerate(said["steps"], 1)]
    _table(document, [heads, *rows])


USUAL = ("TT", "Nội dung công việc", "Trách nhiệm", "Thời gian")
ODD = ("Chặng", "Diễn biến", "Nhân sự", "Bao nhiêu")


def _title(document: Document, said: dict[str, Any]) -> None:
    document.add_paragraph("QUY TRÌNH").runs[0].bold = True
    document.add_paragraph(said["title"].upper()).runs[0].bold = True


def labels_in_a_table(document: Document, said: dict[str, Any]) -> None:
    _title(document, said)
    _table(document, [
        ("Số kiểm soát", f"{said['code']}"), ("Đợt công bố", f"{said['issue_number']:02}"), ("Hôm công bố", f"{said['issued_on']:%d/%m/%Y}"),
    ])  # fmt: skip
    _table(document, [
        ("", "Chủ biên", "Người phản biện", "Người chuẩn y"), ("Họ tên", said["drafted"], said["reviewed"], said["approved"]),
        ("Chức vụ", "Chuyên viên", "Trưởng phòng", "Giám đốc"),
    ])  # fmt: skip
    _body(document, said, USUAL)


def labels_in_lines(document: Document, said: dict[str, Any]) -> None:
    _title(document, said)
    document.add_paragraph(f"Định danh {said['code']}")
    document.add_paragraph(
        f"Kỳ công bố: {said['issue_number']}    Công bố vào: {said['issued_on']:%d/%m/%Y}"
    )
    for label, role in (("Tác giả", "drafted"), ("Phản biện", "reviewed"), ("Chuẩn y", "approved")):
        document.add_paragraph(f"{label}: {said[role]}")
    _body(document, said, USUAL)


def labels_above(document: Document, said: dict[str, Any]) -> None:
    _title(document, said)
    _table(document, [
        ("Số quản", "Kỳ phát", "Hôm phát"), (said["code"], str(said["issue_number"]), f"{said['issued_on']:%d.%m.%Y}"),
    ])  # fmt: skip
    _body(document, said, USUAL)


def nothing_said(document: Document, said: dict[str, Any]) -> None:
    """Values in a header without any label."""
    header = document.sections[0].header
    table = header.add_table(1, 3, 6_000_000)
    year = said["issued_on"]
    for cell, text in zip(
        table.rows[0].cells, (said["title"], said["code"], f"{year:%d/%m/%Y}"), strict=True
    ):
        cell.text = text
    _body(document, said, USUAL)


def odd_columns(document: Document, said: dict[str, Any]) -> None:
    _title(document, said)
    document.add_paragraph(f"Mã hiệu: {said['code']}")
    _body(document, said, ODD)


LAYOUTS: dict[str, Callable[[Document, dict[str, Any]], None]] = {
    f.__name__: f
    for f in (labels_in_a_table, labels_in_lines, labels_above, nothing_said, odd_columns)
}


@functools.cache
def made(layout: str, number: int) -> tuple[bytes, dict[str, Any]]:
    """One document in a layout, and its facts."""
    said, document, out = truth(number), docx.Document(), io.BytesIO()
    if layout == "nothing_said":
        said["code"] = f"{said['code'][3:]}.{said['issued_on']:%Y}"
    LAYOUTS[layout](document, said)
    document.save(out)
    return out.getvalue(), said
