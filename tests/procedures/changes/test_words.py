"""What changed in a line: words in their order; dates, numbers and codes as wholes."""

import pytest

from procedures.changes import words
from procedures.changes.drawn import pieces_html


def shown(old: str, new: str) -> str:
    return pieces_html(words.compare(old, new))


def test_a_word_that_changed_is_shown_and_the_rest_stays():
    assert shown("Thời gian giải quyết là 5 ngày", "Thời gian giải quyết là 3 ngày làm việc") == (
        "Thời gian giải quyết là <del>5</del><ins>3</ins> ngày<ins> làm việc</ins>"
    )


def test_what_is_compared_is_escaped():
    assert shown("<b> là thẻ", "<i> là thẻ") == "&lt;<del>b</del><ins>i</ins>&gt; là thẻ"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("14/09/2025", "09/02/2025"),
        ("14-9", "09-2"),
        ("1.500.000", "1.200.000"),
        ("2,5", "2,75"),
        ("15%", "10%"),
        ("QT-01/KHCN", "QT-02/KHCN"),
        ("61/2018/NĐ-CP", "118/2025/NĐ-CP"),
        ("BM.TP.01", "BM.TP.02"),
        ("7:30", "7:45"),
    ],
)
def test_dates_numbers_and_codes_are_compared_as_wholes(old, new):
    assert shown(f"Theo {old} của Sở", f"Theo {new} của Sở") == (
        f"Theo <del>{old}</del><ins>{new}</ins> của Sở"
    )


def test_signs_between_words_join_nothing():
    assert words.tokens("và/hoặc ngày 5, Sở.") == [
        "và", "/", "hoặc", " ", "ngày", " ", "5", ",", " ", "Sở", "."
    ]  # fmt: skip


def test_texts_with_little_in_common_are_shown_one_after_the_other():
    old, new = "Chuyên viên kiểm tra hồ sơ của dân", "Văn thư đóng dấu rồi phát hành hồ sơ"
    assert shown(old, new) == f"<del>{old}</del><ins>{new}</ins>"


def test_a_long_text_with_few_changes_shows_few_changes():
    old = " ".join(f"chữ{n} là một từ" for n in range(3000))
    html = shown(old, old.replace("chữ1500 là", "chữ1500 không là"))
    assert (html.count("<ins>"), html.count("<del>")) == (1, 0)


def test_both_sides_come_back_out_of_the_pieces():
    old, new = "Một hai ba bốn năm", "Một ba hai bốn sáu năm"
    pieces = words.compare(old, new)
    assert (words.side(pieces, "-"), words.side(pieces, "+")) == (old, new)
