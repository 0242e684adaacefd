"""Scheduled work is done once, caught up after downtime, and never lost."""

import datetime

import pytest
from django.db import transaction
from django.utils import timezone

from qms.models import Agency, DueWork
from qms.work import due

NOW = timezone.now()
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def found_agency(db):
    """A kind of work that leaves a trace in the database, and can be made to fail after it."""
    state = {"fail": False, "done": []}

    def work(data):
        Agency.objects.create(code=data["code"], name=data["code"])
        if state["fail"]:
            raise ValueError("hỏng thử")
        state["done"].append(data["code"])

    due.register("found", work)
    yield state
    del due._KINDS["found"]


def test_work_is_done_when_its_time_has_come_and_once(found_agency):
    due.plan("a", "found", {"code": "A"}, NOW)
    due.plan("b", "found", {"code": "B"}, NOW + HOUR)
    assert due.run_due(NOW) == 1
    assert due.run_due(NOW) == 0
    assert found_agency["done"] == ["A"]
    assert due.run_due(NOW + HOUR) == 1


def test_after_a_pause_everything_is_caught_up_in_order(found_agency):
    for n in (3, 1, 2):
        due.plan(str(n), "found", {"code": f"C{n}"}, NOW + n * HOUR)
    assert due.run_due(NOW + 100 * HOUR) == 3
    assert found_agency["done"] == ["C1", "C2", "C3"]


def test_planned_again_it_moves_until_it_is_done_and_stays_done_after(found_agency):
    due.plan("a", "found", {"code": "A"}, NOW)
    due.plan("a", "found", {"code": "B"}, NOW + HOUR)
    assert due.run_due(NOW) == 0
    assert due.run_due(NOW + HOUR) == 1
    due.plan("a", "found", {"code": "C"}, NOW)
    assert due.run_due(NOW + HOUR) == 0
    assert found_agency["done"] == ["B"]


def test_a_plan_made_in_a_transaction_that_fails_does_not_stay(found_agency):
    with pytest.raises(ValueError), transaction.atomic():
        due.plan("a", "found", {"code": "A"}, NOW)
        raise ValueError
    assert not DueWork.objects.exists()


def test_what_failing_work_did_is_taken_back_and_others_go_on(found_agency):
    found_agency["fail"] = True
    due.plan("a", "found", {"code": "A"}, NOW)
    due.run_due(NOW)
    assert not Agency.objects.exists()
    row = DueWork.objects.get()
    assert (row.tries, row.done_at, row.due_at) == (1, None, NOW + due.PAUSES[0])
    assert "hỏng thử" in row.error
    found_agency["fail"] = False
    assert due.run_due(row.due_at) == 1


def test_work_that_keeps_failing_waits_for_a_person_with_growing_pauses(found_agency):
    found_agency["fail"] = True
    due.plan("a", "found", {"code": "A"}, NOW)
    now, pauses = NOW, []
    for _ in range(10):
        due.run_due(now)
        row = DueWork.objects.get()
        pauses.append(row.due_at - now)
        now = max(row.due_at, now)
    assert pauses[:4] == due.PAUSES
    assert row.tries == 5
    assert due.stuck() == [row]
    found_agency["fail"] = False
    due.retry(row.pk)
    assert due.run_due(timezone.now() + HOUR) == 1


def test_work_of_an_unknown_kind_is_kept_with_the_reason(db):
    due.plan("a", "khong-co", {}, NOW)
    assert due.run_due(NOW) == 0
    assert "no handler is registered" in DueWork.objects.get().error


def test_what_is_planned_can_be_taken_back_before_it_is_done(found_agency):
    due.plan("a", "found", {"code": "A"}, NOW)
    assert due.cancel("a")
    assert not due.cancel("a")
    assert due.run_due(NOW) == 0


@pytest.mark.django_db(transaction=True)
def test_two_processes_at_once_do_each_piece_once(found_agency):
    import threading

    from django.db import connection

    shared = connection.vendor == "sqlite" and connection.is_in_memory_db()
    # In memory all threads share one connection: nothing to contend for
    threads = 1 if shared else 4
    for n in range(12):
        due.plan(str(n), "found", {"code": f"D{n}"}, NOW)

    def run():
        due.run_due(NOW)
        connection.close()

    started = [threading.Thread(target=run) for _ in range(threads)]
    if threads == 1:
        due.run_due(NOW)
    else:
        [t.start() for t in started]
        [t.join(60) for t in started]
    assert sorted(found_agency["done"]) == sorted(f"D{n}" for n in range(12))
