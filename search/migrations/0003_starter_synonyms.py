from django.db import migrations

from search.tables.starter_synonyms import rows


def fill(apps, schema_editor):
    synonym = apps.get_model("search", "Synonym")
    synonym.objects.bulk_create([synonym(short=short, long=long, both_ways=both) for short, long, both in dict.fromkeys(rows())])


class Migration(migrations.Migration):
    dependencies = [("search", "0002_searching")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
