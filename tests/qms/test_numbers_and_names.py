"""Numbers in URLs, pages of lists, names of files: with any input."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from qms.text.names import clean_name
from qms.text.numbers import LARGEST, page_of, whole_number

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    "text", ["", None, "-1", "1.5", "٣", "²", "1e3", " 1", "9" * 19, "9" * 5000]
)
def test_an_invalid_number_falls_back_to_the_default(text):
    assert whole_number(text) is None
    assert whole_number(text, default=7) == 7


def test_numbers_end_where_databases_do():
    assert whole_number(str(LARGEST)) == LARGEST
    assert whole_number(str(LARGEST + 1)) is None
    assert whole_number("12", most=11) is None


@pytest.mark.parametrize(("asked", "number"), [("2", 2), ("x", 1), (None, 1), ("0", 3), ("99", 3)])
def test_a_page_that_is_not_there_is_the_nearest(asked, number):
    assert page_of(range(25), asked, 10).number == number


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("C:\\tai lieu\\Quy trình.docx", "Quy trình.docx"),
        ("../../etc/passwd", "passwd"),
        ("a\x00b\u202edocx.exe", "abdocx.exe"),
        ("", "tai-lieu"),
        (None, "tai-lieu"),
        ("..", "tai-lieu"),
        ("x" * 300 + ".docx", "x" * 188 + ".docx"),
    ],
)
def test_a_name_keeps_what_can_be_shown(sent, kept):
    assert clean_name(sent) == kept


@given(some.text(some.characters(), max_size=400))
def test_any_name_can_be_kept(sent):
    kept = clean_name(sent)
    assert 0 < len(kept) <= 200
    assert not set("/\\\0") & set(kept)
    assert clean_name(kept) == kept
    kept.encode()
