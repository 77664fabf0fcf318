"""How long things are kept: albumsite/retention.py, and the privacy page."""

from __future__ import annotations

from albumsite.environment import amount, env, number

PRIVACY_OPERATOR = env.str("PRIVACY_OPERATOR", "")  # who runs the site, for the privacy page
PRIVACY_CONTACT = env.str("PRIVACY_CONTACT", "")  # an address to write to
VISITOR_COVER_DAYS = number("VISITOR_COVER_DAYS", 90, 1, 3650)
VISITOR_RATED_COVER_DAYS = number("VISITOR_RATED_COVER_DAYS", 365, 1, 3650)
LOGIN_LOG_DAYS = number("LOGIN_LOG_DAYS", 365, 1, 3650)
DOWNLOAD_DAYS = number("DOWNLOAD_DAYS", 365, 1, 3650)
MAIL_FILE_DAYS = number("MAIL_FILE_DAYS", 14, 1, 3650)
BACKUP_HOURS_MAX = amount(
    "BACKUP_HOURS_MAX", 6.0
)  # of pg_dump and pg_restore; a server that hangs would hold it for ever
ORPHAN_DAYS = number("ORPHAN_DAYS", 2, 1, 365)
CHECKPOINT_DAYS = number("CHECKPOINT_DAYS", 30, 1, 3650)
UNUSED_PICTURE_DAYS = number("UNUSED_PICTURE_DAYS", 1, 1, 365)
DONE_JOB_DAYS = number("DONE_JOB_DAYS", 30, 1, 3650)
REFUSAL_DAYS = number("REFUSAL_DAYS", 180, 1, 3650)
REFUSED_PICTURE_DAYS = number("REFUSED_PICTURE_DAYS", 30, 1, 3650)
HELD_PICTURE_DAYS = number("HELD_PICTURE_DAYS", 14, 1, 3650)
CONTENT_REPORT_DAYS = number("CONTENT_REPORT_DAYS", 365, 1, 3650)
STAFF_LOOK_DAYS = number("STAFF_LOOK_DAYS", 731, 731, 36_500)  # a trigger keeps younger ones
REPORT_DAYS = number("REPORT_DAYS", 1095, 7, 36_500)
