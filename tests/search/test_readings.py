"""Readings with marks of a question typed without any: their evidence, and what hidden entries may
not add to it."""

from search.entries import Query
from search.words.vietnamese import fold
from tests.search.conftest import entry, fill

PUBLIC, OWN = frozenset({"public"}), frozenset({"public", "agency:7"})


def test_pairs_of_the_text_are_evidence_too(engine):
    fill(engine, [entry(f"a{n}", f"Quy trình {n}", "Sở cấp giấy phép xả thải.") for n in range(3)])
    assert engine.find(Query("giay phep xa thai")).read_as == "giấy phép xả thải"


def test_words_that_punctuation_or_a_line_separates_are_no_pair(engine):
    text = "Chủ hộ, kinh phí\nDoanh thu\tđăng ký"
    fill(engine, [entry(f"a{n}", f"Quy trình {n}", text) for n in range(3)])
    assert engine.find(Query("ho kinh doanh")).read_as == ""


def test_a_pair_that_only_hidden_entries_have_is_no_evidence(engine):
    shown = [entry(f"a{n}", "Sổ", "văn. bính. bình. kiểm. điểm") for n in range(3)]
    hidden = [entry(f"b{n}", "Văn Bính", readers=("agency:7",)) for n in range(9)]
    fill(engine, [*shown, *hidden])
    assert engine.find(Query("van binh", OWN)).read_as == "văn bính"
    assert engine.find(Query("van binh", PUBLIC)).read_as == ""


def test_hidden_entries_do_not_outweigh_what_is_seen(engine):
    shown = [entry(f"a{n}", "Họ tên", "Văn Bình") for n in range(9)]
    seldom = entry("c", "Họ tên", "Văn Bính")
    hidden = [entry(f"b{n}", "Văn Bính", readers=("agency:7",)) for n in range(90)]
    fill(engine, [*shown, seldom, *hidden])
    assert engine.find(Query("ho ten van binh", PUBLIC)).read_as.startswith("họ tên văn")
    assert "bính" not in engine.find(Query("ho ten van binh", PUBLIC)).read_as
    assert engine.find(Query("ho ten van binh", OWN)).read_as.endswith("văn bính")


def test_a_word_of_many_hidden_entries_is_unknown_to_others(engine):
    shown = [entry(f"a{n}", "Đăng ký khai sinh") for n in range(3)]
    hidden = [entry(f"b{n}", "Ghi xinh", readers=("agency:7",)) for n in range(12)]
    fill(engine, [*shown, *hidden])
    assert engine.find(Query("khai xinh", OWN)).did_you_mean == ""
    assert engine.find(Query("khai xinh", PUBLIC)).did_you_mean == "khai sinh"


def test_a_long_statement_is_read_too(engine):
    statement = "Sở cấp giấy phép xả thải cho cơ sở sản xuất trong thời hạn hai mươi ngày làm việc kể từ ngày nhận đủ hồ sơ theo quy định của pháp luật về tài nguyên nước"
    fill(engine, [entry(f"a{n}", f"Quy trình {n}", statement) for n in range(3)])
    assert "giấy phép xả thải cho cơ sở" in engine.find(Query(fold(statement))).read_as
