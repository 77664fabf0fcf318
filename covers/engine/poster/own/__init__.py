"""Covers made of a picture that somebody brought: a photo or drawing of anything, with or without people."""
