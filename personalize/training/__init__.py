"""The train worker: who is trained next, the batch at work, its folders, and what goes by itself."""
