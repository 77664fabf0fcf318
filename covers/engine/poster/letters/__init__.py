"""Covers whose title is the picture: its outlines as light, relief, windows, bent, drawn out, repeated."""
