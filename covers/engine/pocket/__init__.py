"""The pocket checkpoint: a very small SDXL of our own, its training from scratch, and how well it follows words."""
