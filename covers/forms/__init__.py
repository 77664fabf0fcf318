"""What pages of covers read from those who fill them in, by subject as `covers/views/`."""
