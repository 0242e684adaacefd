"""The first result when a query names a thing by its code, or in other words and keystrokes, on
each engine."""

import datetime

import pytest

from search.engines.queries import Conditions
from search.entries import Query
from search.ranking.snippets import mark, sought
from search.tables.starter_synonyms import rows
from search.words.question import Synonyms
from tests.search.conftest import entry, fill

SYNONYMS = Synonyms([("ĐKKD", "đăng ký kinh doanh", True)])


# Procedures and forms of two agencies that refer to each other, and the agencies
THINGS = [
    entry("own", "Giao nhiệm vụ khoa học", "các bước", code="QT-01/QLKH", agency=1),
    entry(
        "citing",
        "Đánh giá nhiệm vụ",
        "theo QT-01/QLKH, xem QT-01/QLKH và QT-01/QLKH, biểu mẫu BM-HT-05-01",
        code="QT-03/QLKH",
        agency=1,
    ),
    entry("form", "Phiếu không phù hợp", "", code="BM-HT-05-01", kind="form", agency=1),
    entry("other form", "Phiếu không phù hợp", "", code="BM.HT.05.01", kind="form", agency=2),
    entry(
        "birth",
        "Đăng ký khai sinh",
        "hồ sơ cần nộp",
        code="QT.TP.01",
        codes=("1.001193", "1.001193.H57"),
        agency=2,
    ),
    entry(
        "business",
        "Đăng ký thành lập hộ kinh doanh",
        "hộ kinh doanh",
        code="QT.KT.01",
        agency=2,
    ),
    entry(
        "appeals",
        "Xử lý đơn khiếu nại, đơn tố cáo",
        "tiếp nhận đơn của người dân",
        code="QT.VP.02",
        agency=2,
    ),
    entry(
        "department",
        "Sở Khoa học và Công nghệ",
        "",
        group="agency",
        kind="agency",
        code="SKHCN",
        agency=1,
    ),
    entry(
        "ward",
        "Ủy ban nhân dân phường Thuận Hóa",
        "",
        group="agency",
        kind="agency",
        code="UBND-TH",
        agency=2,
    ),
]
# Forms whose texts have words that questions have too
LISTS = [
    entry(
        f"list {n}",
        f"Sổ theo dõi {n}",
        "tờ trình báo cáo theo danh mục; cao; tổ; danh sách",
        code=f"BM-{n:02}",
    )
    for n in range(12)
]


@pytest.fixture
def shelf(engine):
    return fill(engine, [*THINGS, *LISTS])


def first(shelf, text, **query):
    return [hit.key for hit in shelf.find(Query(text, **query), SYNONYMS).hits]


@pytest.mark.parametrize(
    ("typed", "key"),
    [("QT-01/QLKH", "own"), ("qt 1 qlkh", "own"), ("các bước của QT-01/QLKH", "own"), ("BM-HT-05-01", "form"), ("bm.ht.05.01", "other form"),
     ("1.001193", "birth"), ("mã thủ tục 1.001193", "birth"), ("1.001193.H57", "birth"), ("SKHCN", "department"), ("ubnd-th", "ward")],
)  # fmt: skip
def test_a_code_leads_to_the_thing_itself_not_to_what_cites_it(shelf, typed, key):
    assert first(shelf, typed)[0] == key


def test_a_part_of_a_code_leads_to_what_is_called_so_before_what_cites_it(shelf):
    found = first(shelf, "QT-01")
    assert (found[0], found.index("own") < found.index("citing")) == ("own", True)


def test_an_existing_code_is_not_taken_for_a_slip(shelf):
    assert shelf.find(Query("SKHCN")).did_you_mean == ""


def test_of_what_is_alike_the_askers_own_comes_first(shelf):
    assert [first(shelf, "phiếu không phù hợp", home=home)[0] for home in (1, 2)] == [
        "form",
        "other form",
    ]


def test_other_words_are_known_though_their_pairs_stand_apart(shelf):
    assert first(shelf, "ĐKKD")[0] == "business"


def test_a_title_covering_half_the_question_is_found_among_many_with_its_words(shelf):
    assert first(shelf, "tố cáo nặc danh")[0] == "appeals"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ddawng kys khai sinh", "đăng ký khai sinh"),
        ("giao nhieemj vuj khoa hocj", "giao nhiệm vụ khoa học"),
        ("d9a8ng ky1 tha2nh la65p ho65", "đăng ký thành lập hộ"),
    ],
)
def test_a_whole_question_in_keystrokes_is_understood(shelf, typed, meant):
    assert shelf.find(Query(typed)).did_you_mean == meant


@pytest.mark.parametrize(
    ("typed", "text", "shown"),
    [
        (["đánh", "giá"], "đánh giá của chuyên gia", "<mark>đánh giá</mark> của chuyên gia"),
        (
            ["danh", "gia"],
            "đánh giá của chuyên gia",
            "<mark>đánh giá</mark> của chuyên <mark>gia</mark>",
        ),
        (["đang", "ký"], "đăng ký", "<mark>đăng ký</mark>"),  # half-marked
        (
            ["cơ", "quan", "quản", "lý"],
            "cơ quan quản lý, quân",
            "<mark>cơ quan quản lý</mark>, <mark>quân</mark>",
        ),
        (["quán", "quản"], "quan, quán, quản", "quan, <mark>quán</mark>, <mark>quản</mark>"),
        (
            ["văn", "bản"],
            "văn bản\tVăn thư\nbản",
            "<mark>văn bản</mark> <mark>Văn</mark> thư <mark>bản</mark>",
        ),
    ],
)
def test_what_is_marked_has_the_marks_that_were_typed_and_ends_with_its_line(typed, text, shown):
    from search.words.vietnamese import forms

    assert mark(text, sought(forms(word)[::-1] for word in typed)) == shown


def test_a_word_typed_in_two_forms_is_marked_in_both(engine):
    fill(
        engine,
        [entry("a", "Kiểm tra các cơ quan của thành phố", "Cơ quan áp dụng hệ thống quản lý.")],
    )
    [hit] = engine.find(Query("cơ quan áp dụng hệ thống quản lý")).hits
    assert hit.title_html == "Kiểm tra các <mark>cơ quan</mark> của thành phố"
    assert hit.snippet == "NỘI DUNG · <mark>Cơ quan áp dụng hệ thống quản lý</mark>."


def offered(shelf, typed):
    return [(s.text, s.code) for s in shelf.suggest(typed, Conditions(frozenset({"public"})))]


@pytest.mark.parametrize(
    ("typed", "code"), [("bm-ht", "BM-HT-05-01"), ("qt tp", "QT.TP.01"), ("skh", "SKHCN")]
)
def test_codes_are_offered_from_their_letters_on(shelf, typed, code):
    assert code in [found for _, found in offered(shelf, typed)]


def test_words_with_the_marks_typed_are_offered_first(engine):
    fill(
        engine,
        [
            entry("a", "Sớ cầu an"),
            entry("b", "So sánh mẫu"),
            entry("c", "Sổ theo dõi"),
            entry("d", "Sở Tư pháp"),
        ],
    )
    assert offered(engine, "sở")[0][0] == "Sở Tư pháp"
    assert {text for text, _ in offered(engine, "so")} == {
        "Sớ cầu an",
        "So sánh mẫu",
        "Sổ theo dõi",
        "Sở Tư pháp",
    }


def test_a_slip_is_named_where_its_neighbours_speak_for_it_or_nothing_is_found(engine):
    fill(
        engine,
        [
            entry("a", "Đăng ký khai sinh"),
            entry("b", "Năm học mới"),
            entry("c", "Danh sách tố cáo"),
            entry("d", "Thờ tự"),
        ],
    )
    assert engine.find(Query("đăng ký khai xinh")).did_you_mean == "đăng ký khai sinh"
    assert engine.find(Query("tố cáo nặc danh")).did_you_mean == ""
    assert engine.find(Query("xinh")).did_you_mean == "sinh"


@pytest.mark.parametrize("typed", ["vpcc", "mở vpcc", "mo vpcc o dau"])
def test_initials_of_a_title_or_heading_are_understood(engine, typed):
    fill(
        engine,
        [
            entry("a", "Thành lập văn phòng công chứng", "Hồ sơ gồm đơn"),
            entry("b", "Mở lớp bồi dưỡng", "Ở đâu cũng được"),
            entry("c", "Vốn phát triển", "Công việc chung"),
        ],
    )
    assert engine.find(Query(typed)).hits[0].key == "a"


@pytest.mark.parametrize("typed", ["vpcc", "mở vpcc", "ĐKKD"])
def test_an_abbreviation_that_is_understood_is_no_slip(engine, typed):
    fill(engine, [entry("a", "Mở văn phòng công chứng", "vcc, đkd, đăng ký kinh doanh")])
    found = engine.find(Query(typed), SYNONYMS)
    assert (found.total, found.did_you_mean) == (1, "")


def test_initials_with_two_meanings_get_the_one_that_fits_the_question(engine):
    fill(
        engine,
        [
            entry("a", "Đăng ký hộ tịch", "cha mẹ khai sinh"),
            entry("b", "Đo hài lòng trong hệ thống", "khảo sát ý kiến"),
        ],
    )
    assert first(engine, "ht khai sinh")[0] == "a"
    assert first(engine, "ht khảo sát")[0] == "b"


def test_initials_that_stand_only_in_what_may_not_be_seen_mean_nothing(engine):
    fill(
        engine,
        [
            entry("a", "Thành lập văn phòng công chứng", readers=("agency:7",)),
            entry("b", "Văn bản của phòng"),
        ],
    )
    public, own = frozenset({"public"}), frozenset({"public", "agency:7"})
    assert engine.find(Query("vpcc", public)).total == 0
    assert engine.find(Query("vpcc", own)).hits[0].key == "a"


def test_a_slip_puts_first_what_was_meant(engine):
    fill(
        engine,
        [
            entry("a", "Đăng ký khai tử", "đăng ký khai tử đăng ký khai tử"),
            entry("b", "Đăng ký khai sinh", "cho trẻ em mới sinh"),
        ],
    )
    assert [first(engine, typed)[0] for typed in ("dang ky khai sihn", "đăng ký khai sihn")] == [
        "b",
        "b",
    ]


def test_a_row_of_a_table_is_read_with_its_headings(engine):
    table = (
        "TT\tNội dung\tThời gian\n1\tTiếp nhận đơn\t02 giờ\n2\tThẩm định <b>\t\n3\tKý số\t01 ngày"
    )
    fill(engine, [entry("a", "Quy trình", f"Các bước\n{table}\nHết.")])
    snippet = engine.find(Query("ký số")).hits[0].snippet
    assert (
        "Nội dung: Thẩm định &lt;b&gt; · Nội dung: <mark>Ký số</mark> · Thời gian: 01 ngày"
        in snippet
    )
    assert "TT: 3" not in snippet


def test_newest_first_leaves_out_what_shares_but_a_word(engine):
    day = datetime.date
    fill(
        engine,
        [
            entry("a", "Cấp giấy phép xây dựng nhà ở", first_day=day(2024, 1, 1)),
            entry("b", "Cấp lại giấy phép xây dựng", first_day=day(2025, 1, 1)),
            entry("c", "Quy chế xây tổ dân phố", first_day=day(2026, 1, 1)),
            entry("d", "Dựng lều trại", first_day=day(2026, 2, 1)),
        ],
    )
    newest = engine.find(Query("giấy phép xây dựng nhà", sort="date"))
    assert ([hit.key for hit in newest.hits], newest.total, newest.close) == (["b", "a"], 2, None)


def test_results_close_to_the_question_are_counted(engine):
    fill(
        engine,
        [
            entry("a", "Cấp giấy phép xây dựng nhà ở", agency=1),
            entry("b", "Cấp lại giấy phép xây dựng", agency=2),
            entry("c", "Quy chế xây tổ dân phố"),
            entry("d", "Dựng lều trại"),
        ],
    )
    all_of_it = engine.find(Query("giấy phép xây dựng nhà"))
    assert (all_of_it.total, all_of_it.close) == (4, 2)
    narrowed = engine.find(Query("giấy phép xây dựng nhà", filters={"agency": ("1",)}))
    assert (narrowed.total, narrowed.close) == (1, None)


def test_a_question_word_does_not_begin_another_word(engine):
    fill(engine, [entry("a", "Giấy xác nhận", "nhận giấy 02 giờ"), entry("b", "Họp", "02 giờ")])
    assert "<mark>giờ" not in engine.find(Query("cần giấy gì")).hits[0].snippet
    assert {hit.key for hit in engine.find(Query("gi*")).hits} == {"a", "b"}


def test_newest_first_leaves_out_what_has_the_words_apart(engine):
    day = datetime.date
    fill(
        engine,
        [
            entry("a", "Đánh giá nội bộ", "kế hoạch", first_day=day(2024, 1, 1)),
            entry("b", "Mua sắm", "giá, cán bộ, nội quy, đánh số", first_day=day(2026, 1, 1)),
            entry("c", "Kiểm tra", "sau đánh giá nội bộ", first_day=day(2025, 1, 1)),
            entry("d", "Thanh tra", "IA của hệ thống bên nhà", first_day=day(2025, 2, 1)),
        ],
    )
    synonyms = Synonyms([("IA", "đánh giá nội bộ", True)])
    newest = engine.find(Query("đánh giá nội bộ", sort="date"), synonyms)
    assert ([hit.key for hit in newest.hits], newest.total) == (["d", "c", "a"], 3)
    said = Synonyms([("tự soi xét", "đánh giá nội bộ", False)])
    newest = engine.find(Query("bên nhà tự soi xét", sort="date"), said)
    assert [hit.key for hit in newest.hits] == ["c", "a"]
    apart = engine.find(Query("nội đánh", sort="date"))
    assert [hit.key for hit in apart.hits] == ["b", "c", "a"]


@pytest.mark.parametrize(
    ("typed", "read_as"),
    [
        ("dang ky khai sinh cho con", "đăng ký khai sinh cho con"),
        ("đăng ký khai sinh", ""),
        ('"khai sinh"', ""),
    ],
)
def test_a_question_without_marks_is_read_with_them(engine, typed, read_as):
    births = [entry(f"a{n}", "Đăng ký khai sinh", "cho con") for n in range(9)]
    fill(engine, [*births, entry("b", "Khải hoàn", "cho còn")])
    assert engine.find(Query(typed)).read_as == read_as


def test_marks_come_only_from_what_may_be_seen(engine):
    fill(
        engine,
        [
            *(entry(f"a{n}", "Ghi bảng", "sinh con") for n in range(3)),
            *(entry(f"b{n}", "Kiện nghị", "bằng", readers=("agency:7",)) for n in range(3)),
        ],
    )
    assert engine.find(Query("ghi bang kien", frozenset({"public"}))).read_as == "ghi bảng kien"


@pytest.mark.parametrize(
    ("typed", "read_as"),
    [
        ("xac nhan doc than", "xác nhận độc thân"),  # "độc" stands in no document
        ("dang ky khai sanh", "đăng ký khai sanh"),
        ("khai sanh", ""),
        ("xac nhan doc thong", ""),  # "đốc thông" is but a guess
        ("hoa don chung tu", "hóa đơn chứng tu"),  # chứng tử by the table, chứng từ by the index
    ],
)
def test_marks_come_from_the_table_of_other_words_and_are_stated_only_if_sure(
    engine, typed, read_as
):
    fill(
        engine,
        [
            entry("a", "Đăng ký khai tử", "đôn đốc, so sánh, thân nhân, thông báo"),
            entry("b", "Đăng ký khai sinh", ""),
            *(entry(f"c{n}", f"Xác nhận hóa đơn, chứng từ {n}", "") for n in range(3)),
        ],
    )
    found = engine.find(Query(typed), Synonyms(rows()))
    assert found.read_as == read_as
    if "sanh" in typed:
        assert found.hits[0].key == "b"
