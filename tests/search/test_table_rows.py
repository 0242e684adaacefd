"""Rows of tables in snippets: the headings once with each cell, also below a row that goes across
the table."""

from search.entries import Query
from tests.search.conftest import entry, fill


def snippet(engine, text, typed):
    fill(engine, [entry("a", "Quy trình", text)])
    return engine.find(Query(typed)).hits[0].snippet


def test_the_row_of_headings_is_not_shown_besides_its_rows_but_its_marks_are(engine):
    table = "TT\tTên hồ sơ\tThời hạn lưu\n1\tSổ gốc\tVĩnh viễn\n2\tTờ khai\t10 năm"
    assert snippet(engine, f"Lưu\n{table}", "thời hạn sổ gốc") == (
        "NỘI DUNG · Lưu · Tên hồ sơ: <mark>Sổ gốc</mark> · <mark>Thời hạn</mark> lưu: Vĩnh viễn · "
        "Tên hồ sơ: Tờ khai · <mark>Thời hạn</mark> lưu: 10 năm"
    )


def test_rows_below_one_that_goes_across_the_table_have_its_headings(engine):
    before = "TT\tTrình tự\tThời gian\n" + "".join(
        f"{n}\tChuẩn bị\t0{n} ngày\n" for n in range(1, 9)
    )
    shown = snippet(engine, f"{before}Sau đánh giá\n9\tViết báo cáo\t09 ngày", "viết báo cáo")
    assert shown.endswith("Sau đánh giá · Trình tự: <mark>Viết báo cáo</mark> · Thời gian: 09 ngày")


def test_a_table_below_another_keeps_its_own_headings(engine):
    first = "TT\tTên\n1\tMột\n2\tHai\n"
    shown = snippet(engine, f"{first}Nơi nhận\nMã\tNơi lưu\nBM-1\tTủ sắt", "tủ sắt")
    assert "Mã: BM-1 · Nơi lưu: <mark>Tủ sắt</mark>" in shown
