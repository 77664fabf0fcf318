"""Models of our own: how they are taught, measured and written down."""
