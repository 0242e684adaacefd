"""What is found, in which order, and what is never shown. The same on every engine."""

import threading

import pytest

from search.engines import answering
from search.entries import Passage, Query
from search.ranking import needs
from search.words.question import Synonyms
from tests.search.conftest import entry, fill

pytestmark = pytest.mark.pure
PUBLIC = frozenset({"public"})


def test_words_without_marks_find_words_with_marks(found):
    things = [entry("thing:1", "Đăng ký khai sinh"), entry("thing:2", "Chứng thực bản sao")]
    assert found(things, "dang ky khai sinh") == ["thing:1"]


def test_marks_matter_where_typed_and_are_forgiven_where_not(found):
    things = [entry("thing:1", "Cái bàn"), entry("thing:2", "Ủy ban"), entry("thing:3", "Văn bản")]
    assert found(things, "bản")[0] == "thing:3"
    assert sorted(found(things, "bản")) == ["thing:1", "thing:2", "thing:3"]
    assert sorted(found(things, "ban")) == ["thing:1", "thing:2", "thing:3"]


def test_no_question_waits_for_a_free_thread(found):
    let_go = threading.Event()
    held = [
        answering._threads.submit(let_go.wait, 20) for _ in range(answering._threads._max_workers)
    ]
    try:
        assert found([entry("thing:1", "Đăng ký khai sinh")], "khai sinh") == ["thing:1"]
        assert not any(one.done() for one in held)
    finally:
        let_go.set()


def test_half_marked_words_find(found):
    assert found(
        [entry("thing:1", "Đăng ký khai sinh"), entry("thing:2", "Cấp phép xây dựng")],
        "đăng ky khai sinh",
    ) == ["thing:1"]


@pytest.mark.parametrize("typed", ["hòa giải", "hoà giải", "hoa giai"])
def test_both_tone_placements_find_each_other(found, typed):
    assert found(
        [entry("thing:1", "Hoà giải ở cơ sở"), entry("thing:2", "Tiếp công dân")], typed
    ) == ["thing:1"]


def test_the_plain_procedure_comes_first_for_the_plain_question_and_the_special_one_for_the_special(
    found,
):
    things = [
        entry("thing:1", "Đăng ký khai sinh có yếu tố nước ngoài", "đăng ký khai sinh " * 30),
        entry("thing:2", "Đăng ký khai sinh", "đăng ký khai sinh " * 10),
        entry("thing:3", "Đăng ký lại khai sinh", "đăng ký khai sinh " * 20),
        entry(
            "thing:4",
            "Đăng ký khai sinh kết hợp đăng ký nhận cha, mẹ, con",
            "đăng ký khai sinh " * 20,
        ),
    ]
    assert found(things, "đăng ký khai sinh")[0] == "thing:2"
    assert found(things, "thủ tục đăng ký khai sinh có yếu tố nước ngoài thế nào")[0] == "thing:1"
    assert found(things, "dang ky lai khai sinh")[0] == "thing:3"


@pytest.mark.parametrize("typed", ["qt01hctp", "QT 01/HCTP", "qt-01.hctp", "qt 01"])
def test_a_typed_code_comes_first(found, typed):
    things = [
        entry("thing:1", "Quy trình số 01 về HCTP", "qt 01 hctp " * 20, code="QT 02/HCTP"),
        entry("thing:2", "Chứng thực chữ ký", code="QT-01/HCTP"),
    ]
    assert found(things, typed)[0] == "thing:2"


def test_codes_with_other_numbers_are_others(found):
    things = [
        entry("thing:1", "Phiếu một", code="BM-1-12"),
        entry("thing:2", "Phiếu hai", code="BM-11-2"),
    ]
    assert found(things, "bm-1-12")[0] == "thing:1"
    assert found(things, "bm-11-2")[0] == "thing:2"


@pytest.mark.parametrize(
    "typed", ["qđ 19", "19/2014", "quyết định 19/2014/QĐ-TTg", "quyet dinh so 19"]
)
def test_a_cited_number_is_found_in_any_spelling(found, typed):
    things = [
        entry("thing:1", "Kiểm soát tài liệu", "Căn cứ Quyết định số 19/2014/QĐ-\nTTg"),
        entry("thing:2", "Đánh giá nội bộ", "Năm 2014 có 19 cuộc"),
    ]
    assert found(things, typed)[0] == "thing:1"


def test_a_phrase_in_quotes_is_taken_in_its_order(found):
    things = [
        entry("thing:1", "A", "kiểm soát tài liệu"),
        entry("thing:2", "B", "tài liệu được kiểm soát"),
    ]
    assert found(things, '"kiểm soát tài liệu"') == ["thing:1"]
    assert found(things, '"kiem soat tai lieu"') == ["thing:1"]
    assert found(things, "“tài liệu được”") == ["thing:2"]


def test_a_phrase_with_marks_wants_these_marks(found):
    things = [entry("thing:1", "A", "bán hàng"), entry("thing:2", "B", "bản hãng")]
    assert found(things, '"bán hàng"') == ["thing:1"]


def test_minus_leaves_out(found):
    things = [entry("thing:1", "Đăng ký khai sinh"), entry("thing:2", "Đăng ký kết hôn")]
    assert found(things, "đăng ký -hôn") == ["thing:1"]
    assert found(things, 'đăng ký -"kết hôn"') == ["thing:1"]


def test_a_word_still_being_typed_finds_what_goes_on_from_it(found):
    things = [entry("thing:1", "Đăng ký khai sinh"), entry("thing:2", "Chứng thực")]
    assert found(things, "đăng ký kha") == ["thing:1"]
    assert found(things, "chu*") == ["thing:2"]


def test_abbreviations_work_both_ways(engine):
    fill(
        engine,
        [
            entry("thing:1", "Văn phòng Ủy ban nhân dân"),
            entry("thing:2", "Quy chế UBND"),
            entry("thing:3", "Đội thuế"),
        ],
    )
    table = Synonyms([("UBND", "ủy ban nhân dân", True)])
    for typed in ("ubnd", "ủy ban nhân dân"):
        assert sorted(h.key for h in engine.find(Query(typed), table).hits) == [
            "thing:1",
            "thing:2",
        ]


def test_titles_are_escaped_and_marked(engine):
    fill(engine, [entry("thing:1", "Đăng ký <script>alert(1)</script>")])
    assert (
        engine.find(Query("dang ky")).hits[0].title_html
        == "<mark>Đăng ký</mark> &lt;script&gt;alert(1)&lt;/script&gt;"
    )


def test_a_slip_of_one_edit_is_named_and_never_replaces_what_is_there(engine):
    fill(
        engine,
        [
            entry("thing:1", "Đăng ký khai sinh"),
            entry("thing:2", "Khia cạnh pháp lý", readers=("draft:1",)),
        ],
    )
    results = engine.find(Query("đăng ký khia sinh"))
    assert (results.did_you_mean, results.corrected, [h.key for h in results.hits]) == (
        "đăng ký khai sinh",
        False,
        ["thing:1"],
    )
    alone = engine.find(Query("khaii"))
    assert (alone.did_you_mean, alone.corrected, [h.key for h in alone.hits]) == (
        "khai",
        True,
        ["thing:1"],
    )
    assert engine.find(Query("khai sinh")).did_you_mean == ""


def test_marks_come_with_the_suggestion_where_marks_were_typed(engine):
    fill(engine, [entry("thing:1", "Giấy chứng nhận quyền sử dụng đất")])
    assert engine.find(Query("giấy chứng nhậnn quyền")).did_you_mean == "giấy chứng nhận quyền"


@pytest.mark.parametrize(
    ("typed", "meant"), [("dduwowngf", "đường"), ("d9u7o7ng2", "đường"), ("ddawng kys", "đăng ký")]
)
def test_keystrokes_of_an_input_method_are_named(engine, typed, meant):
    fill(engine, [entry("thing:1", "Đăng ký lòng đường")])
    results = engine.find(Query(typed))
    assert (results.did_you_mean, [h.key for h in results.hits]) == (meant, ["thing:1"])


def test_no_suggestion_names_a_word_that_the_user_may_not_see(engine):
    fill(engine, [entry("thing:1", "Canhcut", readers=("draft:5",)), entry("thing:2", "Đường")])
    assert engine.find(Query("canhcutt")).did_you_mean == ""
    assert engine.find(Query("canhcutt", frozenset({"draft:5"}))).did_you_mean == "canhcut"


@pytest.mark.parametrize(
    "text",
    ["", " ", "\x00", '"', "'", '""', "-", "--", '-"', "*", "a*", "(", "AND", "title:(a AND", "x:1", "\ud800", "\U0001f600", "?", "%", "_", "\\", "/", "1" * 500,
     "a " * 5000, "x" * 10_000, '"' * 200, "-a -b -c", "-khai", "[1 TO 5]", "readers:draft", "\u0301", "19/2014/" * 300, "<script>"],
)  # fmt: skip
def test_no_text_is_too_strange(engine, text):
    fill(engine, [entry("thing:1", "Đăng ký khai sinh", "a b c 1 2 3")])
    results = engine.find(Query(text, facets=("kind",)))
    assert results.total == len(results.hits) <= 1


def test_strange_content_is_indexed_all_the_same(found):
    things = [
        entry("thing:1", "\x00\ud800 Đăng ký \x07", "x" * 100_000 + " khai sinh", code="\x00"),
        entry("thing:2", "", "", code=""),
    ]
    assert found(things, "khai sinh") == ["thing:1"]


def test_an_entry_is_replaced_and_removed_by_its_origin(engine):
    fill(
        engine,
        [
            entry("version:1", "Bản một", origin="document:7"),
            entry("version:2", "Bản hai", origin="document:7"),
            entry("version:9", "Bản chín", origin="document:8"),
        ],
    )
    fill(engine, [entry("version:3", "Bản ba", origin="document:7")])
    assert sorted(h.key for h in engine.find(Query("bản")).hits) == ["version:3", "version:9"]
    engine.remove(["document:7"])
    assert [h.key for h in engine.find(Query("bản")).hits] == ["version:9"]


def test_suggestions_go_on_from_what_was_typed(engine):
    from search.engines.queries import Conditions

    fill(
        engine,
        [
            entry("thing:1", "Đăng ký khai sinh", code="QT 01/HT"),
            entry("thing:2", "Đăng ký kết hôn", code="QT 02/HT"),
            entry("thing:3", "Đăng ký khai tử mật", readers=("draft:1",)),
        ],
    )

    def suggested(typed):
        return [s.url for s in engine.suggest(typed, Conditions(PUBLIC))]

    assert suggested("dang ky kh") == ["/thing:1"]
    assert sorted(suggested("đăng")) == ["/thing:1", "/thing:2"]
    assert suggested("qt 02") == ["/thing:2"]
    assert suggested("qt02h") == ["/thing:2"]
    assert suggested("") == suggested('"') == []
    assert (
        engine.suggest("dang ky kh", Conditions(PUBLIC))[0].html == "<mark>Đăng ký khai</mark> sinh"
    )


def test_short_questions_are_widened_only_where_nothing_has_all_their_words(found):
    things = [
        entry("thing:1", "Nuôi con nuôi"),
        entry("thing:2", "Nuôi cá"),
        entry("thing:3", "Con dấu"),
    ]
    assert found(things, "nuôi con") == ["thing:1"]
    assert sorted(found(things, "cá dấu")) == ["thing:2", "thing:3"]
    assert needs.KEYWORDS == 3


def test_words_of_the_context_count_as_the_title_where_they_are_said(engine):
    things = [
        entry(f"thing:{n}", f"Trưởng phòng {n}", context=f"Phòng {name}")
        for n, name in enumerate(("Hộ tịch", "Bổ trợ tư pháp", "Văn bản"))
    ]
    fill(engine, [*things, *(entry(f"other:{n}", f"Sổ {n}", "hộ tịch") for n in range(20))])
    assert engine.find(Query("trưởng phòng bổ trợ tư pháp")).hits[0].key == "thing:1"
    titles = {hit.title for hit in engine.find(Query("trưởng phòng")).hits}
    assert titles == {"Trưởng phòng 0", "Trưởng phòng 1", "Trưởng phòng 2"}


def test_cards_of_older_indexes_are_still_read_during_a_rebuild():
    import json

    from search.index.prepared import Card, prepare

    stored = json.loads(prepare(entry("thing:1", "Cấp bản sao", context="Sở Tư pháp")).card)
    assert Card(json.dumps(stored)).context == "Sở Tư pháp"
    for later in (1, 2, 3, 4):  # names, codes, words and context, the last first
        before = Card(json.dumps(stored[:-later]))
        assert (before.title, before.title_words) == ("Cấp bản sao", {"cap", "ban", "sao"})
        assert (list(before.codes), before.context) == ([], "" if later == 4 else "Sở Tư pháp")


def test_names_without_a_text_do_not_make_common_words_look_rare_nor_usual_documents_long(engine):
    """A word of a long document and the other one of a short document weigh against each other as
    without the names."""
    long_one = entry("long", "Sổ một", f"hợp đồng hợp đồng hợp đồng {'lời dẫn ' * 1_500}")
    short_one = entry("short", "Sổ hai", f"hợp đồng {'lời dẫn ' * 200}")
    usual = [
        entry(f"other:{n}", f"Sổ {n}", f"{'công dân ' * 3}{'lời dẫn ' * 700}") for n in range(12)
    ]
    fill(engine, [long_one, short_one, *usual])

    def ratio():
        scores = {
            hit.key: hit.score for hit in engine.find(Query("hợp đồng công dân", size=50)).hits
        }
        return scores["long"] / scores["short"]

    before = ratio()
    fill(
        engine,
        [
            entry(
                f"person:{n}",
                f"Nguyễn Văn Số{n}",
                passages=(Passage("", "", "Sở", attached=True),),
                group="person",
            )
            for n in range(40)
        ],
    )
    assert ratio() == pytest.approx(before, rel=0.06)
