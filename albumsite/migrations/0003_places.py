from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("albumsite", "0002_turns")]

    operations = [
        migrations.CreateModel(
            name="Place",
            fields=[
                ("name", models.CharField(max_length=100, primary_key=True, serialize=False)),
                ("place", models.CharField(blank=True, default="", max_length=500)),
                ("came_round_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
    ]
