"""The writer that asks a language model, at OpenAI or any service with its interface.

The song goes in as data and the answer comes back as untrusted text (`answer`). Neither is ever logged.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from albumsite.errors import WriterDeclined, WriterError
from covers.brief.brief_contract import Brief, BriefWriter, OnUsage, Song, Usage
from covers.writing.answer import brief_of
from covers.writing.instructions import SCHEMA, messages
from covers.writing.rules_writer import RulesWriter

if TYPE_CHECKING:
    import httpx2
    from openai import OpenAI

OPENAI_ADDRESS = "https://api.openai.com/v1"
CONNECT_SECONDS = 2.0
TOKENS_MOST = 1_000_000
"""Of one call. We send some 2,500 and read at most 256 kB: a count above that is none."""
FILTERED = frozenset(
    {"content_filter", "content_policy_violation", "responsibleaipolicyviolation", "safety", "prohibited_content", "refusal",
     "moderation", "moderation_blocked", "data_inspection_failed"}
)  # fmt: skip
"""Reasons to end, and codes of errors, that say the content was the reason."""
FORMATS: tuple[dict[str, Any], ...] = (
    {"type": "json_schema", "json_schema": {"name": "brief", "strict": True, "schema": SCHEMA}},
    {"type": "json_object"},
    {},
)
"""What servers understand, best first. One that rejects a format is asked with the next and remembered."""


class OpenAIWriter:
    """Asks a chat model for a brief. Raises WriterError for anything but a usable answer within `timeout_seconds`, and
    WriterDeclined when the model, or a filter before it, will not work with this song.

    The time-out covers the whole call, a server that answers byte by byte included; of an answer no more is read than a
    brief can need (`bodies`). Nothing is tried again: the rules writer is ready, and a person is waiting.
    client: an `openai.OpenAI` to use instead of one built here. rules: for what an answer lacks.
    """

    def __init__(
        self,
        api_key: str,
        base_url: str,
        model: str,
        timeout_seconds: float = 8.0,
        client: OpenAI | None = None,
        rules: BriefWriter | None = None,
    ) -> None:
        self._api_key = api_key
        self._base_url = base_url
        self._model = model
        self._timeout_seconds = timeout_seconds
        self._client = client
        self._rules = rules or RulesWriter()
        self._format = 0

    def write(self, song: Song, on_usage: OnUsage | None = None) -> Brief:
        import openai.resources.chat.completions  # noqa: F401  a second or two after a start, which is not the service's time

        deadline = time.monotonic() + self._timeout_seconds
        for number in range(self._format, len(FORMATS)):
            try:
                completion = self._ask(song, FORMATS[number], deadline)
            except _Rejected as rejected:
                if number + 1 == len(FORMATS):
                    raise WriterError(str(rejected)) from None
                continue  # perhaps it is the format that this server does not know
            self._format = number
            if on_usage is not None:  # an answer of no use costs as much
                on_usage(_usage_of(completion, self._model))
            return brief_of(_text_of(completion), song, self._rules.write(song))
        raise WriterError("no response format is left")

    def _ask(self, song: Song, answer_format: dict[str, Any], deadline: float) -> Any:
        """The service's answer, of whatever shape. Raises WriterError, or _Rejected where another format may help."""
        import httpx2
        import openai

        left = deadline - time.monotonic()
        if left <= 0:
            raise WriterError("the service took too long")
        extra: dict[str, Any] = {"response_format": answer_format} if answer_format else {}
        try:
            with self._connected(left) as client:
                return client.chat.completions.create(
                    model=self._model,
                    messages=messages(song),  # type: ignore[arg-type]
                    timeout=openai.Timeout(left, connect=min(CONNECT_SECONDS, left)),
                    **extra,
                )
        except (openai.BadRequestError, openai.UnprocessableEntityError, openai.PermissionDeniedError) as error:
            if _is_filtered(error):
                raise WriterDeclined("a filter refused the song") from None
            if isinstance(error, openai.PermissionDeniedError):
                raise WriterError(f"the service answered status={error.status_code}") from None
            raise _Rejected(f"the service refused the request status={error.status_code}") from None
        except openai.APIStatusError as error:
            raise WriterError(f"the service answered status={error.status_code}") from None
        except (openai.OpenAIError, httpx2.HTTPError, OSError, ValueError, TypeError, RecursionError) as error:
            cause = error.__cause__ if isinstance(error.__cause__, httpx2.TransportError) else error
            raise WriterError(f"the service could not be used: {type(cause).__name__}") from None

    @contextlib.contextmanager
    def _connected(self, seconds: float) -> Iterator[OpenAI]:
        """A client whose connection is cut after `seconds`. One connection a call: songs come seconds apart at best."""
        if self._client is not None:
            yield self._client
            return
        from openai import DefaultHttpxClient, OpenAI

        from covers.writing.bodies import BoundedTransport

        with Deadline(seconds) as limit:
            http_client = DefaultHttpxClient(
                event_hooks={"request": [limit.watch]},
                follow_redirects=False,
                transport=BoundedTransport(time.monotonic() + seconds, self._base_url or OPENAI_ADDRESS),
            )
            with OpenAI(
                api_key=self._api_key or "none",  # services of one's own often want none, but the client insists
                base_url=self._base_url or None,
                max_retries=0,
                http_client=http_client,
            ) as client:
                yield client


class _Rejected(Exception):
    """The server calls the request a bad one, as those do that do not know its response format."""


class Deadline:
    """Cuts the connections of a request when its time is up. A read time-out alone would wait for ever on a slow drip."""

    def __init__(self, seconds: float) -> None:
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True
        self._sockets: list[socket.socket] = []

    def __enter__(self) -> Deadline:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def watch(self, request: httpx2.Request) -> None:
        """As a request hook of the HTTP client: learn the sockets of this request by its trace."""
        request.extensions["trace"] = self._trace

    def _trace(self, event: str, values: dict[str, Any]) -> None:
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):  # TLS moves the socket into another object
            self._sockets.append(values["return_value"].get_extra_info("socket"))

    def _cut(self) -> None:
        for connection in self._sockets:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


def _is_filtered(error: Any) -> bool:
    """Whether a bad request is one for its content: as OpenAI, Azure and services like them say it."""
    said = [str(getattr(error, "code", "")), str(getattr(error, "type", ""))]
    body = error.body if isinstance(error.body, dict) else {}
    said += [str(body.get(name, "")) for name in ("code", "type", "status")]
    inner = body.get("innererror")
    said += [str(inner.get("code", ""))] if isinstance(inner, dict) else []
    return any(word.lower().replace("-", "_") in FILTERED for word in said)


def _usage_of(completion: Any, model: str) -> Usage:
    """What the service says that it counted; nothing where that is no number of tokens."""
    said = getattr(completion, "usage", None)
    tokens = [_tokens(getattr(said, name, None)) for name in ("prompt_tokens", "completion_tokens")]
    return Usage(model, *tokens)


def _tokens(value: object) -> int | None:
    return value if type(value) is int and 0 <= value <= TOKENS_MOST else None


def _text_of(completion: Any) -> str:
    """The message's text. Servers that only look like OpenAI leave out anything, so nothing is taken for granted."""
    try:
        choice = completion.choices[0]
        message = choice.message
        content = message.content
        refusal = getattr(message, "refusal", None)
    except (AttributeError, IndexError, TypeError, KeyError):
        raise WriterError("the answer has no message") from None
    if refusal or str(getattr(choice, "finish_reason", "")).lower() in FILTERED:
        raise WriterDeclined("the model refused")
    if not isinstance(content, str) or not content.strip():
        raise WriterError("the answer is empty")
    return content
