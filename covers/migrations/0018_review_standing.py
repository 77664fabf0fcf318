from django.db import migrations, models

COUNT_VERIFIED = """
UPDATE covers_review review SET standing = 'counts'
WHERE EXISTS (SELECT 1 FROM account_emailaddress proven WHERE proven.user_id = review.owner_id AND proven.verified)
   OR EXISTS (SELECT 1 FROM socialaccount_socialaccount linked WHERE linked.user_id = review.owner_id)
"""
FORGET_OTHERS = "UPDATE covers_review SET is_counted = false WHERE is_counted AND standing <> 'counts'"
"""What they taught goes with the next weekly count of the arms."""
RESCORE = """
UPDATE covers_cover cover
SET rating_sum = found.total, rating_count = found.number, rating_score = (found.total + 6.0) / (found.number + 1)
FROM (
    SELECT rated.id, COUNT(review.id) AS number, COALESCE(SUM(review.half_stars), 0) AS total
    FROM covers_cover rated
    JOIN covers_coverrequest request ON request.id = rated.request_id
    LEFT JOIN covers_review review ON review.cover_id = rated.id AND review.standing = 'counts'
         AND review.owner_id IS DISTINCT FROM request.owner_id
    WHERE rated.rating_count > 0
    GROUP BY rated.id
) found
WHERE found.id = cover.id
"""


def mask(apps, schema_editor):
    """Comments that may hold an address or a number."""
    from accounts.masking import mask_personal

    reviews = apps.get_model("covers", "Review").objects
    for pk, comment in reviews.filter(comment__regex="[0-9@＠０-９골공영]").values_list("pk", "comment").iterator():
        if (masked := mask_personal(comment)) != comment:
            reviews.filter(pk=pk).update(comment=masked)


class Migration(migrations.Migration):
    dependencies = [
        ("account", "0001_initial"),
        ("socialaccount", "0001_initial"),
        ("covers", "0017_refusals"),
    ]

    operations = [
        migrations.AddField(
            model_name="review",
            name="is_cleared",
            field=models.BooleanField(
                db_default=False, default=False, editable=False, help_text="A moderator has let its stars count"
            ),
        ),
        migrations.AddField(
            model_name="review",
            name="network",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                editable=False,
                help_text="Hash of the network, of one day",
                max_length=64,
            ),
        ),
        migrations.AddField(
            model_name="review",
            name="standing",
            field=models.CharField(
                choices=[
                    ("counts", "Counts"),
                    ("unverified", "From somebody without a verified account"),
                    ("waiting", "Waits for a moderator: many at once"),
                    ("hidden", "Hidden by a moderator"),
                ],
                db_default="unverified",
                default="unverified",
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="cover",
            name="rating_sum",
            field=models.PositiveIntegerField(
                default=0, help_text="In half stars, of other people's stars that count; kept by covers/services/reviews.py"
            ),
        ),
        migrations.RunSQL(COUNT_VERIFIED, migrations.RunSQL.noop),
        migrations.RunSQL(FORGET_OTHERS, migrations.RunSQL.noop),
        migrations.RunSQL(RESCORE, migrations.RunSQL.noop),
        migrations.RunPython(mask, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(
                condition=models.Q(("network", ""), _negated=True),
                fields=["network", "-created_at"],
                name="review_of_network",
            ),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(condition=models.Q(("standing", "waiting")), fields=["-id"], name="review_waiting"),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(("standing__in", ["counts", "unverified", "waiting", "hidden"])),
                name="review_standing_legal",
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("standing", "counts"), _negated=True), ("owner__isnull", False), _connector="OR"
                ),
                name="review_counts_of_members",
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_counted", False), ("standing", "counts"), _connector="OR"),
                name="review_taught_only_what_counts",
            ),
        ),
    ]
