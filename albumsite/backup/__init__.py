"""Copies of a whole site: its database and both buckets, into a folder or a bucket, and back.

    objects/private/KEY, objects/public/KEY     the files, once for all copies: an object's key never gets another content
    2026-11-28T03-00-00.000000Z/database.dump          by pg_dump, custom format
    2026-11-28T03-00-00.000000Z/files.jsonl.gz         which files belong to it: bucket, key, size, SHA-256
    2026-11-28T03-00-00.000000Z/backup.json            written last: a copy without it was cut off and counts for nothing

The database is dumped first, the files are copied after: what a row of the dump points at was stored before its row was.
"""

from albumsite.backup.make import make_backup
from albumsite.backup.places import Backup, BackupError, backups_at, place_of
from albumsite.backup.restore import restore_backup

__all__ = ["Backup", "BackupError", "backups_at", "make_backup", "place_of", "restore_backup"]
