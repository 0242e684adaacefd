"""Two states of a document: sections, lines and rows are paired correctly; cells are compared with
cells."""

from procedures.changes import redline, words
from procedures.changes.redline import State
from procedures.content import text_of
from tests.conftest import content
from tests.procedures.changes import contents
from tests.procedures.changes.contents import STEPS, changed, section, state, steps


def lines(old: State, new: State) -> list[str]:
    return [line.kind for line in redline.compare(old, new).sections[0].parts]


def rows(old: State, new: State) -> list:
    (table,) = redline.compare(old, new).sections[0].parts
    return table.rows


def test_lines_are_paired_with_those_they_were():
    old = State(content("Nhận hồ sơ", "Kiểm tra hồ sơ", "Trả kết quả"))
    new = State(content("Nhận hồ sơ", "Kiểm tra kỹ hồ sơ", "Ký", "Trả kết quả"))
    assert lines(old, new) == ["same", "changed", "added", "same"]


def test_sections_are_paired_and_a_section_that_went_is_shown():
    old = (
        content("Một", title="MỤC ĐÍCH")["sections"]
        + content("Hai", title="PHỤ LỤC CŨ")["sections"]
    )
    found = redline.compare(
        State({"sections": old}), State(content("Một", "Thêm", title="MỤC ĐÍCH"))
    )
    assert [(s.name, s.kind, [line.kind for line in s.parts]) for s in found.sections] == [
        ("1. MỤC ĐÍCH", "same", ["same", "added"]),
        ("1. PHỤ LỤC CŨ", "removed", ["removed"]),
    ]


def test_facts_that_differ_are_named():
    old, new = (
        State({}, [("Mã hiệu", "QT-01"), ("Tên", "A")]),
        State({}, [("Mã hiệu", "QT-02"), ("Tên", "A")]),
    )
    assert redline.compare(old, new).facts == [("Mã hiệu", (("-", "QT-01"), ("+", "QT-02")))]


def test_a_cell_that_changed_is_replaced_as_a_whole():
    found = rows(steps(), steps(changed(1, duration="01 ngày")))
    assert [row.kind for row in found] == ["same", "same", "changed", "same", "same"]
    assert found[2].cells[3].pieces == (("-", "02 ngày"), ("+", "01 ngày"))


def test_a_step_put_between_two_leaves_the_others_what_they_were():
    more = [*STEPS[:2], ("3", "Lấy ý kiến Công an thành phố", "Chuyên viên", "03 ngày"), ("4", *STEPS[2][1:]), ("5", *STEPS[3][1:])]  # fmt: skip
    found = rows(steps(), steps(more))
    assert [row.kind for row in found] == ["same", "same", "same", "added", "changed", "changed"]
    assert found[4].cells[0].pieces == (("-", "3"), ("+", "4"))


def test_a_step_that_moved_is_known_at_both_places():
    moved = [("1", *STEPS[1][1:]), ("2", *STEPS[2][1:]), ("3", *STEPS[0][1:]), STEPS[3]]
    found = rows(steps(), steps(moved))
    assert [(row.kind, row.moved) for row in found if row.moved] == [("removed", 1), ("added", 1)]


def test_a_paragraph_that_moved_to_another_section_is_known_at_both_places():
    one, other = "Hồ sơ nộp tại Bộ phận Một cửa", "Câu khác hẳn ở đây"
    old = state(section({"type": "text", "html": f"<p>{one}</p>"}, title="MỘT"), section({"type": "text", "html": f"<p>{other}</p>"}, title="HAI"))  # fmt: skip
    new = state(section(title="MỘT"), section({"type": "text", "html": f"<p>{other}</p><p>{one}</p>"}, title="HAI"))  # fmt: skip
    found = [line for s in redline.compare(old, new).sections for line in s.parts if line.moved]
    assert [(line.kind, line.moved) for line in found] == [("removed", 1), ("added", 1)]


def test_an_added_column_appears_next_to_the_old_ones():
    roles = [*contents.ROLES, ("form", "Biểu mẫu")]
    more = [(*row, f"BM-0{n}") for n, row in enumerate(STEPS)]
    (table,) = redline.compare(steps(), steps(more, roles)).sections[0].parts
    assert table.columns == ["=", "=", "=", "=", "+"]
    assert table.rows[1].cells[4].pieces == (("+", "BM-00"),)
    assert words.side(table.rows[1].cells[1].pieces, "-") == STEPS[0][1]


def test_a_plain_table_is_compared_by_its_cells():
    def table(fee: str) -> State:
        html = f"<table><tr><th>Loại</th><th>Phí</th></tr><tr><td>Cấp mới</td><td>{fee}</td></tr></table>"
        return state(section({"type": "table", "html": html}))

    found = rows(table("50.000 đồng"), table("30.000 đồng"))
    assert [row.kind for row in found] == ["same", "changed"]
    assert found[1].cells[1].pieces == (("-", "50.000 đồng"), ("+", "30.000 đồng"))


def test_each_cell_names_its_column_for_phones():
    shown = redline.as_html(steps(), steps(changed(1, duration="01 ngày")))
    assert '<td role="cell" data-label="Thời gian"><del>02' in shown
    assert '<td role="cell" data-label="Trách nhiệm">Chuyên viên</td>' in shown
    assert '<tr role="row" class="diff-same diff-names"><th role="columnheader">TT</th>' in shown
    wide = "<table><tr><th>A</th><th>B</th></tr><tr><td colspan='2'>cũ</td></tr><tr><td>x</td><td>%s</td></tr></table>"
    old, new = (state(section({"type": "table", "html": wide % x})) for x in ("y", "z"))
    plain = redline.as_html(old, new)
    assert 'colspan="2">cũ</td>' in plain and 'data-label="B"><del>y</del>' in plain


def test_merged_cells_keep_their_columns():
    html = '<table><tr><td rowspan="2">A</td><td>B</td></tr><tr><td>Phí %s</td></tr></table>'
    old, new = (state(section({"type": "table", "html": html % x})) for x in ("C", "D"))
    found = rows(old, new)
    assert [cell.merged for cell in found[1].cells] == [True, False]
    assert found[1].cells[1].pieces == (("-", "Phí C"), ("+", "Phí D"))


def test_a_picture_that_was_replaced_is_a_change():
    old, new = (
        state(section({"type": "picture", "sha256": x * 64, "description": "Sơ đồ"})) for x in "ab"
    )
    assert lines(old, new) == ["changed"]


def test_text_next_to_a_table_in_its_block_is_not_lost():
    html = (
        "<p>Trước bảng</p><table><tr><td>A<table><tr><td>trong</td></tr></table></td></tr></table>"
    )
    found = redline.compare(State({}), state(section({"type": "table", "html": html})))
    (table,) = found.sections[0].parts
    assert " ".join(row.text("+") for row in table.rows).split() == ["Trước", "bảng", "A", "trong"]


def test_nothing_of_either_text_is_lost():
    old, new = steps(), steps(changed(2, action="Ký số kết quả và chuyển văn thư", number="3a"))
    found = redline.compare(old, new)
    for state_, op in ((old, "-"), (new, "+")):
        said = [words.side(s.label, op) for s in found.sections]
        said += [words.side(c.pieces, op) for s in found.sections for t in s.parts for r in t.rows for c in r.cells]  # fmt: skip
        assert sorted(" ".join(said).split()) == sorted(text_of(state_.content).split())
