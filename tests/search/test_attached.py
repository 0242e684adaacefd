"""Attachments of a thing, such as the text of a file: found, named, and never ranked above the
thing's own text. The same on every engine."""

import random

import pytest

from search.entries import Passage, Query
from search.index.prepared import FILE, MARKED, MOST_FILE_TOKENS, prepare
from tests.search.conftest import entry, fill

pytestmark = pytest.mark.pure
PUBLIC = frozenset({"public"})
FILLER = [
    f"{onset}{rime}" for onset in "bcdghklmnt" for rime in ("an", "em", "inh", "ong", "um", "ay")
]


def filler(count, seed=1):
    return " ".join(random.Random(seed).choices(FILLER, k=count))


def with_file(key, title, own, attached, name="Tệp: mau.xlsx", **fields):
    return entry(
        key,
        title,
        passages=(
            Passage("muc-1", "1. NỘI DUNG", own),
            Passage("tep-1", name, attached, attached=True),
        ),
        **fields,
    )


def others(count=30):
    """Things without the query's words, as long as documents are."""
    return [entry(f"other:{n}", f"Sổ {n}", filler(300, n)) for n in range(count)]


def test_words_of_a_file_find_its_document_and_the_hit_names_the_file(engine):
    fill(
        engine,
        [
            with_file("thing:1", "Cấp bản sao", filler(200), "Phiếu đề nghị tạm ứng kinh phí"),
            *others(),
        ],
    )
    for typed in ("tạm ứng kinh phí", "tam ung kinh phi", "phieu de nghi tam ung"):
        hit = engine.find(Query(typed)).hits[0]
        assert (hit.key, hit.section, hit.url) == ("thing:1", "Tệp: mau.xlsx", "/thing:1#tep-1")
        assert "<mark>" in hit.snippet and "tạm ứng" in hit.snippet


@pytest.mark.parametrize("typed", ["kiểm kê tài sản", "kiem ke tai san", "tài sản", "kê"])
def test_a_section_comes_before_the_same_words_in_a_file(found, typed):
    words = "Kiểm kê tài sản công cuối năm"
    long_one = entry("section", "Quy trình một", f"{filler(2000, 5)} {words} {filler(2000, 6)}")
    assert found(
        [
            with_file("file", "Quy trình hai", filler(20), f"{words}. {words}. {words}."),
            long_one,
            *others(),
        ],
        typed,
    ) == ["section", "file"]


@pytest.mark.parametrize("typed", ["kiểm kê tài sản", "kiem ke tai san", "kiểm kê"])
def test_a_title_comes_before_the_same_words_in_a_file(found, typed):
    titled = entry("title", "Kiểm kê tài sản", filler(4000))
    assert found(
        [
            with_file("file", "Quy trình hai", filler(20), "Kiểm kê tài sản. " * 30),
            titled,
            *others(),
        ],
        typed,
    ) == ["title", "file"]


def test_all_that_is_asked_in_a_file_comes_before_a_word_of_it_in_a_text(found):
    things = [
        with_file("file", "Quy trình hai", filler(200), "Giấy đề nghị thanh toán công tác phí"),
        *others(20),
    ]
    things += [entry(f"word:{n}", f"Sổ về {n}", f"{filler(300, n)} đề nghị") for n in range(15)]
    assert found(things, "giấy đề nghị thanh toán công tác phí")[0] == "file"
    assert found(things, "giay de nghi thanh toan cong tac phi")[0] == "file"


@pytest.mark.parametrize("typed", ["đánh giá nội bộ", "danh gia noi bo"])
def test_a_large_file_hardly_weighs_on_what_its_document_says_itself(engine, typed):
    own = f"{filler(1500, 3)} Đánh giá nội bộ {filler(1500, 4)}"
    huge = " ".join(f"{a}{b} {b}{a}" for a in FILLER for b in FILLER)
    fill(
        engine,
        [
            with_file("heavy", "Quy trình một", own, huge),
            entry("light", "Quy trình hai", own),
            *others(),
        ],
    )
    scores = {hit.key: hit.score for hit in engine.find(Query(typed)).hits}
    assert scores["heavy"] > 0.85 * scores["light"]


def test_a_document_that_says_it_itself_is_led_to_there(engine):
    fill(
        engine,
        [
            with_file(
                "thing:1", "Quy trình", "Biên bản kiểm tra thực địa", "Biên bản kiểm tra thực địa"
            ),
            *others(),
        ],
    )
    assert engine.find(Query("biên bản kiểm tra thực địa")).hits[0].section == "1. NỘI DUNG"


def test_a_hit_names_the_passage_where_most_of_it_stands_not_the_one_before(engine):
    parts = [
        Passage("muc-1", "1. MỤC ĐÍCH", "Thống nhất việc lập bảng"),
        Passage("muc-2", "2. KÊ KHAI", "Bảng kê vật tư"),
    ]
    fill(engine, [entry("thing:1", "Quy trình", passages=parts), *others()])
    assert engine.find(Query("bảng kê vật tư")).hits[0].section == "2. KÊ KHAI"


def test_the_name_of_a_file_counts_in_full_and_its_code_is_found_in_any_spelling(found):
    things = [
        with_file(
            "thing:1",
            "Quy trình một",
            filler(50),
            filler(50),
            name="Tệp: BM-01.02 Phiếu tiếp nhận.xlsx",
        ),
        with_file("thing:2", "Quy trình hai", filler(50), "phiếu tiếp nhận " * 20),
        *others(),
    ]
    assert found(things, "phiếu tiếp nhận") == ["thing:1", "thing:2"]
    for typed in ("BM-01.02", "bm 01.02", "bm01.02"):
        assert found(things, typed)[0] == "thing:1"


def test_a_number_cited_in_a_file_is_found(found):
    things = [
        with_file("thing:1", "Quy trình", filler(50), "Theo Quyết định số 19/2014/QĐ-TTg"),
        *others(),
    ]
    assert found(things, "qđ 19/2014") == ["thing:1"]
    assert found(things, "19/2014/QĐ-TTg")[0] == "thing:1"


def test_words_are_gathered_from_text_and_file_together(found):
    things = [
        with_file("both", "Quy trình thẩm định", "Thẩm định dự án", "tờ khai bổ sung"),
        entry("one", "Thẩm định giá", filler(50)),
        *others(),
    ]
    assert found(things, "thẩm định tờ khai bổ sung")[0] == "both"


def test_words_of_files_that_the_asker_may_not_see_are_as_words_that_stand_nowhere(engine):
    shown = entry("thing:1", "Cấp bản sao", "tìm thấy mẫu")
    secret = with_file(
        "thing:2", "Dự thảo", "bản thảo", "zzcanhcut matma mẫu", readers=("draft:5",)
    )
    fill(engine, [shown, secret, *others()])
    for word in ("zzcanhcut", "zzcanhcut mẫu", "zzcanhcuu", "matma"):
        told = engine.find(Query(word, PUBLIC))
        nothing = engine.find(
            Query(
                word.replace("zzcanhcut", "zzqwxfgh")
                .replace("zzcanhcuu", "zzqwxfgj")
                .replace("matma", "qxtqx"),
                PUBLIC,
            )
        )
        assert [h.key for h in told.hits] == [h.key for h in nothing.hits], word
        assert (told.total, told.did_you_mean, told.corrected) == (
            nothing.total,
            nothing.did_you_mean,
            nothing.corrected,
        ), word
    assert [h.key for h in engine.find(Query("zzcanhcut", frozenset({"draft:5"}))).hits] == [
        "thing:2"
    ]


def test_a_word_that_all_texts_have_is_found_though_a_hidden_file_has_it_too(found):
    things = [entry(f"thing:{n}", f"Quy trình {n}", "hồ sơ lưu") for n in range(20)]
    things.append(with_file("secret", "Dự thảo", "x", "hồ sơ lưu", readers=("draft:5",)))
    assert len(found(things, "hồ sơ lưu", size=50)) == 20


def test_a_thing_without_files_is_prepared_as_if_there_were_none():
    plain = prepare(entry("thing:1", "Cấp bản sao", "Nội dung KH&CN 19/2014/QĐ-TTg"))
    assert FILE not in plain.tokens[MARKED]


def test_no_file_fills_the_index():
    huge = " ".join(f"{a}{b}{c}" for a in FILLER for b in FILLER for c in ("x", "y", "z"))
    tokens = prepare(with_file("thing:1", "A", "b", huge)).tokens
    assert sum(token.startswith(FILE) for token in tokens[MARKED].split()) == MOST_FILE_TOKENS
    assert "banbanx" not in tokens["f"]
