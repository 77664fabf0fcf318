from django.db import migrations

TEXTS = {
    "covers_coverrequest": ("title", "artist", "album"),
    "covers_review": ("comment",),
    "covers_album": ("title", "artist", "album", "source", "licence"),
}


def sql(table, columns):
    text = r" || E'\n' || ".join(f'"{name}"' for name in columns)
    return (
        f"CREATE INDEX {table}_texts ON {table} USING gin (upper(normalize({text}, NFKD)) gin_trgm_ops)",
        f"DROP INDEX {table}_texts",
    )


class Migration(migrations.Migration):
    """What `albumsite.admin_lists.Folded` says in a query: the two must be the same, or the index is not used."""

    dependencies = [("covers", "0011_hot_paths"), ("accounts", "0002_text_indexes")]

    operations = [migrations.RunSQL(*sql(table, columns)) for table, columns in TEXTS.items()]
