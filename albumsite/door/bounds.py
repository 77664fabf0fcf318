"""What one client may take of the web server. Seconds, bytes and numbers; of one process."""

from __future__ import annotations

import os

HEADER_SECONDS = 10.0
"""From a connection's first byte, or its beginning, to the end of a request's header lines."""

HEADER_BYTES = 32 * 1024
"""Of a request line with all its header lines."""

BODY_SECONDS = 15.0
"""For any body, and a second more for each BODY_BYTES_PER_SECOND of an announced one."""

BODY_BYTES_PER_SECOND = 50_000
"""What a slow telephone sends. A photo of 15 MB has five minutes."""

FORM_BYTES = 1_000_000
"""Of a body that carries no upload: DATA_UPLOAD_MAX_MEMORY_SIZE, which Django looks at once more."""

BODIES_BYTES = 320_000_000
"""Of all bodies that are arriving or waiting for a thread: two of the largest uploads."""

KEEP_ALIVE_SECONDS = 15

LINGER_SECONDS = 10.0
"""How long a connection that is being closed may take to fetch what is still under way."""

READER_LOOK_SECONDS = 5.0
READER_BYTES_PER_SECOND = 4_000
"""A client that fetches its answer more slowly than this is cut off."""

CONNECTIONS_MAX = 2000
CONNECTIONS_PER_NETWORK = 100
"""Of a /24 or /48. Over it, its connection that has waited longest for its own client goes."""

PAGE_THREADS = min(8, 2 * (os.cpu_count() or 1))
UPLOAD_THREADS = 2
"""Requests with photos have their own: a page never waits behind them."""

WAITING_PER_NETWORK = 50
WAITING_MAX = 400
"""Complete requests that wait for a thread; more are told to come back."""
