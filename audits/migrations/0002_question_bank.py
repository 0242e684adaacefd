from django.db import migrations

from audits.migrations import _rows


class Migration(migrations.Migration):
    dependencies = [("audits", "0001_initial")]

    operations = [migrations.RunPython(_rows.load_questions, migrations.RunPython.noop)]
