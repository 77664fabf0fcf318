"""What the language model took for a request. Empty columns: nothing is written anew, and the old release knows none of them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("covers", "0028_request_of_picture"),
    ]

    operations = [
        migrations.AddField(
            model_name="coverrequest",
            name="completion_tokens",
            field=models.IntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="coverrequest",
            name="cost_microdollars",
            field=models.BigIntegerField(
                blank=True, help_text="By the prices of the settings; empty: unknown", null=True
            ),
        ),
        migrations.AddField(
            model_name="coverrequest",
            name="prompt_tokens",
            field=models.IntegerField(blank=True, help_text="As its service counted them", null=True),
        ),
        migrations.AddField(
            model_name="coverrequest",
            name="written_with",
            field=models.CharField(
                blank=True, db_default="", default="", help_text="The language model that was asked", max_length=100
            ),
        ),
    ]
