from django.db import migrations

OLD, NEW = "procedures.tasks.read_item", "procedures.importing.reading.read_item"


def move(apps, schema_editor):
    """Tasks that wait are found under the new address of their function."""
    tasks = apps.get_model("django_tasks_database", "DBTaskResult")
    tasks.objects.filter(task_path=OLD).update(task_path=NEW)


class Migration(migrations.Migration):
    dependencies = [
        ("procedures", "0011_no_workflow_of_wagtail"),
        ("django_tasks_database", "0001_initial"),
    ]
    operations = [migrations.RunPython(move, migrations.RunPython.noop)]
