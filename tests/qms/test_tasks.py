"""Killed tasks are resumed, failed ones retried, and those that keep failing wait for a person."""

import datetime
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from qms.work import failures, process_locks, tasks
from tests.qms import jobs

ROOT = Path(__file__).resolve().parent.parent.parent
HOLD = """
import sys, os
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from django.conf import settings
settings.configure(QMS_DATA=Path(sys.argv[2]))
from qms.work.process_locks import Presence
with Presence(sys.argv[3]):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(settings):
    """Starts a process that holds a name until it is killed or stopped."""
    started = []

    def start(name):
        process = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(ROOT), str(settings.QMS_DATA), name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        started.append(process)
        assert process.stdout.readline() == b"held\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def kill(process):
    process.send_signal(signal.SIGKILL)
    process.wait()


def running(worker):
    result = jobs.notes.enqueue("/dev/null", "")
    DBTaskResult.objects.filter(pk=result.id).update(
        status="RUNNING", worker_ids=worker, started_at=timezone.now()
    )
    return DBTaskResult.objects.get(pk=result.id)


def later(task):
    """Lets the pause before the next attempt pass."""
    DBTaskResult.objects.filter(pk=task.pk).update(
        run_after=timezone.now() - datetime.timedelta(seconds=1)
    )


def test_a_name_is_held_by_one_living_process_and_free_once_it_is_killed(holder):
    process = holder("background")
    assert process_locks.is_held("background")
    with pytest.raises(process_locks.Held), process_locks.Presence("background"):
        pass
    kill(process)
    assert not process_locks.is_held("background")
    with process_locks.Presence("background"):
        assert process_locks.last_report("background")["pid"] == os.getpid()


def test_the_task_of_a_living_worker_is_left_alone_and_that_of_a_killed_one_taken_up(db, holder):
    process = holder(tasks.WORKER + "abc")
    task = running(["abc"])
    assert tasks.resume_killed() == 0
    kill(process)
    assert tasks.resume_killed() == 1
    task.refresh_from_db()
    assert (task.status, task.started_at) == ("READY", None)
    assert DBTaskResult.objects.ready().filter(pk=task.pk).exists()  # at once, the first time


def test_a_task_that_kills_every_worker_is_given_up(db):
    task = running(["a"] * tasks.MOST_TRIES)
    assert tasks.resume_killed() == 1
    task.refresh_from_db()
    assert (task.status, task.exception_class_path) == ("FAILED", tasks.KILLED)
    assert tasks.given_up() == [task]


def test_a_failed_task_is_tried_again_with_growing_pauses_then_waits_for_a_person(db):
    jobs.fails.enqueue()
    pauses = []
    for _ in range(tasks.MOST_TRIES):
        tasks.run_default_queue()
        task = DBTaskResult.objects.get()
        assert task.status == "FAILED"
        if tasks.retry_failed():
            task.refresh_from_db()
            pauses.append(round((task.run_after - timezone.now()).total_seconds(), -1))
            tasks.run_default_queue()
            assert DBTaskResult.objects.get().status == "READY"  # not before its time
            later(task)
    assert pauses == [p.total_seconds() for p in tasks.PAUSES]
    assert tasks.retry_failed() == 0
    assert "hỏng thử" in tasks.given_up()[0].traceback


def test_a_person_has_a_given_up_task_tried_again_or_discards_it(db):
    task = running(["a"] * tasks.MOST_TRIES)
    tasks.resume_killed()
    assert tasks.retry(task.pk)
    assert not tasks.discard(task.pk)  # it is enqueued again
    tasks.run_default_queue()
    task.refresh_from_db()
    assert (task.status, tasks.tries(task)) == ("SUCCESSFUL", 1)
    other = running(["a"] * tasks.MOST_TRIES)
    tasks.resume_killed()
    assert tasks.discard(other.pk)
    assert not DBTaskResult.objects.filter(pk=other.pk).exists()


def test_the_default_queue_is_done_by_the_background_process_and_imports_are_not(db, tmp_path):
    jobs.notes.enqueue(str(tmp_path / "out"), "một")
    jobs.notes.using(queue_name="imports").enqueue(str(tmp_path / "out"), "hai")
    tasks.run_default_queue()
    assert (tmp_path / "out").read_text() == "một"


def test_old_finished_tasks_and_files_of_dead_workers_go(db, holder):
    task = running(["a"])
    DBTaskResult.objects.filter(pk=task.pk).update(
        status="SUCCESSFUL", finished_at=timezone.now() - datetime.timedelta(days=15)
    )
    kill(holder(tasks.WORKER + "dead"))
    holder(tasks.WORKER + "alive")
    assert tasks.forget_old() == 1
    assert [path.name for path in process_locks.folder().iterdir()] == [tasks.WORKER + "alive"]


@pytest.mark.pure
def test_a_worker_killed_in_the_middle_of_a_task_loses_nothing(tmp_path, installation):
    """The real worker, a real kill, a database file of its own."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    environment = {
        **os.environ,
        "QMS_DATA": str(installation),
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }

    def manage(*arguments, **options):
        return subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), *arguments],
            cwd=ROOT,
            env=environment,
            **options,
        )

    def shell(code):
        done = subprocess.run([sys.executable, str(ROOT / "manage.py"), "shell", "--no-imports", "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    shell(f"from tests.qms.jobs import waits_at; waits_at.enqueue({str(pipe)!r})")
    begun = Path(str(pipe) + ".begun")
    os.mkfifo(begun)
    worker = manage(
        "db_worker",
        "--queue-name",
        "imports",
        "--no-startup-delay",
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert begun.read_text() == str(worker.pid)  # it is in the middle of the task
        kill(worker)
        assert shell("from qms.work import tasks; print(tasks.resume_killed())") == "1"
        second = manage(
            "db_worker",
            "--queue-name",
            "imports",
            "--no-startup-delay",
            "--batch",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        worker = second
        begun.read_text()
        pipe.write_text("xong")
        assert second.wait(timeout=60) == 0
    finally:
        worker.kill()
        worker.wait()
    status = "from django_tasks_db.models import DBTaskResult as R; r = R.objects.get(); print(r.status, r.return_value, len(r.worker_ids))"
    assert shell(status) == "SUCCESSFUL xong 2"


def test_a_task_that_waits_for_a_person_is_called_by_what_it_does(db):
    DBTaskResult.objects.create(
        task_path="procedures.importing.reading.read_item", queue_name="imports", backend_name="default", priority=0, run_after=timezone.now(), status="FAILED",
        worker_ids=["a"] * tasks.MOST_TRIES, finished_at=timezone.now(), args_kwargs={"args": [12], "kwargs": {}}, exception_class_path="", traceback="",
    )  # fmt: skip
    assert [trouble.title for trouble in failures.everything()] == ["Đọc tệp nhập vào 12"]
