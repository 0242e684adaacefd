"""Documents that further tests of this folder need."""

import pytest

from qms.proof import store
from tests.procedures.filetext import build


@pytest.fixture
def make_form(make_document, agency, officer):
    """make_form("text of the file", …) -> the page of a form whose file is an XLSX with that text."""

    made: dict = {}  # the same rows are the same file: a workbook says when it was made

    def make(*rows, name="BM-01.02 Phiếu tiếp nhận.xlsx", data=None, **fields):
        if data is None:
            data = made.setdefault(rows, build.excel([(row,) for row in rows]))
        file = store.add(data)
        values = {
            "kind": "form",
            "code": "BM-01.02",
            "title": "Phiếu tiếp nhận",
            "body": {"sections": []},
            "file": file,
            "file_name": name,
        }
        return make_document(agency, officer, **{**values, **fields})

    return make
