from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0002_stock_balance_row")]

    operations = [
        migrations.AddField(
            model_name=model,
            name="listing_denied",
            field=models.BooleanField(
                "said the organisation found is not theirs",
                default=False,
                help_text="A person looks, whatever else fits.",
            ),
        )
        for model in ("order", "orderdraft")
    ]
