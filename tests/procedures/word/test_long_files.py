"""Looking through the lines of a file takes work in proportion to their number, whatever they say."""

import pytest

from procedures.word import portions, signers, teach
from procedures.word.lines import Line
from procedures.word.model import Cell, Paragraph, Run, Table
from procedures.word.rules import Rule
from tests.test_patterns import unending

pytestmark = [pytest.mark.pure, pytest.mark.slow]

RULE = Rule("label", "code", "Mã hiệu riêng")


class Watched(Line):
    """A line that notes how often it is looked at."""

    looks = 0

    def __getattribute__(self, name):
        Watched.looks += name in ("text", "spot")
        return super().__getattribute__(name)


def cells(count, *texts, part="front", table="t0"):
    return [
        Watched(part, f"{part}:{table.format(r)}.r{r}.c{c}.l0", text)
        for r in range(count)
        for c, text in enumerate(texts)
    ]


def looks(step, *given):
    Watched.looks = 0
    step(*given)
    return Watched.looks


@pytest.mark.parametrize(
    ("rows", "step"),
    [
        (lambda n: cells(n, "Mã hiệu riêng: QT-01", "QT-01"), lambda x: teach.where(x, RULE, "QT-01")),
        (lambda n: cells(n, "Ký riêng", "QT-01"), lambda x: teach.offers(x, "code", "QT-01")),
        (lambda n: cells(n, "Soát/lần", "05, QT-01", part="header"), lambda x: teach.offers(x, "code", "QT-01")),
        (lambda n: cells(n, "Họ tên", "Nguyễn Văn An", part="body"), lambda x: teach.offers(x, "approved", "Nguyễn Văn An")),
        (lambda n: cells(n, "Ký hiệu", table="t{}"), lambda x: portions.text_for(x, Rule("below", "code", "Ký hiệu"))),
    ],
    ids=["where", "cells", "portions", "signers", "below"],
)  # fmt: skip
def test_the_work_grows_with_the_lines_alone(rows, step):
    few, many = looks(step, rows(100)), looks(step, rows(800))
    assert few > 100
    assert many < 12 * few


def test_where_a_value_is_seen_from_its_label():
    def at(*places):
        lines = [Line("front", f"front:{spot}", text) for spot, text in places]
        return teach.where(lines, RULE, "QT-01")

    label = ("t0.r1.c1.l0", "Mã hiệu riêng")
    assert at(("p0", "Mã hiệu riêng: QT-01")) == teach.LINE
    assert at(label, ("t0.r1.c2.l0", "QT-01")) == teach.RIGHT
    assert at(label, ("t0.r1.c1.l1", "QT-01")) == teach.UNDER
    assert at(("p0", "Mã hiệu riêng"), ("p1", "QT-01")) == teach.UNDER
    assert at(label, ("t0.r3.c1.l0", "QT-01")) == teach.COLUMN_BELOW
    assert at(label, ("t0.r1.c0.l0", "QT-01")) == ""
    assert at(label, ("t1.r1.c2.l0", "QT-01")) == ""
    assert at(label, ("p0", "QT-01")) == ""
    assert at(("p0", "QT-01"), ("p1", "Mã hiệu riêng")) == ""


@pytest.mark.slow
def test_recognisers_of_lines_end_on_long_runs():
    rooms = (
        "procedures/content/candidates/records.py",
        "procedures/content/candidates/step_lines.py",
        "procedures/content/forms.py",
        "procedures/word/fields.py",
        "procedures/word/naming.py",
        "procedures/word/signers.py",
        "procedures/word/teach.py",
    )
    assert unending(*rooms, length=60_000, seconds=2, most=25) == []


@pytest.mark.parametrize(
    "texts", [("Soạn thảo", "Phê duyệt"), ("Họ và tên", "Soạn thảo", "Phê duyệt")]
)
def test_a_table_that_names_roles_in_every_row_takes_work_in_proportion(monkeypatch, texts):
    seen = []
    real = signers._signed_lines
    monkeypatch.setattr(signers, "_signed_lines", lambda cell: seen.append(cell) or real(cell))

    def work(rows):
        seen.clear()
        cells = [
            [Cell(n, 1, 1, [Paragraph([Run(text)])]) for n, text in enumerate(texts)]
            for _row in range(rows)
        ]
        signers.signers_in([Table(cells, len(texts))])
        return len(seen)

    few = work(100)
    assert few > 100
    assert work(300) < 6 * few
