"""Further everyday words of the starter table reach installations that began without them."""

from django.db import migrations

from search.migrations import _rows


class Migration(migrations.Migration):

    dependencies = [
        ('search', '0007_everyday_words'),
    ]

    operations = [
        migrations.RunPython(_rows.add_everyday_words, migrations.RunPython.noop),
    ]
