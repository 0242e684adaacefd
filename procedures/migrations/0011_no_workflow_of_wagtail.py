"""Wagtail's migrations put a workflow for its moderators on the root page. Here documents are issued, never published."""

from django.db import migrations

from procedures.migrations import _rows


class Migration(migrations.Migration):
    dependencies = [
        ("procedures", "0010_digest_format"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
    ]

    operations = [migrations.RunPython(_rows.remove_stock_workflow, migrations.RunPython.noop)]
