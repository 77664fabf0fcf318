"""What the wall's score begins with, for whoever computes it."""

from __future__ import annotations

WALL_PRIOR_HALF_STARS, WALL_PRIOR_WEIGHT = 6.0, 1.0
"""The wall counts each cover as if one more person had given it three stars: one rave does not beat ten good ones."""
