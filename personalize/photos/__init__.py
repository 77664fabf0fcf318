"""Photos of a person: whether one can be learnt from, and what `poster` keeps of it."""
