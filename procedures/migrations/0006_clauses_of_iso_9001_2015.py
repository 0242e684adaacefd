from django.db import migrations

from procedures.migrations import _rows


class Migration(migrations.Migration):
    dependencies = [("procedures", "0005_editor_blocks_and_long_titles")]

    operations = [migrations.RunPython(_rows.load_clauses, migrations.RunPython.noop)]
