"""Abbreviations and synonyms: in both directions, in both engines; ambiguous ones if the query
reveals the meaning."""

from importlib import import_module

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from search.entries import Query
from search.models import Synonym
from search.tables.starter_synonyms import SAID_FOR, rows
from search.words.question import Synonyms, parse_question
from tests.search.conftest import entry, fill

PUBLIC = frozenset({"public"})


@pytest.fixture(scope="module")
def starter():
    return Synonyms(rows())


def also(synonyms, text):
    """The synonyms for a query, each with its weight."""
    return {
        " ".join(t.marked for t in e.terms): round(e.weight, 2)
        for e in synonyms.expand(parse_question(text))
    }


@pytest.mark.pure
@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("UBND", "ủy ban nhân dân"),
        ("ủy ban nhân dân", "ubnd"),
        ("uy ban nhan dan", "ubnd"),
        ("TTHC", "thủ tục hành chính"),
        ("thu tuc hanh chinh", "tthc"),
        ("HTQLCL", "hệ thống quản lí chất lượng"),
        ("hệ thống quản lý chất lượng", "htqlcl"),
        ("KH&CN", "khoa học và công nghệ"),
        ("khcn", "khoa học và công nghệ"),
        ("khoa học và công nghệ", "khcn"),
        ("khoa hoc cong nghe", "khcn"),
        ("HĐND", "hội đồng nhân dân"),
        ("hdnd", "hội đồng nhân dân"),
        ("qd", "quyết định"),
    ],
)
def test_short_and_full_forms_stand_for_each_other_however_they_are_typed(starter, text, other):
    assert also(starter, text)[other] == 1.0


SHORT_AND_FULL = [
    ("UBND", "Ủy ban nhân dân"), ("TTHC", "Thủ tục hành chính"), ("HTQLCL", "Hệ thống quản lý chất lượng"), ("KH&CN", "Khoa học và Công nghệ"),
]  # fmt: skip


@pytest.mark.parametrize(("short", "full"), SHORT_AND_FULL)
def test_what_says_the_one_is_found_by_the_other(engine, starter, short, full):
    fill(
        engine,
        [
            entry("thing:1", f"Quy chế {short}", "nội dung"),
            entry("thing:2", f"Quy chế {full}", "nội dung"),
            entry("thing:3", "Quy chế khác", "nội dung"),
        ],
    )

    def found(text):
        return {hit.key for hit in engine.find(Query(text, PUBLIC), starter).hits}

    for text in (short, short.lower(), full, full.lower()):
        assert found(text) == {"thing:1", "thing:2"}, text


@pytest.mark.pure
@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("TT hành chính", "thủ tục"),
        ("TT phục vụ hành chính công", "trung tâm"),
        ("TT PVHCC", "trung tâm"),
        ("TT 15/2020", "thông tư"),
        ("15/2020/TT-BTP", "thông tư"),
        ("KH số 3", "kế hoạch"),
        ("CT số 05", "chỉ thị"),
        ("KH kế tiếp", "kế hoạch"),
        ("NN định cư ở nước", "nước ngoài"),
    ],
)
def test_the_rest_of_the_question_settles_what_a_short_form_means(starter, text, meant):
    [reading] = [r for r in starter.readings(parse_question(text)) if len(r.meanings) > 1]
    assert [(m.text, weight) for m, weight in reading.meanings if weight] == [(meant, 1.0)]
    assert reading.by_context


@pytest.mark.pure
def test_where_nothing_settles_it_all_meanings_count_lightly_together(starter):
    [reading] = starter.readings(parse_question("TT"))
    assert (len(reading.meanings), reading.by_context) == (3, False)
    assert sum(weight for _m, weight in reading.meanings) == pytest.approx(0.4)


@pytest.mark.pure
def test_a_full_form_is_hardly_looked_up_by_a_short_one_that_may_mean_something_else(starter):
    assert also(starter, "thông tư")["tt"] < 0.2
    assert also(starter, "ủy ban nhân dân")["ubnd"] == 1.0


def test_a_table_with_a_column_tt_is_not_what_thong_tu_asks_for(engine, starter):
    fill(
        engine,
        [
            entry("thing:1", "Danh sách cuộc họp", "TT Tên cuộc họp Ngày"),
            entry("thing:2", "Thông tư hướng dẫn hộ tịch"),
        ],
    )
    assert [h.key for h in engine.find(Query("thông tư", PUBLIC), starter).hits] == ["thing:2"]


@pytest.mark.pure
def test_an_agencys_own_meaning_counts_where_nothing_else_settles_it():
    both = Synonyms(
        [("TT", "thông tư", True), ("TT", "trung tâm", True), ("TT", "tổ trưởng", True, True)]
    )
    assert also(both, "TT") == {"tổ trưởng": 1.0, "thông tư": 0.13, "trung tâm": 0.13}
    assert also(both, "TT 15/2020") == {"thông tư": 1.0}
    assert also(both, "tổ trưởng") == {"tt": 1.0}
    assert also(both, "trung tâm")["tt"] < 0.2


@pytest.mark.pure
def test_a_word_with_other_marks_is_not_the_short_form(starter):
    assert also(starter, "bố") == {"cha": 1.0}
    assert also(starter, "bộ") == {}
    assert also(starter, "bo") == {"cha": 0.3}  # it may be any of them
    assert also(starter, "dc") == {"được": 1.0}  # no syllable, so nothing else


@pytest.mark.pure
def test_one_way_rows_are_not_looked_up_the_other_way(starter):
    assert also(starter, "ko") == {"không": 1.0}
    assert also(starter, "không") == {}


def test_an_abbreviation_of_one_meaning_widens_what_is_found_and_an_unsettled_one_does_not(engine):
    synonyms = Synonyms(
        [("TĐG", "tự đánh giá", True), ("XY", "xuân yên", True), ("XY", "xóm yên", True)]
    )
    fill(
        engine,
        [
            entry("thing:1", "Báo cáo tự đánh giá"),
            entry("thing:2", "Báo cáo Xuân Yên"),
            entry("thing:3", "Báo cáo TĐG"),
            entry("thing:4", "Báo cáo XY"),
        ],
    )
    assert {h.key for h in engine.find(Query("tđg", PUBLIC), synonyms).hits} == {
        "thing:1",
        "thing:3",
    }
    assert {h.key for h in engine.find(Query("xy", PUBLIC), synonyms).hits} == {"thing:4"}


@pytest.mark.pure
def test_everyday_words_lead_to_official_ones_and_not_back(starter):
    assert also(starter, "báo người thân qua đời") == {"khai tử": 1.0}
    assert also(starter, "ông tôi mới mất")["khai tử"] == 1.0
    assert also(starter, "mo tiem tap hoa")["hộ kinh doanh"] == 1.0
    assert "qua đời" not in also(starter, "khai tử")
    assert also(starter, "để con ở nhà") == {}  # not "đẻ con"


@pytest.mark.slow
@pytest.mark.django_db
def test_an_older_installation_gets_the_everyday_words_it_lacks_once(monkeypatch):
    words = import_module("search.migrations._rows")
    earlier = MigrationLoader(connection).project_state().apps
    before = set(Synonym.objects.values_list("pk", "short"))
    monkeypatch.setattr(words, "SAID_FOR", [*SAID_FOR, ("về với ông bà", "khai tử")])
    for _ in range(2):
        words.add_everyday_words(earlier, None)
    table = Synonym.objects.filter(agency=None).values_list("short", "long")
    assert set(words.SAID_FOR) <= set(table) and len(table) == len(set(table))
    added = Synonym.objects.get(short="về với ông bà")
    assert (added.both_ways, added.history.count()) == (False, 1)
    assert set(Synonym.objects.values_list("pk", "short")) == {*before, (added.pk, added.short)}


@pytest.mark.slow
@pytest.mark.django_db
def test_an_everyday_word_that_was_deleted_does_not_come_back():
    Synonym.objects.get(short="ông mất", long="khai tử").delete()
    words = import_module("search.migrations._rows")
    words.add_everyday_words(MigrationLoader(connection).project_state().apps, None)
    assert not Synonym.objects.filter(short="ông mất").exists()
