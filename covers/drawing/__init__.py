"""The draw worker: whose turn it is, what one call of the engine draws, and how pictures become covers."""
