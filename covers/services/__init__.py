"""What happens to requests, covers and reviews. Keyword-only verbs, one transaction each."""
