"""Whether this process was told to stop."""

from __future__ import annotations

import threading

shutting_down = threading.Event()
"""Set in a worker process that was told to stop: long jobs look at it at each step and hand their row back."""
