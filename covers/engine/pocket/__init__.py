"""The pocket checkpoint, a very small SDXL of our own, as an engine; `covers.training.pocket` taught it."""
