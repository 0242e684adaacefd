from django.db import migrations

from audits.bank.starter import load_questions


def load(apps, schema_editor):
    load_questions(apps.get_model("audits", "Question"))


class Migration(migrations.Migration):
    dependencies = [("audits", "0001_initial")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
