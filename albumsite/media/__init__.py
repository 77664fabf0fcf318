"""Files: the buckets, pictures as bytes, uploads, and how a private file leaves."""
