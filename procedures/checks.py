"""System check: the database contains none of Wagtail's own means of publishing. Documents are
issued, never published."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder
from wagtail.models import Task, Workflow

from procedures.models import DocumentPage

CLEARED = ("procedures", "0011_no_workflow_of_wagtail")


@register(Tags.database)
def nothing_is_published(
    databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Runs with `check --database default`, before each start and before migrations; silent until
    the stock workflow has been removed."""
    found: list[CheckMessage] = []
    for alias in databases or []:
        if CLEARED in MigrationRecorder(connections[alias]).applied_migrations():
            found += [Error(message, hint=hint, id=id) for id, message, hint in _left(alias)]
    return found


def _left(alias: str) -> list[tuple[str, str, str]]:
    workflows = Workflow.objects.using(alias).count()
    tasks = Task.objects.using(alias).count()
    pages = list(
        DocumentPage.objects.using(alias).filter(live=True).values_list("pk", flat=True)[:5]
    )
    problems = (
        (workflows, "procedures.E001", f"Wagtail holds {workflows} workflows.",
         "Delete the rows of wagtail.models.Workflow: documents are approved and issued here, not moderated."),
        (tasks, "procedures.E002", f"Wagtail holds {tasks} workflow tasks.",
         "Delete the rows of wagtail.models.Task."),
        (pages, "procedures.E003", f"Documents are published as pages: {', '.join(map(str, pages))}…",
         "Set live=False on them; readers see versions alone."),
    )  # fmt: skip
    return [(id, message, hint) for there, id, message, hint in problems if there]
