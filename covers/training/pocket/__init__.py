"""The pocket checkpoint, trained from nothing: its pictures, its parts, its judge, its card."""
