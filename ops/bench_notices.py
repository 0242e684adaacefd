"""Measures notices, mails and my work for 5,000 people, and prints the figures as JSON
(docs/performance.md explains them).

    ops/bench_notices.py [--people 5000] [--database URL]

Uses a throw-away data folder; mails are written, not sent. Pages are requested within
this process."""

import argparse
import datetime
import gc
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
WAITING = 500  # items waiting for the person whose pages are requested
NOTICES = 5  # of each person, in the digest
REQUESTS = 100


def seconds(act: Callable[[], Any]) -> dict[str, float]:
    begin, used = time.perf_counter(), time.process_time()
    act()
    return {
        "clock_s": round(time.perf_counter() - begin, 2),
        "processor_s": round(time.process_time() - used, 2),
    }


def percentiles(act: Callable[[], Any], times: int = REQUESTS) -> dict[str, float]:
    """Percentiles of elapsed time, and of processor time, which does not depend on what else the
    machine is doing."""
    act()
    gc.freeze()  # as the web server does with what is loaded
    clock, processor = [], []
    for _request in range(times):
        begin, used = time.perf_counter(), time.process_time()
        act()
        clock.append((time.perf_counter() - begin) * 1000)
        processor.append((time.process_time() - used) * 1000)
    return {
        "p50_ms": round(statistics.median(clock), 1),
        "p95_ms": round(sorted(clock)[times * 95 // 100 - 1], 1),
        "processor_p50_ms": round(statistics.median(processor), 1),
        "processor_p95_ms": round(sorted(processor)[times * 95 // 100 - 1], 1),
    }


def make_people(count: int) -> Any:
    """Creates an agency with that many readers, all of whom follow it. Returns the agency."""
    from qms.desk import agencies
    from qms.lifecycle.agencies import create_agency
    from qms.models import Appointment, Bookmark, User

    agency = create_agency(code="SLON", name="Sở Lớn", kind="department")
    User.objects.bulk_create(
        User(
            username=f"nguoi{n}",
            first_name=f"Nguyễn Văn {n}",
            email=address,
            confirmed_email=address,
        )
        for n, address in enumerate(f"nguoi{n}@example.org" for n in range(count))
    )
    people = list(User.objects.filter(username__startswith="nguoi"))
    day = datetime.date(2020, 1, 1)
    Appointment.objects.bulk_create(
        Appointment(person=one, role="reader", agency=agency, starts_on=day) for one in people
    )
    subject = agencies.subject(agency.pk)
    Bookmark.objects.bulk_create(
        Bookmark(person=one, kind="followed", subject=subject) for one in people
    )
    return agency


def issue(agency: Any, number: int) -> Callable[[], Any]:
    """Issues a version of which all these people are notified."""
    from procedures import lifecycle
    from qms.clock import today

    page = lifecycle.create_draft(
        agency, kind="procedure", title=f"Quy trình {number}", code=f"QT-{number}", by=None,
        content={"sections": [{"kind": "content", "place": "body", "number": "1.", "title": "NỘI DUNG",
                               "blocks": [{"type": "text", "html": "<p>Nội dung.</p>"}]}]},
    )  # fmt: skip
    return lambda: lifecycle.record(page, issued_on=today(), by=None)


def make_waiting(agency: Any) -> Any:
    """Creates an officer of the agency with work waiting: corrections to analyse. Returns
    the officer."""
    from audits.models import Nonconformity
    from qms.models import Appointment, Unit, User

    officer = User.objects.create(username="thuky")
    unit = Unit.objects.create(agency=agency, name="Văn phòng")
    Appointment.objects.create(
        person=officer,
        role="officer",
        agency=agency,
        unit=unit,
        starts_on=datetime.date(2020, 1, 1),
    )
    Nonconformity.objects.bulk_create(
        Nonconformity(agency=agency, unit=unit, year=2026, number=n, description="x", opened_on=datetime.date(2026, 1, 5),
                      state=Nonconformity.State.OPEN, source=Nonconformity.Source.DAILY_WORK)
        for n in range(1, WAITING + 1)
    )  # fmt: skip
    return officer


def pages(officer: Any) -> dict[str, Any]:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()
    client.force_login(officer)
    found: dict[str, Any] = {}
    for name, address in (
        ("my_work", "/viec/"),
        ("all_of_one_source", "/viec/?nguon=audit_analyses"),
        ("notices", "/viec/thong-bao/"),
        ("bookmarks", "/viec/theo-doi/"),
    ):
        found[name] = percentiles(lambda address=address: client.get(address))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        found[name]["queries"] = len(queries)
    return found


def measure(people: int) -> dict[str, Any]:
    from qms import frame
    from qms.models import Mail, Notice
    from qms.notices import mailing
    from qms.work import due

    agency = make_people(people)
    issue(agency, 0)()  # the first reads what is kept afterwards
    due.run_due()
    figures: dict[str, Any] = {"people": people, "issue": seconds(issue(agency, NOTICES))}
    figures["written_to_all"] = seconds(due.run_due)
    for number in range(2, NOTICES):
        issue(agency, number)()
        due.run_due()
    figures["notices"] = Notice.objects.count()
    yesterday = mailing.last_seven(datetime.datetime.now(datetime.UTC)) - datetime.timedelta(
        hours=1
    )
    Notice.objects.update(at=yesterday)
    figures["digests"] = seconds(mailing.write_digests)
    figures["mails"] = Mail.objects.count()
    officer = make_waiting(agency)
    Notice.objects.bulk_create(
        Notice(person=officer, key=f"n:{n}", kind="document_struck_out", facts={"agency": "A", "code": "B", "title": "C"}, url="/", mail="none")
        for n in range(WAITING)
    )  # fmt: skip
    figures["count_in_the_head"] = percentiles(lambda: frame.count_waiting(officer))
    return figures | {"pages": pages(officer)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=5000)
    parser.add_argument("--database", default="")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="qms-bench-") as folder:
        os.environ |= {"QMS_DATA": folder, "QMS_MEANING": "off", "QMS_EMAIL_HOST": "127.0.0.1",
                       "DJANGO_SETTINGS_MODULE": "qms.settings", "QMS_HOSTS": "testserver"}  # fmt: skip
        if chosen.database:
            os.environ["DATABASE_URL"] = chosen.database
        import django

        django.setup()
        from django.core.management import call_command
        from django.test.utils import setup_test_environment

        setup_test_environment()
        from django.conf import settings

        settings.EMAIL_BACKEND = "qms.work.mail.StoringBackend"
        call_command("migrate", verbosity=0)
        print(json.dumps(measure(chosen.people), indent=1))


if __name__ == "__main__":
    main()
