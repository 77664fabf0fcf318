"""Letters: rows of an outbox, and what a mail server answers."""
