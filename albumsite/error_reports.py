"""Reports of the site's own errors to a server that speaks Sentry's protocol (`SENTRY_DSN`), from every kind of process.

What is an error: what the log calls one, what ends a process or a thread, what a job died of, and engines that broke; the engine's own
process knows no DSN, its worker tells. What people cause by asking (4xx, the gate, bad input) is none. `albumsite.error_scrubbing` says
what of it leaves the site.

A page waits for none of it: reports wait in a bounded queue and are sent by a thread; what does not fit is dropped, and the same error
of the same place goes out once a minute.
"""

from __future__ import annotations

import atexit
import logging
import os
import re
import sys
import threading
import time
from types import TracebackType
from typing import Any, cast
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings

from albumsite.error_scrubbing import INTERPRETER, calling_codes, masked, places, scrubbed, words_of
from albumsite.errors import EngineError, UserFacingError
from albumsite.refusals import is_refusal
from albumsite.revision import code_revision

REPEAT_SECONDS = 60
PLACES_MAX = 500
QUEUE_MAX = 50
END_SECONDS = 1.0
"""The longest that the end of a process waits for its last report."""
ENGINE_FAULTS = frozenset(
    {
        f"engine:{what}"
        for what in ("died", "hung", "failed", "out-of-memory", "not-installed", "no-device", "model-missing")
    }
    | {"engine:model-broken", "engine:no-disk", "site:storage", "site:gave-up"}
)
"""What is the site's fault, of what ends on a request's row."""
ROWS = frozenset({"request", "row", "run", "retraining", "evaluation"})
_LOG_ARGUMENT = re.compile(r"(?:(\w+)=)?%[-#0 +]*\d*(?:\.\d+)?[a-zA-Z]")
_seen: dict[object, float] = {}
_lock = threading.Lock()


def begin() -> None:
    """Report from this process on. Without SENTRY_DSN nothing is imported."""
    if not settings.SENTRY_DSN:
        return
    import sentry_sdk

    _seen.clear()
    sentry_sdk.init(
        dsn=settings.SENTRY_DSN,
        release=code_revision() or None,
        environment=urlsplit(settings.SITE_URL).hostname,
        server_name="",
        default_integrations=False,  # theirs read requests, command lines and statements
        auto_enabling_integrations=False,
        send_default_pii=False,
        include_local_variables=False,
        include_source_context=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        send_client_reports=False,
        auto_session_tracking=False,
        spotlight=False,
        shutdown_timeout=END_SECONDS,
        transport_queue_size=QUEUE_MAX,
        before_send=cast(Any, scrubbed),  # their event is a TypedDict
    )
    sentry_sdk.get_global_scope().set_tag("process", process_kind(sys.argv))
    if not any(isinstance(handler, ReportHandler) for handler in logging.getLogger().handlers):
        logging.getLogger().addHandler(ReportHandler())
        _hook_endings()
        atexit.register(end)


def end() -> None:
    """Send what waits, for a moment."""
    if "sentry_sdk" in sys.modules:
        sys.modules["sentry_sdk"].flush(timeout=END_SECONDS)


def process_kind(arguments: list[str]) -> str:
    """web, worker:QUEUE, or command:NAME."""
    if not arguments or os.path.basename(arguments[0]) != "manage.py" or len(arguments) < 2:
        return "web"
    if arguments[1] == "rqworker":
        return f"worker:{arguments[-1]}" if arguments[-1] in settings.QUEUES else "worker"
    return f"command:{arguments[1]}" if re.fullmatch(r"[a-z_]{1,40}", arguments[1]) else "command"


def report(error: BaseException, **tags: str) -> None:
    """Tell of an exception. Never raises, never waits. tags: plain words and ids of rows."""
    if "sentry_sdk" not in sys.modules or isinstance(error, UserFacingError):
        return
    if isinstance(error, EngineError):
        _report_engine(error.message_id, error.detail, tags)
    elif _is_new(_place_of(error)):
        _send(tags, error=error)


class ReportHandler(logging.Handler):
    """Of the root logger: errors, and warnings that tell of an engine that broke."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith(("sentry_sdk", "urllib3")) or hasattr(record, "job_id") or is_refusal(record):
            return  # a job's exception is told by its worker, with its traceback
        try:
            self._tell(record)
        except Exception:
            self.handleError(record)

    def _tell(self, record: logging.LogRecord) -> None:
        tags = _tags_of(record)
        arguments = record.args if isinstance(record.args, tuple) else ()
        for at, argument in enumerate(arguments):
            if isinstance(argument, EngineError):
                _report_engine(argument.message_id, argument.detail, tags)
                return
            if isinstance(argument, str) and argument in ENGINE_FAULTS:
                _report_engine(argument, " ".join(str(more) for more in arguments[at + 1 : at + 2]), tags)
                return
        if record.levelno < logging.ERROR:
            return
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            report(error, **tags)
        elif _is_new((record.name, str(record.msg))):
            known = INTERPRETER | words_of(calling_codes())
            _send(tags, message=masked(str(record.msg), known), logger=record.name, level="error")


def _report_engine(message_id: str, detail: str, tags: dict[str, str]) -> None:
    if message_id in ENGINE_FAULTS:
        where = places(detail)
        if _is_new((message_id, *where[-2:])):
            _send(tags | {"reason": message_id}, message=message_id, level="error", extra={"engine": where})


def _send(tags: dict[str, str], *, error: BaseException | None = None, **event: Any) -> None:
    import sentry_sdk

    with sentry_sdk.new_scope() as scope:
        scope.set_tags(tags)
        if page := tags.get("page"):
            scope.set_transaction_name(page)
        if error is not None:
            scope.capture_exception(error)
        else:
            scope.capture_event(cast(Any, event))


def _is_new(place: object) -> bool:
    """Whether it was not told of within a minute: a database that is away is one report, not one for each page."""
    now = time.monotonic()
    with _lock:
        if now - _seen.get(place, -REPEAT_SECONDS) < REPEAT_SECONDS:
            return False
        if len(_seen) >= PLACES_MAX:
            _seen.clear()
        _seen[place] = now
        return True


def _place_of(error: BaseException) -> object:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return (type(error), trace and (trace.tb_frame.f_code.co_filename, trace.tb_lineno))


def _tags_of(record: logging.LogRecord) -> dict[str, str]:
    """Ids of rows that the line names, and which page it was: the name of its view, never its address."""
    tags: dict[str, str] = {}
    names = [found[1] for found in _LOG_ARGUMENT.finditer(str(record.msg).replace("%%", ""))]
    for name, value in zip(names, record.args if isinstance(record.args, tuple) else (), strict=False):
        if name in ROWS and _is_id(value):
            tags[name] = str(value)
    request = getattr(record, "request", None)
    match = getattr(request, "resolver_match", None)
    if request is not None and match is not None:
        tags["page"] = match.view_name or match.func.__name__
        tags["method"] = str(request.method)
        if match.app_name == "covers" and _is_id(match.kwargs.get("pk")):
            tags["row"] = str(match.kwargs["pk"])
    return tags


def _is_id(value: object) -> bool:
    try:
        UUID(str(value))
    except ValueError:
        return False
    return True


def _hook_endings() -> None:
    """What ends a process or a thread; what they did before, they still do."""
    process_hook, thread_hook = sys.excepthook, threading.excepthook

    def process_ended(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if isinstance(error, Exception):
            report(error)
        process_hook(kind, error, trace)

    def thread_ended(arguments: threading.ExceptHookArgs) -> None:
        if isinstance(arguments.exc_value, Exception):
            report(
                arguments.exc_value, thread=re.sub(r"\W+.*|\d+", "", arguments.thread.name if arguments.thread else "")
            )
        thread_hook(arguments)

    sys.excepthook, threading.excepthook = process_ended, thread_ended
