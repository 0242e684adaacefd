"""What django-tasks-db does not do: resumes tasks of killed workers, retries failed ones with
growing pauses, and shows those that keep failing to the system administrator. A task may run twice,
so each must be idempotent."""

import datetime
import logging
import uuid

from django.db import transaction
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult, get_date_max
from django_tasks_db.utils import exclusive_transaction

from qms.work import process_locks

log = logging.getLogger("qms.work.tasks")
# Between attempts; after the last a person decides
PAUSES = [datetime.timedelta(seconds=s) for s in (10, 60, 600, 3600)]
MOST_TRIES = len(PAUSES) + 1
KEPT = datetime.timedelta(days=14)  # how long finished tasks stay in the table
KILLED = "qms.work.tasks.Killed"
WORKER = "worker-"


def new_worker_id() -> str:
    return uuid.uuid4().hex


def tries(task: DBTaskResult) -> int:
    """How often a worker has started it since it was enqueued, or since a person retried it."""
    return len(task.worker_ids)


def resume_killed() -> int:
    """Marks tasks whose worker is no longer running as failed, and re-enqueues those with attempts
    left. Returns how many tasks it found."""
    found = 0
    for pk in list(DBTaskResult.objects.running().values_list("pk", flat=True)):
        with transaction.atomic():
            task = (
                DBTaskResult.objects.select_for_update()
                .filter(pk=pk, status=TaskResultStatus.RUNNING)
                .first()
            )
            if task is None or (
                task.worker_ids and process_locks.is_held(WORKER + task.worker_ids[-1])
            ):
                continue
            log.warning("task %s (%s): its worker is gone", task.pk, task.task_path)
            task.status = TaskResultStatus.FAILED
            task.finished_at = timezone.now()
            task.exception_class_path, task.traceback = (
                KILLED,
                "The process that worked on it was killed.",
            )
            if tries(task) < MOST_TRIES:
                _put_back(
                    task,
                    timezone.now()
                    if tries(task) == 1
                    else timezone.now() + PAUSES[tries(task) - 2],
                )
            task.save()
            found += 1
    return found


def retry_failed() -> int:
    """Re-enqueues failed tasks after a pause that grows with each attempt. Returns how many."""
    found = 0
    for pk in [task.pk for task in DBTaskResult.objects.failed() if tries(task) < MOST_TRIES]:
        with transaction.atomic():
            task = (
                DBTaskResult.objects.select_for_update()
                .filter(pk=pk, status=TaskResultStatus.FAILED)
                .first()
            )
            if task is not None and 0 < tries(task) < MOST_TRIES:
                _put_back(task, timezone.now() + PAUSES[tries(task) - 1])
                task.save()
                found += 1
    return found


def given_up() -> list[DBTaskResult]:
    """Tasks that failed too often and wait for a person."""
    return [
        task
        for task in DBTaskResult.objects.failed().order_by("-finished_at")
        if tries(task) >= MOST_TRIES
    ]


def retry(pk: uuid.UUID) -> bool:
    """Has a given-up task retried on a person's request, with a full set of attempts. Returns
    whether there was one."""
    with transaction.atomic():
        task = (
            DBTaskResult.objects.select_for_update()
            .filter(pk=pk, status=TaskResultStatus.FAILED)
            .first()
        )
        if task is None:
            return False
        task.worker_ids = []
        _put_back(task, timezone.now())
        task.save()
        return True


def discard(pk: uuid.UUID) -> bool:
    """Discards a failed task for good, on a person's request. Returns whether there was one."""
    return bool(DBTaskResult.objects.filter(pk=pk, status=TaskResultStatus.FAILED).delete()[0])


def _put_back(task: DBTaskResult, when: datetime.datetime) -> None:
    """Re-enqueues it; the last error stays readable until an attempt succeeds."""
    now = timezone.now()
    task.status, task.started_at, task.finished_at = TaskResultStatus.READY, None, None
    task.run_after = get_date_max() if when <= now else when


def forget_old() -> int:
    """Deletes tasks that succeeded long ago, and the files of dead workers."""
    process_locks.sweep(WORKER)
    return (
        DBTaskResult.objects.successful().filter(finished_at__lt=timezone.now() - KEPT).delete()[0]
    )


def run_default_queue(at_most: int = 50) -> None:
    """Runs the short tasks of the default queue, in the background process; long ones have a queue
    and a worker of their own."""
    if not DBTaskResult.objects.ready().filter(queue_name="default").exists():
        return
    identity = new_worker_id()
    worker = Worker(
        queue_names=["default"], interval=0, batch=True, backend_name="default", startup_delay=False, max_tasks=None,
        worker_id=identity, excluded_queue_names=[],
    )  # fmt: skip
    with process_locks.Presence(WORKER + identity, once=True):
        for _turn in range(at_most):
            with exclusive_transaction():
                task = DBTaskResult.objects.ready().filter(queue_name="default").get_locked()
                if task is None:
                    return
                task.claim(identity)
            worker.run_task(task)
