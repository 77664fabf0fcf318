"""Which wording of a prompt is drawn next, and what reviews teach of it. See docs/prompt-bandit.md."""
