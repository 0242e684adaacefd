from django.db import migrations

from procedures.standard import load_clauses


def load(apps, schema_editor):
    load_clauses(apps.get_model("procedures", "Clause"))


class Migration(migrations.Migration):
    dependencies = [("procedures", "0005_editor_blocks_and_long_titles")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
