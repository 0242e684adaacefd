"""Who locks a chain of the journal, and for how long: long work leaves it free, and there are no
deadlocks."""

import datetime
import threading
from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection, transaction

from procedures import lifecycle
from procedures.importing import batches
from qms.models import Agency, Event, Unit
from qms.proof import journal
from tests.issuing import issue as issue_now
from tests.procedures.import_files import procedure
from tests.together import TOGETHER, at_once, impatient

pytestmark = TOGETHER
postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite has one writer at a time"
)


@contextmanager
def meanwhile(work):
    """Another connection has done its work and has not ended its transaction yet."""
    begun, done, problems = threading.Event(), threading.Event(), []

    def run():
        try:
            work(lambda: (begun.set(), done.wait(60)))
        except Exception as problem:
            problems.append(problem)
        finally:
            begun.set()
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    assert begun.wait(60)
    assert not problems
    try:
        yield
    finally:
        done.set()
        thread.join(60)
        assert not problems


@postgresql
def test_a_small_act_waits_for_no_import_of_the_same_agency(
    own_connections,
    make_document,
    agency,
    officer,
    hand_in,
):
    version = make_document(agency, officer, code="QT-77", issued="2026-01-05").versions.get()
    files = {f"{n}.docx": procedure(f"QT-{n:02}", f"Việc số {n}") for n in range(4)}
    items = list(hand_in(files, as_issued=True).items.all())

    def take_all_in(wait):
        with journal.acts():
            for item in items:
                batches.accept(item, by=officer)
            wait()

    with meanwhile(take_all_in), impatient():
        lifecycle.withdraw(version, reason="Cũ", by=officer)
        Unit.objects.create(agency=agency, name="Phòng Mới")
    assert Event.objects.filter(kind="imported").count() == 4
    assert not journal.broken_links(agency)


@postgresql
def test_an_act_that_is_written_holds_its_own_chain_and_no_row_that_names_the_agency(
    own_connections, agency, other_agency
):
    def act(wait):
        with transaction.atomic():
            journal.append("trial", "x:1", agency=agency, by=None)
            wait()

    with meanwhile(act), impatient():
        Unit.objects.create(agency=agency, name="Phòng Mới")
        journal.append("trial", "x:2", agency=other_agency, by=None)
        with pytest.raises(OperationalError):
            journal.append("trial", "x:3", agency=agency, by=None)


def test_acts_written_at_once_make_one_unbroken_chain(own_connections, agency):
    mine = Agency.objects.get(pk=agency.pk)

    def write():
        journal.append("trial", "x:1", agency=mine, by=None)
        journal.append("trial", "x:1", agency=None, by=None)

    assert at_once(*[write] * 4) == [None] * 4
    for chain in (agency, None):
        assert Event.objects.filter(agency=chain, kind="trial").count() == 4
        assert not journal.broken_links(chain)


def test_steps_inside_one_work_are_written_at_its_end(
    own_connections, make_document, agency, officer
):
    page = make_document(agency, officer)
    with journal.acts():
        version = issue_now(page, issued_on=datetime.date(2026, 1, 5), by=officer)
        lifecycle.withdraw(version, reason="Nhầm", by=officer)
        assert not Event.objects.filter(subject=f"version:{version.pk}").exists()
    kinds = Event.objects.filter(subject=f"version:{version.pk}").order_by("pk")
    assert [event.kind for event in kinds] == ["issued", "withdrawn"]
