"""Jobs whose record is a Postgres row: `models` has the row, `claims` and `leases` the right to work
on it, `queue` tells Redis of it, `sweeper` puts right what died."""
