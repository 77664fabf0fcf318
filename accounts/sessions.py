"""Sessions as Django keeps them in the database, but for one thing: a change of SECRET_KEY costs nobody their session.

Django reads what a former key has signed, and gives whoever is signed in another session id then. Of two requests that a browser
sends at once, the second comes with an id that is gone, and its answer takes the cookie away: signed out, and a visitor's covers
lost. Here the row is signed anew in its place, and only as it was read, so that nothing that was written meanwhile is lost.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts.models import User

BATCH = 500


class SessionStore(db.SessionStore):
    """Its name is part of what sessions are signed with (`key_salt`): another one, and nobody has a session."""

    def load(self) -> dict[str, Any]:
        row: Session | None = self._get_session_from_db()  # type: ignore[attr-defined]
        if row is None:
            return {}
        data: dict[str, Any] = self.decode(row.session_data)
        if data and settings.SECRET_KEY_FALLBACKS and not is_signed_now(row.session_data):
            _sign_anew([(row, data)])
        return data


@dataclass(frozen=True)
class Renewed:
    """renewed: sessions that a former key had signed. lost: those that no known key has."""

    renewed: int = 0
    lost: int = 0


def is_signed_now(session_data: str) -> bool:
    """Whether the SECRET_KEY of now has signed it, and none before."""
    try:
        signing.TimestampSigner(salt=SessionStore().key_salt, fallback_keys=[]).unsign(session_data)
    except signing.BadSignature:
        return False
    return True


def renew_all() -> Renewed:
    """Sign all living sessions with the SECRET_KEY of now. May run twice, and beside the site."""
    renewed = lost = 0
    place = ""
    living = Session.objects.filter(expire_date__gt=timezone.now()).order_by("session_key")
    while rows := list(living.filter(session_key__gt=place)[:BATCH]):
        place = rows[-1].session_key
        read = [(row, _read(row.session_data)) for row in rows]
        lost += sum(data is None for _row, data in read)
        renewed += _sign_anew([(row, data) for row, data in read if data is not None])
    return Renewed(renewed=renewed, lost=lost)


def _read(session_data: str) -> dict[str, Any] | None:
    """None if no known key has signed it. Unlike `decode` it writes no line into the log for each."""
    store = SessionStore()
    try:
        data: dict[str, Any] = signing.loads(session_data, salt=store.key_salt, serializer=store.serializer)
    except signing.BadSignature:
        return None
    return data


def _sign_anew(read: list[tuple[Session, dict[str, Any]]]) -> int:
    """Those that need it: by their signature, or by the hash that keeps somebody signed in. Changes `data`. Returns how many."""
    users = _users(data for _row, data in read)
    changed = []
    for row, data in read:
        is_renewed = _renew_hash(data, users.get(str(data.get(SESSION_KEY, ""))))
        if is_renewed or not is_signed_now(row.session_data):
            changed.append((row.session_key, row.session_data, SessionStore().encode(data)))
    return _write(changed) if changed else 0


def _users(sessions: Iterable[dict[str, Any]]) -> dict[str, User]:
    ids = set()
    for data in sessions:
        try:
            ids.add(User._meta.pk.to_python(data.get(SESSION_KEY)))
        except ValidationError:
            continue
    return {str(user.pk): user for user in User.objects.filter(pk__in=ids - {None})}


def _renew_hash(data: dict[str, Any], user: User | None) -> bool:
    """Only if a former key has made it of the password of now: a session from before a new password stays as dead as it is."""
    known = data.get(HASH_SESSION_KEY, "")
    if user is None or constant_time_compare(known, current := user.get_session_auth_hash()):
        return False
    if not any(constant_time_compare(known, former) for former in user.get_session_auth_fallback_hash()):
        return False
    data[HASH_SESSION_KEY] = current
    return True


def _write(changed: list[tuple[str, str, str]]) -> int:
    """In one statement; what has been written since it was read is left as it is."""
    keys, before, after = (list(column) for column in zip(*changed, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE django_session AS kept SET session_data = new.after "
            "FROM unnest(%s::text[], %s::text[], %s::text[]) AS new (key, before, after) "
            "WHERE kept.session_key = new.key AND kept.session_data = new.before",
            [keys, before, after],
        )
        return int(cursor.rowcount)
