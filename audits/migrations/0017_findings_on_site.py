from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('audits', '0016_assigned_questions'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='action',
            name='action_of_person',
        ),
        migrations.AddIndex(
            model_name='action',
            index=models.Index(fields=['person', 'nonconformity', 'done_on'], name='action_of_person'),
        ),
        migrations.AddField(
            model_name='historicalsetaside',
            name='finding',
            field=models.BooleanField(default=False, verbose_name='phát hiện'),
        ),
        migrations.AddField(
            model_name='setaside',
            name='finding',
            field=models.BooleanField(default=False, verbose_name='phát hiện'),
        ),
    ]
