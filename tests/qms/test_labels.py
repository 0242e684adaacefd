"""A label around its select is read out with every option: labels are placed beside selects and
refer to them by `for`."""

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).resolve().parent.parent.parent / "templates"
WRAPPED = re.compile(r"<label\b(?:(?!</label>).)*<select\b", re.DOTALL)


def test_no_label_of_ours_holds_a_select():
    wrong = [
        str(path.relative_to(TEMPLATES))
        for path in sorted(TEMPLATES.rglob("*.html"))
        if WRAPPED.search(path.read_text(encoding="utf-8"))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "wraps"),
    [
        ("<label><span>Loại</span><select></select></label>", True),
        ("<label for=a>Loại</label><select id=a></select>", False),
    ],
    ids=["wraps", "beside"],
)
def test_the_pattern_tells_them_apart(text, wraps):
    assert bool(WRAPPED.search(text)) == wraps
