from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_portal_row")]

    operations = [
        migrations.AlterModelOptions(
            name="user",
            options={
                "permissions": [
                    ("view_person", "Can see the personal page of a person"),
                    ("disable_person", "Can disable and anonymise a person"),
                    ("manage_staff", "Can create staff accounts and change their role"),
                ]
            },
        ),
    ]
