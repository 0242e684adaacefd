"""What migrations do to rows."""

from procedures import standard


def load_clauses(apps, schema_editor):
    standard.load_clauses(apps.get_model("procedures", "Clause"))


def remove_stock_workflow(apps, schema_editor):
    """Wagtail's migrations put a workflow for its moderators on the root page. Here documents are issued, never published.

    Removes workflows and tasks that nothing was ever sent through; others are left to the system check."""
    Workflow = apps.get_model("wagtailcore", "Workflow")
    Task = apps.get_model("wagtailcore", "Task")
    Workflow.objects.filter(workflow_states__isnull=True).delete()
    Task.objects.filter(task_states__isnull=True, workflow_tasks__isnull=True).delete()
