"""Documents that further tests of this folder need."""

import pytest

from procedures.importing import batches
from procedures.importing.reading import read_item
from procedures.importing.sources import uploaded
from qms.proof import store
from tests.procedures.filetext import build


@pytest.fixture
def at(client):
    """at(person) -> a client signed in as that person."""

    def sign_in(person):
        client.force_login(person, backend="qms.accounts.backends.Accounts")
        return client

    return sign_in


@pytest.fixture
def make_form(make_document, agency, officer):
    """make_form("text of the file", …) -> the page of a form whose file is an XLSX with
    that text."""

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


@pytest.fixture
def hand_in(agency, officer, tmp_path):
    """hand_in({"a.docx": bytes}, as_issued=…) -> the batch, its files read."""

    def call(files, *, as_issued=False, by=None, agency=agency, read=True):
        batch = batches.create(agency, by=by or officer, as_issued=as_issued)
        for number, (name, data) in enumerate(files.items()):
            path = tmp_path / f"{batch.pk}-{number}"
            path.write_bytes(data)
            for source in uploaded(path, name, tmp_path):
                item = batches.add(batch, source, by=by or officer)
                if read:
                    read_item.call(item.pk)
        return batch

    return call
