"""Keystrokes of Telex and VNI that stayed in the text."""

import pytest

from search.ranking.corrections import edits
from search.words.keystrokes import markings, meant
from search.words.vietnamese import fold

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("typed", "word"),
    [("dduwowngf", "đường"), ("d9u7o7ng2", "đường"), ("vieetj", "việt"), ("tie61ng", "tiếng"), ("nguwowif", "người"), ("ddawng", "đăng"), ("hoaf", "hòa"),
     ("quyeets", "quyết"), ("kys", "ký"), ("giaays", "giấy"), ("ddieenj", "điện"), ("thuowngf", "thường"), ("quoocs", "quốc")],
)  # fmt: skip
def test_keystrokes_are_read(typed, word):
    assert meant(typed) == word


@pytest.mark.parametrize(
    "word", ["khai", "dang", "procedure", "iso", "khcn", "đường", "19", "", "xs", "zzzz"]
)
def test_other_words_are_left_alone(word):
    assert meant(word) is None


def test_all_ways_to_mark_a_syllable_fold_back_to_it():
    found = set(markings("duong"))
    assert {"đường", "dương", "đương", "duông"} <= found
    assert {fold(word) for word in found} == {"duong"}


def test_one_edit_is_one_letter_or_two_changed_places():
    assert {"khai", "khaii", "kha", "khia"} - set(edits("khia")) == {"khaii", "khia"}
