from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("qms", "0015_paper_of_an_absence")]

    operations = [
        migrations.RemoveConstraint(
            model_name="onetimelink",
            name="one_time_link_has_an_address_where_it_confirms_one",
        ),
        migrations.AddConstraint(
            model_name="onetimelink",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("purpose", "password"),
                    models.Q(("purpose", "address"), ("email", ""), _connector="XOR"),
                    _connector="OR",
                ),
                name="one_time_link_has_an_address_where_it_confirms_one",
            ),
        ),
    ]
