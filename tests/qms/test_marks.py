"""Long runs of combining marks cost no time."""

import ast
import unicodedata
from pathlib import Path

import pytest

from qms.text.marks import composed, decomposed, spelled_out, without_long_runs

pytestmark = pytest.mark.pure
ROOT = Path(__file__).resolve().parent.parent.parent
HEAP = "a" + "\u0301\u0323" * 150_000  # in this order normalize sorts for minutes


def test_a_heap_stays_as_it_is_when_composed():
    assert composed(f"Quy tri\u0300nh {HEAP} so\u0302\u0301") == f"Quy trình {HEAP} số"


def test_a_heap_is_dropped_when_decomposed():
    assert decomposed(f"số {HEAP}") == "so\u0302\u0301 a"
    assert without_long_runs(f"số {HEAP}") == "số a"
    assert spelled_out(f"số ½ {HEAP}") == "số 1⁄2 a"


def test_marks_that_languages_write_are_composed():
    text = "Đăng ký lại việc kết hôn, sổ hộ tịch " * 3
    assert composed(unicodedata.normalize("NFD", text)) == text
    assert decomposed(text) == unicodedata.normalize("NFD", text)


@pytest.mark.slow
@pytest.mark.parametrize("app", ["qms", "search", "procedures", "audits"])
def test_everything_else_asks_the_guarded_forms(app):
    calls = [
        str(path.relative_to(ROOT))
        for path in (ROOT / app).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute | ast.alias)
        and (getattr(node, "attr", "") or getattr(node, "name", "")) == "normalize"
    ]
    assert set(calls) <= {"qms/text/marks.py"}
