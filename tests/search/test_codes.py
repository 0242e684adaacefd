"""Codes and document numbers in any spelling."""

import pytest

from search.words.codes import asked_tokens, cited_tokens, own_tokens
from search.words.vietnamese import analyse, clean

pytestmark = pytest.mark.pure


def cited(text):
    text = clean(text)
    return cited_tokens(text, analyse(text).shadow)


@pytest.mark.parametrize(
    "typed", ["QT 01/KH&CN", "qt01khcn", "qt-01-khcn", "QT.01_KHCN", "qt 01 kh cn"]
)
def test_a_code_is_found_however_it_is_typed(typed):
    assert asked_tokens(typed)[0][0] in own_tokens("QT-01/KH&CN")


def test_separators_count_between_two_numbers():
    assert asked_tokens("BM-1-12")[0][0] not in own_tokens("BM-11-2")


def test_leading_zeros_may_be_left_out():
    assert asked_tokens("qt1")[1][0] in own_tokens("QT 01/CX-HCTP")


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("19/2014", "Quyết định số 19/2014/QĐ-TTg"),
        ("qđ 19", "Quyết định số 19/2014/QĐ-TTg"),
        ("quyết định 19/2014", "căn cứ 19/2014/QĐ-TTg ngày"),
        ("19/2014/qđ-ttg", "Quyết định số 19/2014/QĐ-TTg"),
        ("nghị định số 30", "theo 30/2020/NĐ-CP"),
        ("1703/QĐ-TTg", "Quyết định số 1703/QĐ-\nTTg"),
        ("38-CT/TW", "38-\nCT/TW"),
        ("luật 72/2025", "Luật số 72/2025/QH15"),
        ("BM 02", "theo mẫu (BM 02/HT)"),
    ],
)
def test_a_number_in_the_text_is_found_however_it_is_typed(typed, text):
    assert asked_tokens(typed)[0][0] in cited(text)


def test_a_sentence_that_ends_in_a_number_does_not_swallow_the_next():
    assert not [t for t in cited("Luật 72/2025/QH15. Các cơ quan") if t.endswith("cac")]
