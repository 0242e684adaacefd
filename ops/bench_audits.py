"""Measures audits at a large agency's size, and prints the figures as JSON (docs/performance.md).

    ops/bench_audits.py [--only findings,actions,reminders,overseer,coverage,questions,who_else] [--rows 50000] [--database URL]

Uses a throw-away data folder. Pages are requested within this process."""

import argparse
import datetime
import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "ops")]

from bench_control import SINCE, appoint, ask, make_versions  # noqa: E402 - next to this file
from bench_notices import percentiles, seconds  # noqa: E402 - likewise

ROWS = 50_000
UNITS = 40
REMINDERS = 5_000
AUDITORS, LINES, DOCUMENTS = 500, 30, 30
TIMES = 20
CLAUSES = ("4.1", "5.3", "6.1.2", "7.1.3", "7.2", "7.5.3.2", "8.2.1", "8.5.1", "8.5.2", "9.1.2", "10.2.1")  # fmt: skip
GRADES = ("minor", "minor", "observation", "opportunity", "strength", "major")


def page(person: Any, address: str) -> dict[str, Any]:
    return ask(person, address, times=TIMES)


def agency_with_units(code: str, units: int = UNITS) -> tuple[Any, list[Any]]:
    from qms.lifecycle.agencies import create_agency
    from qms.models import Unit

    agency = create_agency(code=code, name=f"Sở {code}")
    return agency, [Unit.objects.create(agency=agency, name=f"Phòng số {n}") for n in range(units)]


def concluded(agency: Any, count: int) -> list[Any]:
    from audits.models import Audit
    from qms.clock import today

    Audit.objects.bulk_create(
        Audit(agency=agency, body=agency, title=f"Đợt {n}", starts_on=day, ends_on=day, concluded_on=day, state="closed")
        for n in range(count)
        for day in (today() - datetime.timedelta(days=7 * n % 1500),)
    )  # fmt: skip
    return list(Audit.objects.filter(agency=agency))


def findings(rows: int) -> dict[str, Any]:
    """Times `rows` findings of one agency over four years: the list for each kind of reader, its
    download, and what a finding repeats."""
    from audits import repeats
    from audits.models import Finding

    agency, units = agency_with_units("SPH")
    officer = appoint("thuky-ph", "officer", agency, unit=units[0])
    clerk = appoint("chuyenvien-ph", "reader", agency, unit=units[3])
    overseer = appoint("giamsat-ph", "overseer", None)
    audits = concluded(agency, 200)
    Finding.objects.bulk_create(
        (
            Finding(
                agency=agency, audit=one, year=one.starts_on.year, number=n + 1, unit=units[n * 7 % UNITS], clause=CLAUSES[n % len(CLAUSES)],
                grade=GRADES[n % len(GRADES)], seen=f"Hồ sơ số {n} thiếu giấy tiếp nhận", state="accepted", told_on=one.concluded_on,
                same_place=f"{n % 900}#2", same_step=f"procedure:quy trinh {n % 900}#2",
            )
            for n in range(rows)
            for one in (audits[n % len(audits)],)
        ),
        batch_size=1_000,
    )  # fmt: skip
    place = f"/a/{agency.pk}/danh-gia/phat-hien/"
    last = Finding.objects.filter(agency=agency).latest("pk")
    return {
        "list_of_the_officer": page(officer, place),
        "list_of_one_unit": page(clerk, place),
        "list_of_the_overseer": page(overseer, place),
        "list_by_grade": page(officer, f"{place}?grade=major"),
        "last_page": page(officer, f"{place}?page=9999"),
        "page_of_one": page(officer, last.get_absolute_url()),
        "repeats": percentiles(lambda: repeats.shown(last, names=True), TIMES),
    }


def make_actions(agency: Any, units: list[Any], person: Any, rows: int) -> None:
    from audits.models import Action, Nonconformity
    from qms.clock import today

    states = ("open", "agreed", "agreed", "verifying", "closed", "closed")
    Nonconformity.objects.bulk_create(
        (
            Nonconformity(
                agency=agency, unit=units[n * 7 % len(units)], year=2020 + n % 7, number=n + 1, source="daily", state=states[n % 6],
                description=f"Hồ sơ số {n} trả chậm", opened_on=SINCE, closed_on=today() if n % 6 > 3 else None,
            )
            for n in range(rows)
        ),
        batch_size=1_000,
    )  # fmt: skip
    cases = Nonconformity.objects.filter(agency=agency).order_by("pk")
    Action.objects.bulk_create(
        (
            Action(nonconformity=case, what="Kiểm tra cuối ngày", person=person, due=today() + datetime.timedelta(days=n % 60 - 20),
                   done_on=today() if case.state in ("verifying", "closed") else None)
            for n, case in enumerate(cases.iterator(chunk_size=2_000))
        ),
        batch_size=1_000,
    )  # fmt: skip


def actions(rows: int) -> dict[str, Any]:
    agency, units = agency_with_units("SHD")
    officer = appoint("thuky-hd", "officer", agency, unit=units[0])
    clerk = appoint("chuyenvien-hd", "reader", agency, unit=units[3])
    make_actions(agency, units, clerk, rows)
    place = f"/a/{agency.pk}/danh-gia/hanh-dong/"
    return {
        "list_of_the_officer": page(officer, place),
        "list_of_one_unit": page(clerk, place),
        "list_by_state": page(officer, f"{place}?state=agreed"),
        "page_of_the_agency": page(officer, f"/a/{agency.pk}/danh-gia/"),
        "charts": page(officer, f"/a/{agency.pk}/danh-gia/tong-quan/"),
    }


def reminders(rows: int) -> dict[str, Any]:
    """Times planning the reminders of that many actions in one transaction."""
    from django.db import transaction

    from audits import reminders as of_actions
    from audits.models import Action

    agency, units = agency_with_units("SNH", 5)
    person = appoint("chuyenvien-nh", "reader", agency, unit=units[0])
    make_actions(agency, units, person, REMINDERS // 5)
    waiting = list(Action.objects.filter(nonconformity__agency=agency))

    def plan() -> None:
        with transaction.atomic():
            for action in waiting:
                of_actions.plan(action)

    from qms.models import DueWork

    before = DueWork.objects.count()
    taken = seconds(plan)
    return taken | {"reminders": DueWork.objects.count() - before}


def overseer(rows: int) -> dict[str, Any]:
    """Times the overseer's page over 60 and over 4,000 agencies, each with two audits, findings and
    open corrections."""
    from audits.models import Finding, Nonconformity
    from qms.clock import today
    from qms.models import Agency, Unit

    person = appoint("giamsat", "overseer", None)
    found = {}
    for code, count in (("N", 60), ("M", 4_000)):
        made = Agency.objects.bulk_create(Agency(code=f"{code}{n}", name=f"Cơ quan {code} {n}") for n in range(count))  # fmt: skip
        units = Unit.objects.bulk_create(Unit(agency=one, name="Văn phòng") for one in made)
        for one, unit in zip(made, units, strict=True):
            first = concluded(one, 2)[0]
            Finding.objects.bulk_create(
                Finding(agency=one, audit=first, year=today().year, number=n + 1, unit=unit, clause="7.2", grade="minor", seen="x", state="told", told_on=today())
                for n in range(5)
            )  # fmt: skip
            Nonconformity.objects.bulk_create(
                Nonconformity(agency=one, unit=unit, year=today().year, number=n + 1, source="daily", description="x")
                for n in range(3)
            )  # fmt: skip
        found[f"{Agency.objects.count()}_agencies"] = page(person, "/danh-gia/cac-co-quan/")  # fmt: skip
    return found


def coverage(rows: int) -> dict[str, Any]:
    """Times the coverage of 40 units by 60 clauses over three years (120 audits of 10 lines), and
    the calendar feed of 200 audits."""
    from django.utils import timezone

    from audits.calendar import feed
    from audits.models import Audit, PlanRow, Programme

    agency, units = agency_with_units("SBP")
    officer = appoint("thuky-bp", "officer", agency, unit=units[0])
    lines = [{"unit": u.pk, "unit_name": u.name, "month": 5, "lead": None, "lead_name": "", "clauses": list(CLAUSES)} for u in units]  # fmt: skip
    for year in (2024, 2025, 2026):
        Programme.objects.create(agency=agency, year=year, aims="x", scope="x", rows=lines, state="approved")  # fmt: skip
    first = timezone.now()
    PlanRow.objects.bulk_create(
        PlanRow(audit=one, unit=units[(n * 10 + m) % UNITS], starts_at=first, ends_at=first + datetime.timedelta(hours=1), clauses=list(CLAUSES[m % 5 :]))
        for n, one in enumerate(concluded(agency, 120))
        for m in range(10)
    )  # fmt: skip
    place = f"/a/{agency.pk}/danh-gia/bao-phu/"
    found = {
        "one_year": page(officer, place),
        "three_years": page(officer, f"{place}?span=3"),
    }
    concluded(agency, 80)
    Audit.objects.filter(agency=agency).update(state="planned")
    return found | {"feed_of_200": percentiles(lambda: feed.of_person(officer), TIMES)}


def questions(rows: int) -> dict[str, Any]:
    """Times proposing more than 200 questions for one line of a plan, and reading and checking
    2,000 rows of a sheet."""
    import io

    from django.utils import timezone
    from openpyxl import Workbook

    from audits import proposals
    from audits.bank import sheet, taking
    from audits.models import Audit, Finding, PlanRow
    from procedures.models import Version
    from qms.clock import today

    agency, units = agency_with_units("SCH", 5)
    versions = list(Version.objects.filter(pk__in=[one.pk for one in make_versions(agency, 10)]))
    audit = Audit.objects.create(agency=agency, body=agency, title="Đợt này", starts_on=today(), ends_on=today(), state="planned",
                                 versions=[{"document": v.document_id, "version": v.pk, "code": v.code, "title": v.title} for v in versions])  # fmt: skip
    earlier = concluded(agency, 20)
    earlier[0].versions = audit.versions
    earlier[0].save()
    Finding.objects.bulk_create(
        Finding(agency=agency, audit=earlier[n % 20], year=2025, number=n + 1, unit=units[0], clause="7.2", grade="minor", seen=f"Thiếu {n}", state="told", told_on=today())
        for n in range(50)
    )  # fmt: skip
    row = PlanRow.objects.create(audit=audit, unit=units[0], starts_at=timezone.now(), ends_at=timezone.now() + datetime.timedelta(hours=1),
                                 clauses=["4", "5", "6", "7", "8", "9", "10"], documents=[v.document_id for v in versions])  # fmt: skip
    book = Workbook()
    book.active.append(["Điều khoản", "Câu hỏi", "Xem ở đâu"])
    for n in range(sheet.MOST_ROWS):
        book.active.append(["7.5.3", f"Hồ sơ số {n} có được lưu đúng nơi, đúng thời hạn không?", "Tủ hồ sơ"])  # fmt: skip
    out = io.BytesIO()
    book.save(out)
    tables: list[Any] = []
    read = seconds(lambda: tables.append(sheet.read(out.getvalue())))
    choice = sheet.proposed(tables[0])
    return {
        "proposed": percentiles(lambda: proposals.of(audit, row), 20),
        "number": len(proposals.of(audit, row)),
        "sheet_of_2000_rows_read": read,
        "sheet_of_2000_rows_checked": seconds(
            lambda: taking.check(agency, taking.rows_of(tables[0], choice))
        ),
    }


def plan_of_many() -> Any:
    """A plan of that many lines, each with a document, in an agency with that many auditors, a
    fifth of them from another agency."""
    from django.utils import timezone

    from audits.models import Audit, AuditorRecord, Member, PlanRow
    from qms.clock import today
    from qms.lifecycle.agencies import create_agency
    from qms.models import Appointment, User

    agency, units = agency_with_units("SDG")
    lender = create_agency(code="SCM", name="Sở Cho Mượn")
    lead = appoint("truongdoan", "auditor", agency)
    versions = make_versions(agency, DOCUMENTS)
    User.objects.bulk_create(
        User(username=f"dgv{n}", first_name=f"Trần Thị {n}") for n in range(AUDITORS)
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
    for number in range(LINES):
        row = PlanRow.objects.create(
            audit=audit, unit=units[number % UNITS], starts_at=first + datetime.timedelta(hours=2 * number), clauses=["7.5", "8.5.1"],
            ends_at=first + datetime.timedelta(hours=2 * number + 2), documents=[versions[number % DOCUMENTS].document_id],
        )  # fmt: skip
        row.auditors.set([member])
    return audit


def who_else(rows: int) -> dict[str, Any]:
    """Times working out who may audit each line of a plan, and why those named may not."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from audits.auditors import finding

    audit = plan_of_many()
    figures = percentiles(lambda: finding.of_plan(audit), 20)
    with CaptureQueriesContext(connection) as queries:
        found = finding.of_plan(audit)
    return figures | {
        "queries": len(queries), "own_of_first": len(found[0].own), "lenders_of_first": len(found[0].lenders),
    }  # fmt: skip


PARTS: dict[str, Callable[[int], dict[str, Any]]] = {
    "findings": findings,
    "actions": actions,
    "reminders": reminders,
    "overseer": overseer,
    "coverage": coverage,
    "questions": questions,
    "who_else": who_else,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default=",".join(PARTS))
    parser.add_argument("--rows", type=int, default=ROWS)
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
        call_command("migrate", verbosity=0)
        found = {name: PARTS[name](chosen.rows) for name in chosen.only.split(",")}
        print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
