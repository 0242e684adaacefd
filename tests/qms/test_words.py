"""Consistent terms: in every text of the screens, and on the pages walked
(tests/permissions/walker.py)."""

import datetime
from pathlib import Path

import pytest
from babel.messages import pofile

from procedures.standing import STATE_LABELS
from qms import clock
from tests.words import unfit, unfit_on

pytestmark = pytest.mark.pure
PO = Path(__file__).parents[2] / "qms" / "locale" / "en" / "LC_MESSAGES" / "django.po"
GLOSSARY = Path(__file__).parents[2] / "docs" / "glossary.md"


def test_no_text_of_a_screen_has_a_word_that_the_glossary_replaces():
    with PO.open("rb") as source:
        catalogue = pofile.read_po(source)
    texts = [
        text
        for message in catalogue
        for text in (message.id if isinstance(message.id, (tuple, list)) else (message.id,))
    ]
    assert len(texts) > 3000
    assert [(text, found) for text in texts if (found := unfit(text))] == []


@pytest.mark.parametrize(
    "said",
    [
        "<p>Còn hiệu lực</p>",
        "<b>Chưa có hiệu lực</b>: áp dụng",
        "<h2>Sắp có hiệu lực</h2>",
        "Bản dự thảo",
        "<a>XLSX</a>",
        "Kế hoạch (Word)",
        "<a>Thôi, quay lại</a>",
        "<td>14/5/2026</td>",
        "<td>4/05/2026</td>",
    ],
)
def test_such_words_would_be_found_on_a_page(said):
    assert unfit_on(f"<main>{said}</main>")


@pytest.mark.parametrize(
    "said",
    [
        "<p>Có hiệu lực từ 14/05/2026</p>",
        "<a>15/2026/QĐ-UBND</a> Trang 1/5",
        '<article class="doc-body"><p>Còn hiệu lực, 3/5/2026</p></article>',
        "<a>Excel (XLSX)</a> quy-trinh.DOCX",
        "<textarea>Thôi</textarea>",
    ],
)
def test_right_words_and_the_text_of_documents_are_left_alone(said):
    assert unfit_on(f"<main>{said}</main>") == []


def test_the_glossary_has_each_state_as_screens_name_it():
    words = GLOSSARY.read_text()
    assert [label for label in map(str, STATE_LABELS.values()) if label not in words] == []


@pytest.mark.parametrize(
    ("day", "shown"),
    [(datetime.date(2026, 5, 4), "04/05/2026"), (datetime.date(2026, 12, 31), "31/12/2026")],
)
def test_days_are_written_with_two_digits_each(day, shown):
    assert clock.written(day) == shown
