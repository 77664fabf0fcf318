from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations

TEXTS = {"accounts_user": ("name",), "accounts_loginlog": ("masked_email", "user_agent")}


def sql(table, columns):
    text = r" || E'\n' || ".join(f'"{name}"' for name in columns)
    return (
        f"CREATE INDEX {table}_texts ON {table} USING gin (upper(normalize({text}, NFKD)) gin_trgm_ops)",
        f"DROP INDEX {table}_texts",
    )


class Migration(migrations.Migration):
    """What `albumsite.admin_lists.Folded` says in a query: the two must be the same, or the index is not used."""

    dependencies = [("accounts", "0001_initial")]

    operations = [TrigramExtension(), *(migrations.RunSQL(*sql(table, columns)) for table, columns in TEXTS.items())]
