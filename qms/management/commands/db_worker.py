"""manage.py db_worker: django-tasks-db's worker, holding a process lock so that its tasks are
resumed when it is killed."""

from typing import Any

from django_tasks_db.management.commands import db_worker

from qms.work import process_locks, tasks


class Command(db_worker.Command):
    def handle(self, *, worker_id: str, **options: Any) -> None:
        # Not the given one, which need not be unique
        identity = tasks.new_worker_id()
        with process_locks.Presence(tasks.WORKER + identity, once=True):
            super().handle(worker_id=identity, **options)
