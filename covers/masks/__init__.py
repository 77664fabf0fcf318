"""Which part of a picture is drawn anew: brushed masks, read in a bounded child, and ready ones."""

READY = ("sky", "background", "lower_third")
"""Those that are computed from the picture (`ready.py`)."""
