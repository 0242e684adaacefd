"""A document in force, and a reader's request about it."""

import pytest

from procedures.changes import lifecycle
from tests.kept import kept


@pytest.fixture
@kept
def document(make_document, agency, officer):
    return make_document(agency, officer, issued="2026-01-05")


@pytest.fixture
def ask(document, reader):
    """ask(what="…", by=…, …) -> a request about the document."""

    def make(what="Sửa thời gian bước 2", *, by=reader, on=document, **facts):
        return lifecycle.open(on, what=what, by=by, **facts)

    return make
