"""The everyday words that joined the starter table reach installations that began without them."""

from django.db import migrations

from search.migrations import _rows


class Migration(migrations.Migration):

    dependencies = [
        ('search', '0006_listing_facets'),
    ]

    operations = [
        migrations.RunPython(_rows.add_everyday_words, migrations.RunPython.noop),
    ]
