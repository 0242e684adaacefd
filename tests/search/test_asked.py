"""The query in a URL of the search page: parsed, normalised, changed by one step."""

import datetime

import pytest

from search.page.params import SearchParams, read_day, words

pytestmark = pytest.mark.pure


def test_an_address_is_read_and_written_in_one_form():
    asked = SearchParams.of(
        "kind=form&kind=policy&q=+khai++sinh+&agency=5&sort=date&page=3&group=document&cu=1"
    )
    assert (asked.words, asked.chosen, asked.group, asked.sort, asked.old, asked.page) == (
        "khai sinh", {"kind": ("form", "policy"), "agency": ("5",)}, "document", "date", True, 3,
    )  # fmt: skip
    assert (
        asked.address == "q=khai+sinh&agency=5&kind=form&kind=policy&group=document&cu=1&sort=date"
    )
    assert (
        SearchParams.of(
            "agency=5&kind=policy&kind=form&kind=form&q=khai+sinh&cu=1&sort=date&group=document"
        ).address
        == asked.address
    )


def test_an_address_of_its_own_reads_the_same_again():
    for text in (
        "q=a%26b%3Dc&legal=19%2F2014%2FQ%C4%90-TTg",
        "ngay=5/3/2026",
        "q=%22khai+sinh%22&unit=7",
        "",
    ):
        assert (
            SearchParams.of(SearchParams.of(text).address).address == SearchParams.of(text).address
        )


@pytest.mark.parametrize(
    ("text", "day"),
    [("05/3/2026", (2026, 3, 5)), ("5/3/2026", (2026, 3, 5)), ("05-03-2026", (2026, 3, 5)), ("5.3.2026", (2026, 3, 5)), ("2026-03-05", (2026, 3, 5)),
     ("05032026", (2026, 3, 5)), (" 29/02/2024 ", (2024, 2, 29)), ("31/12/9999", (9999, 12, 31)), ("01/01/0001", (1, 1, 1))],
)  # fmt: skip
def test_days_are_read_as_officials_write_them(text, day):
    assert read_day(text) == (datetime.date(*day), "")


@pytest.mark.parametrize(
    "text",
    [
        "31/02/2026",
        "29/02/2025",
        "abc",
        "32/1/2026",
        "1/13/2026",
        "2026",
        "0/0/0",
        "-1",
        "1e9",
        "٠٥/٣/٢٠٢٦x",
        "9" * 40,
        "05/3/26x",
    ],
)
def test_an_invalid_day_is_given_back(text):
    assert read_day(text) == (None, text[:20])


def test_a_missing_day_is_not_a_mistake():
    assert read_day("") == read_day("  ") == (None, "")


def test_a_day_leaves_no_room_for_any_time():
    asked = SearchParams.of("q=a&cu=1&ngay=05/3/2026")
    assert (asked.day, asked.old) == (datetime.date(2026, 3, 5), False)
    assert SearchParams.of("q=a&cu=1&ngay=abc").old is True


def test_a_value_is_chosen_and_taken_off_again():
    asked = SearchParams.of("q=a&page=4&kind=form")
    more = asked.toggled("kind", "policy")
    assert (more.chosen, more.page) == ({"kind": ("form", "policy")}, 1)
    assert more.toggled("kind", "form").chosen == {"kind": ("policy",)}
    assert asked.toggled("kind", "form").chosen == {}


def test_units_go_with_their_agency():
    asked = SearchParams.of("q=a&agency=5&unit=7")
    assert asked.toggled("agency", "5").chosen == {}
    assert asked.toggled("agency", "6").chosen == {"agency": ("5", "6"), "unit": ("7",)}


def test_only_what_was_just_typed_is_plain():
    assert SearchParams.of("q=khai+sinh").is_plain
    for more in ("kind=form", "group=draft", "sort=date", "page=2", "cu=1", "ngay=05/3/2026"):
        assert not SearchParams.of(f"q=khai+sinh&{more}").is_plain, more
    assert not SearchParams.of("kind=form").is_plain


def test_filters_alone_are_a_question_and_an_empty_form_is_not():
    assert SearchParams.of("kind=form").has_criteria
    assert SearchParams.of("group=document").has_criteria
    assert not SearchParams.of("sort=date&cu=1&kind=+&zzz=1").has_criteria


def test_without_words_the_newest_come_first():
    assert (
        SearchParams.of("kind=form").order,
        SearchParams.of("q=a&kind=form").order,
        SearchParams.of("kind=form&sort=code").order,
    ) == ("date", "relevance", "code")


def test_too_much_is_cut():
    asked = SearchParams.of("q=" + "a" * 900 + "".join(f"&kind={n}" + "x" * 500 for n in range(50)))
    assert (len(asked.words), len(asked.chosen["kind"]), max(map(len, asked.chosen["kind"]))) == (
        300,
        10,
        120,
    )


def test_a_group_goes_by_the_name_of_its_tab():
    assert SearchParams.of("group=unit").group == "place"
    assert SearchParams.of("group=place").filters == {"group": ("agency", "unit")}
    assert SearchParams.of("group=A%27").group == ""


def test_invisible_characters_do_not_split_a_word_and_marks_have_one_spelling():
    assert words("khai si\u00adnh\u200f ho\u0302\u0323\ttịch") == "khai sinh hộ tịch"


def test_a_question_cut_off_between_two_words_is_the_same_when_read_again():
    once = words("khai " * 100)
    assert words(once) == once
