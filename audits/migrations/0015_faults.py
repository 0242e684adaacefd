from django.db import migrations

from audits.bank.starter import add_faults


def add(apps, schema_editor):
    add_faults(apps.get_model("audits", "Question"))


class Migration(migrations.Migration):
    dependencies = [("audits", "0014_questions_lessons")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
