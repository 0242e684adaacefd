from django.db import migrations

from audits.migrations import _rows


class Migration(migrations.Migration):
    dependencies = [("audits", "0014_questions_lessons")]

    operations = [migrations.RunPython(_rows.add_faults, migrations.RunPython.noop)]
