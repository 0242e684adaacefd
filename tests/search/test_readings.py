"""Readings with marks of a question typed without any: their evidence, and what hidden entries may
not add to it."""

import datetime

from search.engines.queries import Conditions
from search.engines.tantivy import TantivyEngine
from search.engines.tantivy_reader import TantivyReader
from search.entries import Query
from search.index.prepared import MARKED
from search.ranking.restoring import READINGS, restored
from search.words.keystrokes import markings
from search.words.question import parse_question
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


class Counting:
    """A reader whose entries have every word, and which notes of what it counted visible ones."""

    documents = 10

    def __init__(self, hidden=()):
        self.hidden, self.counted = set(hidden), []

    def frequencies(self, wanted):
        return [5] * len(wanted)

    def visible(self, field, tokens, conditions):
        self.counted += [(field, token) for token in tokens]
        return {token: 5 for token in tokens if token not in self.hidden}


def test_only_the_most_frequent_forms_of_a_word_are_counted():
    reader = Counting()
    restored(parse_question("dang toan"), reader, Conditions(PUBLIC))
    words = [token for field, token in reader.counted if field == MARKED]
    assert len(words) == 2 * READINGS == len(set(words))


def test_forms_that_are_hidden_make_room_for_the_next():
    every = [*dict.fromkeys(markings("toan"))]
    seen = sorted(every)[:2]
    reader = Counting(hidden=set(every) - set(seen))
    restored(parse_question("dang toan"), reader, Conditions(PUBLIC))
    assert set(every) <= {token for _field, token in reader.counted}


def test_who_sees_everything_needs_no_counting():
    reader = Counting()
    restored(parse_question("dang toan"), reader, Conditions(None))
    assert reader.counted == []


def test_visible_entries_are_counted_once_for_many_questions(monkeypatch):
    asked = []
    real = TantivyReader._number
    monkeypatch.setattr(TantivyReader, "_number", lambda *two: asked.append(two) or real(*two))
    engine = fill(TantivyEngine(None), [entry("a"), entry("b", readers=("agency:7",))])
    reader = engine.reader()
    access = Conditions(OWN)
    assert reader.visible(MARKED, ["khai", "sinh"], access) == {"khai": 2, "sinh": 2}
    assert reader.visible(MARKED, ["sinh", "khai"], access) == {"sinh": 2, "khai": 2}
    assert len(asked) == 2
    assert reader.visible(MARKED, ["khai"], Conditions(PUBLIC)) == {"khai": 1}
    assert reader.visible(MARKED, ["khai"], Conditions(frozenset())) == {}
    on_a_day = Conditions(OWN, datetime.date(2020, 1, 1), only=("a",))
    assert reader.visible(MARKED, ["khai"], on_a_day) == {"khai": 1}
