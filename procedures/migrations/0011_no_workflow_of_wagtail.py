"""Wagtail's migrations put a workflow for its moderators on the root page. Here documents are issued, never published."""

from django.db import migrations


def remove(apps, schema_editor):
    """Removes workflows and tasks that nothing was ever sent through; others are left to the system check."""
    Workflow = apps.get_model("wagtailcore", "Workflow")
    Task = apps.get_model("wagtailcore", "Task")
    Workflow.objects.filter(workflow_states__isnull=True).delete()
    Task.objects.filter(task_states__isnull=True, workflow_tasks__isnull=True).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("procedures", "0010_digest_format"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
    ]

    operations = [migrations.RunPython(remove, migrations.RunPython.noop)]
