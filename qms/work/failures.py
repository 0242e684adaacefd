"""Background work that needs a person: each kind of work reports what is stuck, and how to retry it
or give it up."""

import datetime
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult

from qms.models import DueWork
from qms.work import due, tasks


@dataclass(frozen=True)
class Trouble:
    """A piece of work that failed too often."""

    source: str  # kind of work
    key: str  # its name within its kind
    title: str
    detail: str  # the last error, for engineers
    at: datetime.datetime | None
    tries: int
    reason: str = ""  # user-facing reason


@dataclass(frozen=True)
class Source:
    label: object
    found: Callable[[], list[Trouble]]
    retry: Callable[[str], object]
    discard: Callable[[str], object]
    count: Callable[[], int] | None = None  # the total, if `found` returns only the latest
    retry_all: Callable[[], object] | None = None


_SOURCES: dict[str, Source] = {}
_TASKS: dict[str, object] = {}


def register(name: str, label: object, **what: Any) -> None:
    """Registers a kind of work whose stuck pieces are shown to system administrators; `what` are
    the other fields of `Source`."""
    _SOURCES[name] = Source(label, **what)


def retryable_together() -> list[tuple[str, Source, int]]:
    """[(name, source, how many)] of the kinds of work with several stuck pieces that can be retried
    together."""
    counted = [
        (name, source, source.count())
        for name, source in _SOURCES.items()
        if source.count and source.retry_all
    ]
    return [(name, source, count) for name, source, count in counted if count > 1]


def name_task(path: str, label: object) -> None:
    """Registers the label of a task on screens: its path in the code means nothing to an
    administrator."""
    _TASKS[path] = label


def everything() -> list[Trouble]:
    return [trouble for source in _SOURCES.values() for trouble in source.found()]


def source(name: str) -> Source | None:
    return _SOURCES.get(name)


def _tasks() -> list[Trouble]:
    return [
        Trouble("task", str(t.pk), _named(t), t.traceback[-4000:], t.finished_at, tasks.tries(t))
        for t in tasks.given_up()
    ]


def _named(task: DBTaskResult) -> str:
    """The task's label with the IDs among its arguments; never the name of an object, which may be
    a draft."""
    numbers = [str(value) for value in task.args_kwargs.get("args", []) if isinstance(value, int)]
    return " ".join([str(_TASKS.get(task.task_path, task.task_path)), *numbers])


def _due() -> list[Trouble]:
    return [
        Trouble("due", str(row.pk), row.key, row.error, row.due_at, row.tries)
        for row in due.stuck()
    ]


def _discard_due(key: str) -> None:
    DueWork.objects.filter(pk=key, done_at__isnull=True, tries__gt=len(due.PAUSES)).delete()


register(
    "task",
    _("Tác vụ nền"),
    found=_tasks,
    retry=lambda key: tasks.retry(uuid.UUID(key)),
    discard=lambda key: tasks.discard(uuid.UUID(key)),
)
register(
    "due",
    _("Việc đến hạn"),
    found=_due,
    retry=lambda key: due.retry(int(key)),
    discard=_discard_due,
)
