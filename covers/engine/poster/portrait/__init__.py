"""Portrait covers: a person's own photos as the picture, in print treatments that need no model."""
