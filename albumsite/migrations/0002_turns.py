import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("albumsite", "0001_admission")]

    operations = [
        migrations.CreateModel(
            name="Turn",
            fields=[
                ("name", models.CharField(max_length=100, primary_key=True, serialize=False)),
                ("holder", models.UUIDField(blank=True, null=True)),
                ("until", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
    ]
