"""Two models side by side: what they draw, how far they differ, and what staff see of it."""
