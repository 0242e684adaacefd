from django.db import migrations

from search.migrations import _rows


class Migration(migrations.Migration):
    dependencies = [("search", "0002_searching")]

    operations = [migrations.RunPython(_rows.load_synonyms, migrations.RunPython.noop)]
