"""The weekly model: when it is trained, tried with people, promoted and rolled back. Rows and rules; nothing here imports torch."""
