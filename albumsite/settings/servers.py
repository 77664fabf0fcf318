"""PostgreSQL, Redis and the queues. Without DATABASE_URL and REDIS_URL, those that `manage.py serve` starts out of pip packages
(albumsite/processes/local_servers.py)."""

from __future__ import annotations

from albumsite.environment import database, redis_url
from albumsite.processes import local_servers

DATABASES = {"default": database("DATABASE_URL", local_servers.database_url())}
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = True  # they outlive a transaction, which a pooler does not allow
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = redis_url("REDIS_URL") or local_servers.redis_url()
# Time-outs go into the URL: django-rq drops every other way for URLs, and redis-py's own default waits for a minute.
REDIS_URL_WITH_TIMEOUTS = local_servers.with_query(REDIS_URL, socket_timeout="0.5", socket_connect_timeout="0.5")
QUEUES = ("write", "draw", "finish", "mail", "train", "learn")
RQ_QUEUES = {
    name: {
        "URL": REDIS_URL_WITH_TIMEOUTS,
        "DEFAULT_TIMEOUT": 120 if name == "mail" else 900,  # a mail server that answers a byte at a time
        "DEFAULT_RESULT_TTL": 60,
        "SERIALIZER": "rq.serializers.JSONSerializer",
    }
    for name in QUEUES
}
RQ = {"COMMIT_MODE": "auto"}  # albumsite.jobs.queue.enqueue_on_commit is the only deferral

# Rate limits live here, so it must not be Redis: with Redis away, signing in would fail.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "site_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},  # of 300, sign-in limits of others were forgotten to make room
    }
}
