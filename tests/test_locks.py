"""How rows are locked.

A row locked FOR UPDATE also keeps others from naming it: PostgreSQL checks their reference when they
commit, and by then they hold the journal, for which the lock's holder waits. Both would be stuck."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APPS = ("qms", "search", "procedures", "audits")
LOCK = re.compile(r"select_for_update\(([^()]*(?:\([^()]*\)[^()]*)*)\)")
# Whoever takes the next row of a queue takes the row of nobody else and refers to none
QUEUES = ("work/due.py", "work/tasks.py", "derived/file_texts.py")


def test_locked_rows_may_be_named_meanwhile():
    locks = {
        f"{file.relative_to(ROOT)}: {found[0]}"
        for app in APPS
        for file in (ROOT / app).rglob("*.py")
        if not str(file).endswith(QUEUES)
        for found in LOCK.finditer(file.read_text())
    }
    assert len(locks) > 30
    assert {one for one in locks if "no_key=True" not in one} == set()
