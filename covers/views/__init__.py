"""Pages, by subject. Thin: forms read, services act, templates show."""
