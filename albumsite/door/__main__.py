"""`python -m albumsite.door`: one web process."""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import resource
from collections.abc import Callable, Iterable

import uvicorn

from albumsite.door import bounds

GRACEFUL_SECONDS = 5


def raise_open_files() -> None:
    """As many as the machine allows: each connection is one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 4 * bounds.CONNECTIONS_MAX
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(wanted, hard)), hard))


def config(application: Callable[..., Iterable[bytes]], host: str, port: int) -> uvicorn.Config:
    """uvicorn's, for a WSGI application."""
    from albumsite.door.application import Door
    from albumsite.door.connections import DoorProtocol

    return uvicorn.Config(
        Door(application),
        host=host,
        port=port,
        http=DoorProtocol,
        ws="none",
        lifespan="off",
        interface="asgi3",
        loop="asyncio",
        log_config=None,
        access_log=False,
        proxy_headers=False,  # accounts and limits read the address themselves (TRUSTED_PROXY_COUNT)
        server_header=False,
        backlog=1024,
        timeout_keep_alive=bounds.KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACEFUL_SECONDS,
        h11_max_incomplete_event_size=bounds.HEADER_BYTES,
    )


def _is_our_fault(record: logging.LogRecord) -> bool:
    """Not what strangers send, which they can send in numbers."""
    return record.levelno >= logging.ERROR


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m albumsite.door", description="The site's web server.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    arguments = parser.parse_args()
    raise_open_files()
    from albumsite import error_reports
    from albumsite.wsgi import application

    server = uvicorn.Server(config(application, arguments.host, arguments.port))
    logging.getLogger("uvicorn.error").addFilter(_is_our_fault)
    with contextlib.suppress(KeyboardInterrupt):
        server.run()
    error_reports.end()
    logging.shutdown()
    os._exit(0 if server.started else 3)  # threads that still wait for a server of ours hold up no end


if __name__ == "__main__":
    main()
