"""Where the test's database is, for processes of their own."""

from __future__ import annotations

from django.db import connection


def database_url() -> str:
    known = connection.get_connection_params()
    password = f":{known['password']}" if known.get("password") else ""
    host = known.get("host") or ""
    place = f"@{host}:{known.get('port') or 5432}" if not host.startswith("/") else "@"
    query = f"?host={host}&port={known.get('port') or 5432}" if host.startswith("/") else ""
    return f"postgresql://{known['user']}{password}{place}/{known['dbname']}{query}"
