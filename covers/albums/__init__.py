"""Albums of the world: read from files, judged row by row, stored with what is known of the right to use each picture."""
