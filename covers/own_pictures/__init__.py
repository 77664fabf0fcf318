"""A picture that somebody brings for their covers: how it is judged, what they agree to, and what a cover is drawn from."""
