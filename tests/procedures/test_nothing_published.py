"""No trace of Wagtail's workflows or publishing is left in the database, and a system check reports
any."""

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db.migrations.recorder import MigrationRecorder
from wagtail.models import GroupApprovalTask, Page, Task, Workflow, WorkflowState, WorkflowTask

from procedures import checks
from procedures.migrations._rows import remove_stock_workflow


def errors():
    return [error.id for error in checks.nothing_is_published(["default"])]


@pytest.fixture
def workflow(db):
    made = Workflow.objects.create(name="Moderators approval")
    task = GroupApprovalTask.objects.create(name="Moderators approval")
    WorkflowTask.objects.create(workflow=made, task=task, sort_order=0)
    return made


def test_a_migrated_database_has_no_workflow_and_the_check_is_silent(db):
    assert (Workflow.objects.count(), Task.objects.count(), errors()) == (0, 0, [])
    assert settings.WAGTAIL_WORKFLOW_ENABLED is False
    call_command("check", databases=["default"])


def test_a_workflow_a_task_or_a_published_document_fails_the_check(workflow, make_document, agency):
    page = make_document(agency)
    assert errors() == ["procedures.E001", "procedures.E002"]
    Page.objects.filter(pk=page.pk).update(live=True)
    assert errors() == ["procedures.E001", "procedures.E002", "procedures.E003"]
    with pytest.raises(SystemCheckError, match=r"procedures\.E003"):
        call_command("check", databases=["default"])


def test_the_check_waits_for_the_migration_so_that_an_upgrade_can_begin(workflow):
    MigrationRecorder.Migration.objects.filter(app="procedures", name=checks.CLEARED[1]).delete()
    assert errors() == []


def test_the_migration_removes_what_was_never_used(workflow):
    remove_stock_workflow(apps, None)
    assert (Workflow.objects.count(), Task.objects.count()) == (0, 0)


def test_the_migration_leaves_what_a_page_went_through(workflow, make_document, agency):
    page = make_document(agency)
    WorkflowState.objects.create(
        workflow=workflow,
        content_type=ContentType.objects.get_for_model(type(page)),
        base_content_type=ContentType.objects.get_for_model(Page),
        object_id=str(page.pk),
    )
    remove_stock_workflow(apps, None)
    assert (Workflow.objects.count(), Task.objects.count()) == (1, 1)
