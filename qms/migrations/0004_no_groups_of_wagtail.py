"""Wagtail brings the groups Editors and Moderators with rights over every page. Here all groups are derived from appointments."""

from django.db import migrations

from qms.migrations import _rows


class Migration(migrations.Migration):
    dependencies = [
        ("qms", "0003_links_and_mails"),
        ("wagtailadmin", "0001_create_admin_access_permissions"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
    ]

    operations = [migrations.RunPython(_rows.remove_stock_groups, migrations.RunPython.noop)]
