from django.db import migrations

from audits.migrations import _rows

SENT_BACK = "Từ nay kế hoạch khắc phục được trình để người phê duyệt ký. Hãy bổ sung phần hệ thống rồi trình lại."


def open_unsigned_plans(apps, schema_editor):
    """Plans that waited for a word of agreement now need a signature: they are open again."""
    Nonconformity = apps.get_model("audits", "Nonconformity")
    Nonconformity.objects.filter(state="planned").update(state="open", sent_back=SENT_BACK)
    Nonconformity.objects.filter(finding__grade="major").update(minor=False)


class Migration(migrations.Migration):
    dependencies = [("audits", "0007_corrective_gates")]

    operations = [
        migrations.RunPython(_rows.load_causes, migrations.RunPython.noop),
        migrations.RunPython(open_unsigned_plans, migrations.RunPython.noop),
    ]
