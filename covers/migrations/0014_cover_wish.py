from django.db import migrations, models


def fill(apps, schema_editor):
    """What hangs on the wall is wished there. What a hidden cover's maker wished was overwritten when it was hidden: private."""
    apps.get_model("covers", "Cover").objects.filter(visibility="public").update(wish="public")


class Migration(migrations.Migration):
    dependencies = [("covers", "0013_request_network")]

    operations = [
        migrations.AddField(
            model_name="cover",
            name="wish",
            field=models.CharField(
                choices=[("private", "Private"), ("public", "On the wall")],
                db_default="private",
                default="private",
                help_text="Where its maker wants it: what a moderator gives back",
                max_length=16,
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="cover",
            constraint=models.CheckConstraint(condition=models.Q(("wish__in", ("private", "public"))), name="cover_wish_legal"),
        ),
    ]
