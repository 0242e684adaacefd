"""A separate process that reads the text of a file on a database of its own, for the test that
kills it: make | read | again."""

import json
import os
import sys
import time

import django


def make():
    from procedures import lifecycle
    from procedures.models import FileText
    from qms.lifecycle.agencies import create_agency
    from qms.proof import store
    from tests.issuing import issue as issue_now
    from tests.procedures.filetext import build

    file = store.add(build.excel([("Đề nghị tạm ứng",)]))
    fields = {"code": "BM-1", "file": file, "file_name": "mau.xlsx", "visibility": "public"}
    page = lifecycle.create_draft(
        create_agency(code="STP", name="Sở Tư pháp"),
        kind="form",
        title="Phiếu",
        content={"sections": []},
        by=None,
        **fields,
    )
    import datetime

    issue_now(page, issued_on=datetime.date(2026, 1, 5), by=None)
    print(FileText.objects.get().state, flush=True)


def read():
    from procedures.derived import file_texts

    def hang(row, readers, tools):
        print("reading", flush=True)
        time.sleep(600)

    file_texts._read = hang
    file_texts.read_waiting()


def again():
    from procedures.derived import file_texts
    from procedures.models import FileText
    from search import api
    from search.queue import pending

    before = FileText.objects.get().state
    number = file_texts.read_waiting()
    pending.flush()
    hits = api.find("tam ung", tokens=frozenset({"public"})).hits
    print(
        json.dumps(
            {
                "before": before,
                "read": number,
                "after": FileText.objects.get().state,
                "found": len(hits),
            }
        ),
        flush=True,
    )


if __name__ == "__main__":
    assert os.environ["QMS_DATA"]
    django.setup()
    {"make": make, "read": read, "again": again}[sys.argv[1]]()
