"""Two models side by side: what they draw, how far they differ, the decision rule, and what staff see of it. See docs/evaluation.md."""
