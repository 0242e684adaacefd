"""A version never changes, and what is in force follows from dates and acts."""

import datetime

import pytest
from django.db import DatabaseError, connection, transaction

from procedures import lifecycle
from procedures.models import Clause, Version
from qms.clock import today
from qms.errors import Refused
from qms.proof import append_only
from tests.issuing import issue as issue_now

DAY = datetime.date.fromisoformat


def refused_by_trigger(statement: str, *values) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
    except DatabaseError as problem:
        return "append-only" in str(problem)
    return False


def test_a_version_cannot_be_changed_or_deleted_by_any_path(make_document, agency, officer):
    version = make_document(agency, officer, issued="2026-01-05").versions.get()
    table = "procedures_version"
    assert refused_by_trigger(f"UPDATE {table} SET title = 'khác' WHERE id = %s", version.pk)
    assert refused_by_trigger(f"DELETE FROM {table} WHERE id = %s", version.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        Version.objects.filter(pk=version.pk).update(title="khác")
    with pytest.raises(DatabaseError), transaction.atomic():
        version.title = "khác"
        version.save()
    with pytest.raises(DatabaseError), transaction.atomic():
        Version.objects.filter(pk=version.pk)._raw_delete("default")
    columns = ", ".join(f.column for f in Version._meta.concrete_fields)
    if connection.vendor == "sqlite":
        assert refused_by_trigger(
            f"INSERT OR REPLACE INTO {table} ({columns}) SELECT {columns} FROM {table} WHERE id = %s",
            version.pk,
        )
        others = columns.replace("id, ", "", 1)
        assert refused_by_trigger(
            f"INSERT OR REPLACE INTO {table} ({others}) SELECT {others} FROM {table} WHERE id = %s",
            version.pk,
        )
    else:
        with connection.cursor() as cursor:
            # Else TRUNCATE is refused for pending checks, not by the trigger
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        assert refused_by_trigger(f"TRUNCATE {table} CASCADE")
    version.refresh_from_db()
    assert version.title == "Quy trình thử"
    assert version.digest == version.compute_digest()


def test_a_missing_trigger_fails_the_system_check(db):
    assert append_only.missing() == []
    with connection.cursor() as cursor:
        name = "procedures_version_no_" + ("update" if connection.vendor == "sqlite" else "change")
        cursor.execute(
            f"DROP TRIGGER {name}"
            + ("" if connection.vendor == "sqlite" else " ON procedures_version")
        )
    assert [error.id for error in append_only.check_triggers(["default"])] == ["qms.E001"]
    append_only.install()
    assert append_only.missing() == []


def test_the_next_version_waits_for_its_day_while_the_old_one_stays_in_force(
    make_document, agency, officer
):
    page = make_document(agency, officer, issued="2026-01-05")
    lifecycle.revise_draft(page, title="Quy trình thử, lần hai", by=officer)
    second = issue_now(
        page, issued_on=DAY("2026-03-01"), effective_on=DAY("2026-04-01"), by=officer
    )
    first = page.versions.get(ordinal=1)
    assert list(Version.objects.in_force(DAY("2026-01-04"))) == []
    assert list(Version.objects.in_force(DAY("2026-03-31"))) == [first]
    assert list(Version.objects.in_force(DAY("2026-04-01"))) == [second]
    assert list(Version.objects.waiting(DAY("2026-03-31"))) == [second]


def test_each_draft_carries_its_own_clauses_into_its_version(make_document, agency, officer):
    page = make_document(agency, officer, issued="2026-01-05")
    page = type(page).objects.get(pk=page.pk)
    page.clauses = Clause.objects.filter(number__in=["7.5", "8.1"])
    page.title = "Tên mới"
    page.save_revision(user=officer)
    later = issue_now(type(page).objects.get(pk=page.pk), issued_on=DAY("2026-02-01"), by=officer)
    assert sorted(later.clauses) == ["7.5", "8.1"]
    assert page.versions.get(ordinal=1).clauses == []


def test_withdrawal_ends_a_version_and_reinstatement_brings_it_back(make_document, agency, officer):
    version = make_document(agency, officer, issued="2026-01-05").versions.get()
    lifecycle.withdraw(
        version, reason="Không còn thủ tục này", by=officer, on_day=DAY("2026-02-01")
    )
    lifecycle.reinstate(version, reason="Khôi phục thủ tục", by=officer, on_day=DAY("2026-03-01"))
    assert list(Version.objects.in_force(DAY("2026-01-31"))) == [version]
    assert list(Version.objects.in_force(DAY("2026-02-01"))) == []
    assert list(Version.objects.in_force(DAY("2026-03-01"))) == [version]


def test_a_version_is_reinstated_unless_another_document_has_the_code_it_was_issued_under(
    make_document, agency, officer
):
    page = make_document(agency, officer, code="QT-01", issued="2026-01-05")
    old = page.versions.get()
    lifecycle.withdraw(old, reason="Cũ", by=officer)
    page.code = "QT-77"
    page.save()
    taken = make_document(agency, officer, code="QT-01", issued="2026-02-01").versions.get()
    with pytest.raises(Refused, match="QT-01"):
        lifecycle.reinstate(Version.objects.get(pk=old.pk), reason="Lại", by=officer)
    lifecycle.strike_out(taken, reason="Nhầm", by=officer)
    make_document(agency, officer, code="QT-77", issued="2026-02-01")
    lifecycle.reinstate(Version.objects.get(pk=old.pk), reason="Lại", by=officer)
    assert old.acts.last().kind == "reinstated"


def test_nothing_is_withdrawn_before_it_took_effect_nor_reinstated_before_it_was_withdrawn(
    make_document, agency, officer
):
    version = make_document(
        agency, officer, issued="2026-01-05", effective="2026-02-01"
    ).versions.get()
    with pytest.raises(Refused, match="01/02/2026"):
        lifecycle.withdraw(version, reason="Nhầm ngày", by=officer, on_day=DAY("2026-01-31"))
    lifecycle.withdraw(version, reason="Sáp nhập", by=officer, on_day=DAY("2026-03-01"))
    with pytest.raises(Refused, match="01/03/2026"):
        lifecycle.reinstate(version, reason="Nhầm ngày", by=officer, on_day=DAY("2026-02-28"))
    assert [act.kind for act in version.acts.all()] == ["withdrawn"]


def test_a_version_that_is_to_come_and_is_withdrawn_never_takes_effect(
    make_document, agency, officer
):
    coming = today() + datetime.timedelta(days=30)
    version = make_document(
        agency, officer, issued=f"{today()}", effective=f"{coming}"
    ).versions.get()
    with pytest.raises(Refused):
        lifecycle.withdraw(
            version, reason="Nhầm ngày", by=officer, on_day=today() - datetime.timedelta(days=1)
        )
    assert lifecycle.withdraw(version, reason="Không ban hành nữa", by=officer).on_day == today()
    assert list(Version.objects.in_force(coming)) == []


def test_striking_out_a_mistake_brings_the_version_before_it_back(make_document, agency, officer):
    page = make_document(agency, officer, issued="2026-01-05")
    lifecycle.revise_draft(page, title="Nhầm", by=officer)
    wrong = issue_now(page, issued_on=DAY("2026-02-01"), by=officer)
    lifecycle.strike_out(wrong, reason="Ghi nhầm tệp", by=officer)
    assert [v.ordinal for v in Version.objects.in_force(DAY("2026-03-01"))] == [1]
    assert page.versions.count() == 2


def test_recording_is_refused_to_the_wrong_role_and_to_another_agency(
    make_document, agency, officer, author, reader, stranger
):
    page = make_document(agency, officer)
    for person in (author, reader, stranger):
        with pytest.raises(Refused, match="thư ký ISO"):
            lifecycle.record(page, issued_on=DAY("2026-01-05"), by=person)
    assert not Version.objects.exists()


def test_a_paper_is_recorded_once_and_as_it_says(make_document, agency, officer):
    page = make_document(agency, officer, code="")
    made = lifecycle.record(
        page,
        issued_on=DAY("2026-01-05"),
        effective_on=DAY("2026-01-04"),
        by=officer,
        paper={"number": "15/QĐ-STP", "dated": "2026-01-05"},
    )
    assert made.origin == "recorded" and made.paper["number"] == "15/QĐ-STP"
    assert made.digest == made.compute_digest()
    with pytest.raises(Refused, match="mới hơn"):
        lifecycle.record(page, issued_on=DAY("2026-01-05"), by=officer)


def test_a_code_in_force_elsewhere_in_the_agency_is_refused_however_it_is_spelt(
    make_document, agency, other_agency, officer, stranger
):
    make_document(agency, officer, code="QT-01/TP", issued="2026-01-05")
    with pytest.raises(Refused, match="đang được dùng"):
        issue_now(
            make_document(agency, officer, code="qt.01 tp", title="Việc khác"),
            issued_on=DAY("2026-01-06"),
            by=officer,
        )
    make_document(other_agency, stranger, code="QT-01/TP", issued="2026-01-05")
    assert Version.objects.count() == 2
