"""Albums of the world: read from files, judged row by row, stored with what is known of the right to use each picture.

Sources: `source_files` opens a path, `csv_source`, `json_source` and `folder_source` give its rows, `column_names` knows what columns
are called; `album_contract` says what a row is and why it is refused. A row: `row_judging`, `usage_rights`. A picture:
`album_pictures` (compared, stored), `picture_decoding` (in a bounded child), `safe_files`, and over the web `missing_pictures`,
`picture_fetching`, `public_addresses`. `importing` puts it together, `refusal_report` tells what was not taken, `album_removal`
takes albums out again. See docs/albums.md.
"""
