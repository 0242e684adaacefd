from django.db import migrations


def leave_their_questions(apps, schema_editor):
    """A draft that was dropped no longer keeps its question from another finding."""
    findings = apps.get_model('audits', 'Finding').objects.filter(state='dropped', told_on=None)
    findings.update(item=None)


class Migration(migrations.Migration):

    dependencies = [
        ('audits', '0017_findings_on_site'),
    ]

    operations = [
        migrations.RunPython(leave_their_questions, migrations.RunPython.noop),
    ]
