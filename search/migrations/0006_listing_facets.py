from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("search", "0005_tables_history"),
    ]

    operations = [
        migrations.AddField(
            model_name="listing",
            name="facets",
            field=models.TextField(default=""),
        ),
    ]
