"""The analyser's output for Vietnamese text."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.words.vietnamese import analyse, clean, fold, forms, pairs, sort_key, words

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hoà", "hòa"),
        ("uỷ", "ủy"),
        ("thuý", "thúy"),
        ("loè", "lòe"),
        ("kỹ", "kĩ"),
        ("lý", "lí"),
        ("quý", "quí"),
        ("chất lƣợng", "chất lượng"),
        ("Ðường", "Đường"),
    ],
)
def test_two_spellings_of_one_word_are_one_token(one, other):
    assert analyse(clean(one)).marked == analyse(clean(other)).marked


def test_composed_and_decomposed_text_are_the_same():
    text = "Quyết định của Ủy ban nhân dân phường Thuận Hóa"
    assert analyse(clean(unicodedata.normalize("NFD", text))) == analyse(clean(text))


@pytest.mark.parametrize(
    ("word", "marked", "folded"),
    [
        ("Đường", "đường", "duong"),
        ("QUÝ", "quí", "qui"),
        ("hoàn", "hoàn", "hoan"),
        ("khuỷu", "khuỷu", "khuyu"),
    ],
)
def test_each_word_has_a_marked_and_a_folded_form(word, marked, folded):
    assert forms(word) == (marked, folded)


def test_thúi_is_not_thúy():
    assert forms("thúi") != forms("thúy")


def test_every_vietnamese_letter_folds_to_ascii():
    letters = [
        unicodedata.normalize("NFC", v + t)
        for v in "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
        for t in ["", "\u0301", "\u0300", "\u0309", "\u0303", "\u0323"]
    ]
    assert len({*letters, "đ", "Đ"}) == 146
    assert all(fold(letter).isascii() and len(fold(letter)) == 1 for letter in [*letters, "đ", "Đ"])


def test_invisible_characters_break_no_word():
    assert analyse(clean("quy\u00adtrình\u200b số\u00a01\x00")).marked == ["quytrình", "số", "1"]


def test_words_know_where_they_stand():
    text = clean("Lệ phí: 8.000 đồng")
    assert [text[w.start : w.end] for w in words(text)] == ["Lệ", "phí", "8", "000", "đồng"]


def test_pairs_join_neighbours():
    assert pairs(["a", "b", "c"]) == ["a_b", "b_c"]


@given(st.text(max_size=300))
def test_no_text_is_too_strange_and_the_shadow_stays_as_long_as_the_text(text):
    cleaned = clean(text)
    found = analyse(cleaned)
    assert len(found.shadow) == len(cleaned)
    assert len(found.marked) == len(found.folded)
    cleaned.encode()


def test_lists_sort_as_a_dictionary_does():
    assert sorted(["e", "đa", "da", "ân", "ăn", "an", "bà", "bá", "ba"], key=sort_key) == [
        "an",
        "ăn",
        "ân",
        "ba",
        "bà",
        "bá",
        "da",
        "đa",
        "e",
    ]
