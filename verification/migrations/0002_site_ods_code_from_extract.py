from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("verification", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="listing",
            name="site_ods_code_from_extract",
            field=models.BooleanField(default=False, verbose_name="ODS code comes from the contact extract"),
        ),
        migrations.AddConstraint(
            model_name="listing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("site_ods_code_from_extract", False),
                    models.Q(("site_ods_code", ""), _negated=True),
                    _connector="OR",
                ),
                name="listing_code_from_extract_is_a_code",
            ),
        ),
    ]
