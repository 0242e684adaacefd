"""The original's tables in the review keep their grid: merged cells, empty cells, nothing lost."""

import dataclasses
import io

import docx
import pytest

from procedures.importing import pointing
from procedures.models import ImportItem
from procedures.word.lines import Line
from procedures.word.reader import read
from procedures.word.teach import meaning_of


def shown(lines):
    """Each table as rows of (text, columns, rows) of its cells."""
    item = ImportItem(heavy={"lines": [list(dataclasses.astuple(line)) for line in lines]})
    return [
        [
            [
                (" ".join(line["text"] for line in cell["lines"]), cell["span"], cell["rows"])
                for cell in row
            ]
            for row in block["rows"]
        ]
        for block in pointing.lines_shown(item)
        if "rows" in block
    ]


def cell(row, column, text, span=1, rows=1, table="front:t0"):
    return Line("front", f"{table}.r{row}.c{column}.l0", text, "", span, rows)


def test_a_control_block_with_merged_cells(tmp_path):
    document = docx.Document()
    table = document.add_table(4, 3)
    table.cell(0, 0).merge(table.cell(2, 0)).text = "SỞ TƯ PHÁP"
    table.cell(0, 1).text = "QUY TRÌNH"
    table.cell(1, 1).merge(table.cell(2, 1)).text = "Cấp bản sao"
    for row, text in enumerate(("Mã hiệu: QT-01", "Lần ban hành: 01", "Ngày: 07/7/2025")):
        table.cell(row, 2).text = text
    table.cell(3, 0).merge(table.cell(3, 2)).text = "Trang 1"
    held = io.BytesIO()
    document.save(held)
    path = tmp_path / "a.docx"
    path.write_bytes(held.getvalue())
    assert shown(read(path).lines)[0] == [
        [("SỞ TƯ PHÁP", 1, 3), ("QUY TRÌNH", 1, 1), ("Mã hiệu: QT-01", 1, 1)],
        [("Cấp bản sao", 1, 2), ("Lần ban hành: 01", 1, 1)],
        [("Ngày: 07/7/2025", 1, 1)],
        [("Trang 1", 3, 1)],
    ]


def test_empty_cells_keep_their_place_and_empty_rows_none():
    lines = [cell(0, 0, "STT"), cell(0, 2, "Việc"), cell(3, 1, "b")]
    assert shown(lines) == [
        [[("STT", 1, 1), ("", 1, 1), ("Việc", 1, 1)], [("", 1, 1), ("b", 1, 1), ("", 1, 1)]]
    ]


def test_overlapping_cells_of_a_damaged_table_are_all_there():
    lines = [cell(0, 0, "a", span=3, rows=9), cell(0, 1, "b", span=63), cell(1, 0, "c")]
    texts = {text for row in shown(lines)[0] for text, *_ in row if text}
    assert texts == {"a", "b", "c"}


def test_a_nested_table_becomes_lines_of_its_cell():
    inner = cell(0, 0, "trong", span=2, table="front:t0.r0.c1.t0")
    assert shown([cell(0, 0, "ngoài"), inner, cell(0, 2, "sau")]) == [
        [[("ngoài", 1, 1), ("trong", 1, 1), ("sau", 1, 1)]]
    ]


def test_files_read_before_cells_had_an_extent_are_shown():
    item = ImportItem(heavy={"lines": [["front", "front:t0.r0.c0.l0", "cũ", ""]]})
    (block,) = pointing.lines_shown(item)
    assert block["rows"][0][0]["span"] == 1


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("Mã hiệu: QT-01    Lần ban hành: 02", "code"),
        ("Tên quy trình: " + "Cấp giấy phép lao động " * 9, "title"),
        ("Lần ban hành: 02", "issue_number"),
        ("Lần sửa đổi", "revision_number"),
        ("NGÀY BAN HÀNH: 01/02/2024", "issued_on"),
        ("Ngày hiệu lực: 03/06/2022", "effective_on"),
        ("SOẠN THẢO", "drafted"),
        ("Xem xét: Trần Thị B", "reviewed"),
        ("Người phê duyệt", "approved"),
        ("Định danh QT-02", ""),
        ("Lần ban hành/sửa đổi: 01/02", ""),
        ("Ngày sửa đổi: 24/05/2022", ""),
        ("Trang: 1/5", ""),
        ("Mã hiệu của tài liệu này do thư ký ISO cấp theo sổ theo dõi và không dùng lại", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_a_line_is_what_its_own_label_says(text, meaning):
    assert meaning_of(text) == meaning


def test_a_line_shown_carries_what_it_is():
    item = ImportItem(
        heavy={"lines": [list(dataclasses.astuple(cell(0, 0, "Ngày hiệu lực: 03/06/2022")))]}
    )
    (block,) = pointing.lines_shown(item)
    assert block["rows"][0][0]["lines"][0]["meaning"] == "effective_on"
