"""Rows of Wagtail besides pages."""

import datetime
import uuid

from django.apps import apps
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from taggit.models import Tag
from wagtail.admin.models import EditingSession
from wagtail.models import (
    Collection,
    Comment,
    CommentReply,
    GroupApprovalTask,
    ModelLogEntry,
    TaskState,
    Workflow,
    WorkflowState,
)

from procedures.models import DocumentPage
from qms import groups
from qms.models import Unit
from qms.roles import Role
from tests.permissions.canary import (
    DRAFT,
    PEOPLE,
    Tenant,
    text,
    word,
)


def make_wagtail_rows(tenant: Tenant) -> None:
    """Wagtail's rows besides pages: comments, locks, tasks, logs, sessions, tags, collections."""
    key, officer, page = tenant.key, tenant.people[Role.OFFICER], tenant.pages[0]
    comment = Comment.objects.create(
        page=page, user=officer, text=text(key, DRAFT, "comment"), contentpath="title"
    )
    CommentReply.objects.create(
        comment=comment, user=officer, text=text(key, DRAFT, "commentreply")
    )
    for other in tenant.pages[1:4]:
        DocumentPage.objects.filter(pk=other.pk).update(
            locked=True, locked_by=officer, locked_at=timezone.now()
        )
    workflow = Workflow.objects.create(name=text(key, DRAFT, "workflow"))
    task = GroupApprovalTask.objects.create(name=text(key, DRAFT, "task"))
    task.groups.add(Group.objects.get(name=groups.group_name(tenant.agency.pk, Role.OFFICER)))
    workflow.workflow_tasks.create(task=task, sort_order=0)
    kind = ContentType.objects.get_for_model(page.specific_class)
    base = ContentType.objects.get_for_model(apps.get_model("wagtailcore", "Page"))
    state = WorkflowState.objects.create(
        workflow=workflow,
        requested_by=officer,
        status="in_progress",
        content_type=kind,
        base_content_type=base,
        object_id=str(page.pk),
    )
    TaskState.objects.create(
        workflow_state=state,
        task=task,
        revision=page.latest_revision,
        status="in_progress",
        comment=text(key, DRAFT, "taskcomment"),
    )
    for subject, editing in ((page, True), (tenant.pages[1], False)):
        EditingSession.objects.create(
            user=officer, content_type=ContentType.objects.get_for_model(subject.specific_class), object_id=str(subject.pk),
            # Wagtail takes away those of an hour ago
            last_seen_at=timezone.now() + datetime.timedelta(days=1), is_editing=editing,
        )  # fmt: skip
    unit = tenant.units[1]
    ModelLogEntry.objects.create(
        content_type=ContentType.objects.get_for_model(Unit), object_id=str(unit.pk), label=text(key, PEOPLE, "loglabel"), action="wagtail.edit",
        user=officer, timestamp=timezone.now(), data={"note": text(key, PEOPLE, "logdata")}, uuid=uuid.uuid4(),
    )  # fmt: skip
    Tag.objects.create(name=text(key, DRAFT, "tag")[:100], slug=word(key, DRAFT, "tagslug"))
    root = Collection.get_first_root_node()
    if root is not None:
        root.add_child(name=text(key, DRAFT, "collection"))
