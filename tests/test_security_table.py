"""Each threat in docs/security.md names an existing guard and existing tests."""

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.pure
ROOT = Path(__file__).resolve().parent.parent


def rows() -> list[list[str]]:
    lines = (ROOT / "docs" / "security.md").read_text("utf-8").splitlines()
    table = [line.strip("| ").split(" | ") for line in lines if line.startswith("|")]
    return table[2:]


def holds_tests(path: Path) -> bool:
    files = path.rglob("test_*.py") if path.is_dir() else [path]
    return path.exists() and any("def test_" in file.read_text("utf-8") for file in files)


def test_every_threat_names_its_guard_and_tests_that_are_there():
    assert len(rows()) > 60
    for cells in rows():
        assert len(cells) == 3 and all(cells), cells
        named = re.findall(r"`(tests/[^`]+)`", cells[2])
        assert named, cells[0]
        assert [one for one in named if not holds_tests(ROOT / one)] == [], cells[0]
