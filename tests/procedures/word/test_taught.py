"""One correction of one file teaches the reader to read the same field in others of the
same layout."""

import datetime
import io

import docx
import pytest

from procedures.word import read, teach
from procedures.word.rules import Rule, rules_of
from tests.procedures.word.odd_layouts import made

OTHERS = range(2, 12)
SIGNERS = ("drafted", "reviewed", "approved")


def value(reading, field):
    if field in SIGNERS:
        return next((s["name"] for s in reading.signers if s["role"] == field), None)
    return getattr(reading, field)


def said(truth, field):
    return truth[field].upper() if field == "title" else truth[field]


def right(layout, field, rules=()):
    """The number of ten other files of a layout in which a field is read correctly."""
    count = 0
    for number in OTHERS:
        data, truth = made(layout, number)
        found = value(read(data, "a.docx", rules=rules), field)
        count += (found.upper() if field == "title" and found else found) == said(truth, field)
    return count


@pytest.mark.slow
@pytest.mark.parametrize(
    ("layout", "field"),
    [
        ("labels_in_a_table", "issue_number"),
        ("labels_in_a_table", "issued_on"),
        ("labels_in_lines", "code"),
        ("labels_in_lines", "issue_number"),
        ("labels_in_lines", "approved"),
        ("labels_above", "issue_number"),
        ("labels_above", "issued_on"),
        ("nothing_said", "code"),
        ("nothing_said", "title"),
        ("nothing_said", "issued_on"),
    ],
)
def test_one_correction_is_followed_in_other_files(layout, field):
    data, truth = made(layout, 1)
    first = read(data, "a.docx")
    assert value(first, field) != truth[field]
    facts = [first.title, truth["title"]]
    offer = teach.offers(first.lines, field, truth[field], facts)[0]
    assert right(layout, field, [offer]) >= 8


@pytest.mark.slow
def test_signers_under_three_unknown_headings_are_taught_together():
    data, truth = made("labels_in_a_table", 1)
    lines = read(data, "a.docx").lines
    rules = [teach.offers(lines, role, truth[role])[0] for role in SIGNERS]
    assert [right("labels_in_a_table", role, rules) for role in SIGNERS] == [10, 10, 10]


LOGS = {
    "amendments": [
        ("Lần sửa đổi", "Ngày", "Nội dung sửa đổi"), ("1", "02/03/2021", "Sửa mục 4"), ("2", "24/05/2022", "Sửa mục 5"),
    ],
    "under a title": [
        ("Theo dõi sửa đổi",) * 4, ("Trang", "Nội dung thay đổi", "Lần", "Ngày"), ("3", "Sửa mục 4", "1", "02/03/2021"),
        ("5", "Sửa mục 5", "2", "24/05/2022"),
    ],
    "records": [("Tên hồ sơ", "Nơi lưu", "Thời gian lưu"), ("Sổ theo dõi ngày", "24/05/2022", "05 năm")],
    "counted": [("STT", "Đợt", "Ngày gửi"), ("1", "Thứ nhất", "02/03/2021"), ("2", "Thứ hai", "24/05/2022")],
}  # fmt: skip


def with_table(rows):
    """A paper whose only day of issue is in a table before the text."""
    document = docx.Document()
    document.add_paragraph("QUY TRÌNH").runs[0].bold = True
    document.add_paragraph("KIỂM SOÁT TÀI LIỆU").runs[0].bold = True
    table = document.add_table(rows=0, cols=len(rows[-1]), style="Table Grid")
    for row in rows:
        cells = table.add_row().cells
        if len(set(row)) == 1:
            cells = [cells[0].merge(cells[-1])]
        for cell, text in zip(cells, row, strict=False):
            cell.text = text
    for n, name in enumerate(("MỤC ĐÍCH", "PHẠM VI ÁP DỤNG"), 1):
        document.add_paragraph(f"{n}. {name}").runs[0].bold = True
        document.add_paragraph("Áp dụng trong cơ quan.")
    out = io.BytesIO()
    document.save(out)
    return read(out.getvalue(), "a.docx").lines


@pytest.mark.parametrize("name", sorted(LOGS))
def test_a_place_in_a_growing_table_is_not_offered_as_a_rule(name):
    lines = with_table(LOGS[name])
    assert [line.part for line in lines if line.text == "24/05/2022"] == ["front"]
    assert teach.offers(lines, "issued_on", datetime.date(2022, 5, 24)) == []


@pytest.mark.parametrize("rank", ["ThS", "ThS.", "PGS.TS", "Thạc sĩ", "Ông"])
def test_a_rank_before_a_name_is_not_offered_as_a_label(rank):
    lines = with_table([("Soát nội dung", rank, "Mai Đức Yến"), ("Ngày", "", "24/05/2022")])
    phrases = [rule.phrase for rule in teach.offers(lines, "reviewed", "Mai Đức Yến")]
    assert "Soát nội dung" in phrases and rank.strip(".") not in phrases


def test_a_place_in_a_table_of_control_is_a_rule():
    lines = with_table([("Số quản", "QT-05/VP"), ("Hôm công bố", "24/05/2022")])
    kinds = [rule.kind for rule in teach.offers(lines, "issued_on", datetime.date(2022, 5, 24))]
    assert "spot" in kinds


def test_columns_that_were_named_are_read_so_in_other_files():
    data, truth = made("odd_columns", 1)
    table = teach.tables(read(data, "a.docx").lines)[-1]
    assert table["headings"] == ["Chặng", "Diễn biến", "Nhân sự", "Bao nhiêu"]
    heads = tuple(table["headings"])
    rules = [
        Rule("column", f"steps.{role}", head, heads)
        for role, head in zip(("number", "action", "responsible", "duration"), heads, strict=True)
    ]
    for number in OTHERS:
        data, truth = made("odd_columns", number)
        steps = read(data, "a.docx", rules=rules).steps
        assert [(s["action"], s["responsible"], s["durations"][0]) for s in steps] == truth["steps"]


def test_the_content_keeps_what_the_paper_says():
    data, _truth = made("labels_in_lines", 1)
    plain = read(data, "a.docx")
    taught = read(data, "a.docx", rules=[Rule("label", "code", "Định danh")])
    assert taught.content == plain.content
    assert taught.kept_characters == plain.kept_characters == plain.source_characters


def test_a_label_taught_as_none_gives_no_fact_any_more():
    data, truth = made("odd_columns", 1)
    assert read(data, "a.docx").code == truth["code"]
    assert read(data, "a.docx", rules=[Rule("label", "none", "Mã hiệu")]).code == ""


def test_a_taught_label_applies_only_where_it_is_used_as_a_label():
    data, truth = made("labels_in_lines", 1)
    rule = Rule("label", "code", "Thống nhất")  # opens a sentence of the body
    assert read(data, "a.docx", rules=[rule]).title == read(data, "a.docx").title


def test_an_invalid_rule_is_ignored():
    assert (
        rules_of([{"kind": "label", "meaning": "moon", "phrase": "Trăng"}, {"kind": "x"}, {}]) == ()
    )
    assert rules_of([{"kind": "column", "meaning": "steps.moon", "phrase": "A"}]) == ()
    assert rules_of([{"kind": "label", "meaning": "code", "phrase": "  "}]) == ()


def test_facts_are_shown_where_they_stand():
    data, truth = made("labels_in_a_table", 1)
    reading = read(data, "a.docx")
    (line,) = reading.evidence["code"]
    assert reading.lines[line].text == truth["code"]
    assert reading.lines[line].part == "front"
    assert [
        reading.lines[reading.evidence[f"step-{n}"][0]].text for n in range(len(truth["steps"]))
    ] == [action for action, _who, _time in truth["steps"]]
