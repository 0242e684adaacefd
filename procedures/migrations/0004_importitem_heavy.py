from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('procedures', '0003_import_roles_and_shown_pictures'),
    ]

    operations = [
        migrations.AddField(
            model_name='importitem',
            name='heavy',
            field=models.JSONField(default=dict),
        ),
    ]
