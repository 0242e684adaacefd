"""Measures who else can audit the lines of a plan, and prints the figures as JSON (docs/performance.md).

    ops/bench_audits.py [--people 500] [--rows 30] [--database URL]

Everything happens in a throw-away data folder. Processor time of this process, least and median."""

import argparse
import datetime
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "ops")]

from bench_control import SINCE, appoint, make_versions  # noqa: E402 - beside this file

UNITS, DOCUMENTS, TIMES = 40, 30, 10


def build(people: int, rows: int) -> Any:
    """A plan of so many lines, each with a document, in an agency with so many auditors; a fifth of them are another agency's."""
    from django.utils import timezone

    from audits.models import Audit, AuditorRecord, Member, PlanRow
    from qms.clock import today
    from qms.lifecycle.agencies import create_agency
    from qms.models import Appointment, Unit, User

    agency = create_agency(code="SDG", name="Sở Đánh Giá")
    lender = create_agency(code="SCM", name="Sở Cho Mượn")
    units = [Unit.objects.create(agency=agency, name=f"Phòng số {n}") for n in range(UNITS)]
    lead = appoint("truongdoan", "auditor", agency)
    versions = make_versions(agency, DOCUMENTS)
    User.objects.bulk_create(
        User(username=f"dgv{n}", first_name=f"Trần Thị {n}") for n in range(people)
    )
    auditors = list(User.objects.filter(username__startswith="dgv").order_by("pk"))
    lent = {one.pk for one in auditors[::5]}
    Appointment.objects.bulk_create(
        Appointment(person=one, role="auditor", agency=lender if one.pk in lent else agency, unit=None if one.pk in lent else units[n % UNITS],
                    post=("Chuyên viên", "Trưởng phòng", "")[n % 3], starts_on=SINCE)
        for n, one in enumerate(auditors)
    )  # fmt: skip
    Appointment.objects.bulk_create(
        Appointment(person=one, role="reader", agency=agency, unit=units[(n + 7) % UNITS], post="Chuyên viên", starts_on=SINCE, ends_on=today() - datetime.timedelta(days=n))
        for n, one in enumerate(auditors)
    )  # fmt: skip
    AuditorRecord.objects.bulk_create(
        AuditorRecord(agency=lender if one.pk in lent else agency, person=one, clauses=["7", "8"] if n % 2 else [], lendable=one.pk in lent,
                      valid_until=today() + datetime.timedelta(days=n - 20))
        for n, one in enumerate(auditors)
    )  # fmt: skip
    audit = Audit.objects.create(
        agency=agency, body=agency, title="Đo thử", starts_on=today(), ends_on=today() + datetime.timedelta(days=9)
    )  # fmt: skip
    member = Member.objects.create(audit=audit, person=lead, part="lead")
    first = timezone.now()
    for number in range(rows):
        row = PlanRow.objects.create(
            audit=audit, unit=units[number % UNITS], starts_at=first + datetime.timedelta(hours=2 * number), clauses=["7.5", "8.5.1"],
            ends_at=first + datetime.timedelta(hours=2 * number + 2), documents=[versions[number % DOCUMENTS].document_id],
        )  # fmt: skip
        row.auditors.set([member])
    return audit


def measured(audit: Any) -> dict[str, Any]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from audits.auditors import finding

    taken = []
    for _time in range(TIMES):
        begun = time.process_time()
        found = finding.of_plan(audit)
        taken.append((time.process_time() - begun) * 1000)
    with CaptureQueriesContext(connection) as queries:
        finding.of_plan(audit)
    return {
        "least_ms": round(min(taken)), "median_ms": round(statistics.median(taken)), "most_ms": round(max(taken)), "queries": len(queries),
        "own_of_first": len(found[0].own), "lenders_of_first": len(found[0].lenders),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--rows", type=int, default=30)
    parser.add_argument("--database", default="")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="qms-bench-") as folder:
        os.environ |= {"QMS_DATA": folder, "QMS_MEANING": "off", "DJANGO_SETTINGS_MODULE": "qms.settings", "QMS_HOSTS": "testserver"}  # fmt: skip
        if chosen.database:
            os.environ["DATABASE_URL"] = chosen.database
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        print(json.dumps({"who_else_can": measured(build(chosen.people, chosen.rows))}, indent=1))


if __name__ == "__main__":
    main()
