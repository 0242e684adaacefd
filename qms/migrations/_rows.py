"""What migrations do to rows, and the table that has no model."""

from django.core.management import call_command


def remove_stock_groups(apps, schema_editor):
    """Wagtail brings the groups Editors and Moderators with rights over every page. Here all groups are derived from appointments."""
    apps.get_model("auth", "Group").objects.filter(name__in=["Editors", "Moderators"], user__isnull=True).delete()


def make_cache_table(apps, schema_editor):
    alias = schema_editor.connection.alias
    call_command("createcachetable", "qms_shared_cache", database=alias, verbosity=0)
