"""A process of its own that reads the text of a file on a database of its own, for the test that kills it: make | read | again."""

import json
import os
import sys
import time

import django


def make():
    from procedures import lifecycle
    from procedures.models import FileText
    from qms import store
    from qms.lifecycle import create_agency
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

    lifecycle.issue(page, issued_on=datetime.date(2026, 1, 5), by=None)
    print(FileText.objects.get().state, flush=True)


def read():
    from procedures import attached

    def hang(row, readers, tools):
        print("reading", flush=True)
        time.sleep(600)

    attached._read = hang
    attached.read_waiting()


def again():
    from procedures import attached
    from procedures.models import FileText
    from search import api, pending

    before = FileText.objects.get().state
    number = attached.read_waiting()
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
