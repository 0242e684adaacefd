"""System checks: documents are issued, never published by Wagtail, and LibreOffice is confined."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder
from wagtail.models import Task, Workflow

from procedures.models import DocumentPage
from procedures.word import confined
from procedures.word.convert import find_soffice

CLEARED = ("procedures", "0011_no_workflow_of_wagtail")


@register(Tags.security)
def libreoffice_is_confined(**kwargs: Any) -> list[CheckMessage]:
    """A warning where LibreOffice could read this machine's files and the kernel has no means
    against it."""
    if confined.version() or not find_soffice():
        return []
    problem = (
        "LibreOffice converts files from outside and could show pictures from this machine's disk."
    )
    hint = "Use Linux 5.13 or newer with Landlock (Debian 12 has it), or remove LibreOffice."
    return [Warning(problem, hint=hint, id="procedures.W001")]


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
