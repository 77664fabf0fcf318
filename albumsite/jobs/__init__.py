"""Jobs whose record is a Postgres row: `models` has the row and its claim, `queue` tells Redis of it, `sweeper` puts right what died."""
