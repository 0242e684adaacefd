"""What readers make of stored content takes work in proportion to its length: each of these texts
took minutes to hours."""

import pytest

from procedures.content.candidates.forms import forms
from procedures.content.candidates.records import records
from procedures.content.candidates.steps import steps
from procedures.reader import flowchart
from procedures.reader.queries import natural_key
from procedures.reader.steps import Step
from tests.procedures.test_reader_facts import WORDS

pytestmark = pytest.mark.pure
LONG = 300_000  # characters
PIECES = (
    "ho so:", "Hồ sơ: ", "trách nhiệm: a; ", "BM-01 x và ", " và", "BM-01, ", "mẫu số 1 ", "Bước 1. ",
    "(", "a) ", "1/2 ngày ", "02 ngày làm việc; ", "\u00a0", "lưu tại phòng 5 năm; ",
)  # fmt: skip


def prose(text, kind="content"):
    html = f"<p>Bước 1. Tiếp nhận</p><p>{text}</p>"
    block = {"type": "text", "html": html}
    return {"sections": [{"kind": kind, "place": "body", "number": "5", "title": "NỘI DUNG", "blocks": [block]}]}  # fmt: skip


@pytest.mark.parametrize("piece", PIECES)
def test_a_long_paragraph_is_read(piece):
    text = "BM-01 x" + piece * (LONG // len(piece))
    for kind in ("content", "forms", "records"):
        for read in (steps, forms, records):
            assert isinstance(read(prose(text, kind)), list)


def test_many_codes_of_forms_are_read():
    assert len(forms(prose("; ".join(f"BM-{n:05} Tờ khai" for n in range(10_000)), "forms"))) > 0


def test_steps_that_go_back_to_a_long_name_are_drawn():
    whom = "cán bộ " + "a " * 20_000
    drawn = [Step("step", str(n), f"Xem xét. Chưa đạt thì trả lại cho {whom}", "Cán bộ A") for n in range(1, 101)]  # fmt: skip
    assert flowchart.draw(drawn, WORDS).startswith("<svg")


@pytest.mark.parametrize("number", ["1" * 5_000, "²", "①", "1²"])
def test_numbers_that_are_none_or_too_long_break_nothing(number):
    text = f"Bước {number}. Nhận</p><p>Bước {number}. Trả"
    assert isinstance(steps(prose(text)), list)
    assert sorted([natural_key(f"QT-{number}"), natural_key("QT-2")])
