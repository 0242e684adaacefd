"""Who worked on the draft since the last version: kept on the document from now on, until now told by its revisions."""

from django.db import migrations, models
from django.db.models import F, Q


def fill(apps, schema_editor):
    """Takes the people of the revisions after the one that was issued."""
    DocumentPage = apps.get_model("procedures", "DocumentPage")
    Revision = apps.get_model("wagtailcore", "Revision")
    open_drafts = DocumentPage.objects.filter(
        Q(issued_revision_id=None) | ~Q(latest_revision_id=F("issued_revision_id"))
    )
    rows = open_drafts.values_list("pk", "issued_revision_id", "content_type_id")
    for pk, issued, kind in rows.iterator():
        later = Revision.objects.filter(
            base_content_type__model="page", object_id=str(pk), content_type_id=kind
        )
        people = later.filter(pk__gt=issued or 0).exclude(user=None)
        ids = sorted(set(people.values_list("user_id", flat=True)))
        if ids:
            DocumentPage.objects.filter(pk=pk).update(drafters=ids)


class Migration(migrations.Migration):
    dependencies = [
        ("procedures", "0012_task_moved"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
    ]

    operations = [
        migrations.AddField(
            model_name="documentpage",
            name="drafters",
            field=models.JSONField(blank=True, default=list, editable=False),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
