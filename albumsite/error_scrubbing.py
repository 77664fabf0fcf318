"""What may leave the site in a report of an error: where in the code, which kind, and words that the code itself holds.

Only what is named here goes out. A message is a danger: PostgreSQL quotes the row that it refused, a parser the lyrics that it could
not read. So of each message those words stay that stand in the code that was running (an f-string's fixed parts are among its
constants) or in the interpreter's own sentences; whatever else there is, in any language, becomes "…".
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from types import CodeType, TracebackType
from typing import Any

FRAMES_MAX = 60
MESSAGE_LETTERS_MAX = 300
EVENT_PARTS = (
    "event_id",
    "timestamp",
    "level",
    "platform",
    "logger",
    "release",
    "environment",
    "tags",
    "transaction",
    "sdk",
    "extra",
)
FRAME_PARTS = ("filename", "function", "module", "lineno", "in_app")
INTERPRETER = frozenset(
    """a an and already argument arguments at attribute base be because been bool by byte bytes callable cannot can t check closed codec
    column complex connection constraint convert dict division does duplicate empty end error exceeded exist expected failed file float
    for foreign found from function got has have host id in index indices int integer integers invalid is it iterable key keyword length
    limit line list literal many maximum memory missing module must name named no none nonetype not null object of only open operand
    operator or out outside permission positional range read recursion refused relation required response sequence server set should
    size slices str string subscriptable take takes terminated than the timed time to too tuple type types unexpected unexpectedly unique
    unknown unpack unsupported value values violates was were when where with without write zero decode encode position ordinal utf 8
    character characters start char such directory device left space reset peer pipe broken""".split()  # noqa: SIM905  read as prose
)
WORD = re.compile(r"\w+")
PLACE = re.compile(r'File "(?P<file>[^"]+)", line (?P<line>\d+), in (?P<function>[\w<>.]+)')


def scrubbed(event: dict[str, Any], hint: dict[str, Any]) -> dict[str, Any]:
    """Of an event the parts that are known to hold no word of anybody."""
    trace = hint.get("exc_info") or (None, None, None)
    known = INTERPRETER | words_of(codes_of(trace[1]))
    kept: dict[str, Any] = {name: event[name] for name in EVENT_PARTS if event.get(name)}
    if values := event.get("exception", {}).get("values"):
        kept["exception"] = {"values": [_exception(value, known) for value in values]}
    if message := event.get("message"):
        kept["logentry"] = {"message": message}  # masked by who wrote it: `masked` below
    return kept


def _exception(value: dict[str, Any], known: frozenset[str]) -> dict[str, Any]:
    frames = (value.get("stacktrace") or {}).get("frames") or []
    return {
        "type": value.get("type"),
        "module": value.get("module"),
        "value": masked(str(value.get("value") or ""), known),
        "stacktrace": {"frames": [{name: frame.get(name) for name in FRAME_PARTS} for frame in frames[-FRAMES_MAX:]]},
    }


def masked(message: str, known: frozenset[str]) -> str:
    """The first line, each word that is not known as "…"."""
    line = message.strip().partition("\n")[0][:MESSAGE_LETTERS_MAX]
    words = WORD.sub(lambda found: found[0] if found[0].lower() in known else "…", line)
    return re.sub(r"…(?:\W*…)+", "…", words)


def words_of(codes: Iterable[CodeType]) -> frozenset[str]:
    """Words of the strings that a piece of code holds, in small letters; docstrings are left out, for they are long."""
    return frozenset(word.lower() for code in codes for text in _strings(code) for word in WORD.findall(text))


def _strings(code: CodeType) -> Iterator[str]:
    for at, constant in enumerate(code.co_consts):
        if isinstance(constant, CodeType):
            yield from _strings(constant)
        elif isinstance(constant, str) and (at or code.co_name.startswith("<")):
            yield constant
        elif isinstance(constant, tuple | frozenset):
            yield from (text for text in constant if isinstance(text, str))


def codes_of(error: BaseException | None) -> Iterator[CodeType]:
    """The code of all that an exception and those behind it came through."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        trace: TracebackType | None = error.__traceback__
        while trace is not None:
            yield trace.tb_frame.f_code
            trace = trace.tb_next
        error = error.__cause__ or error.__context__


def calling_codes(depth: int = 12) -> Iterator[CodeType]:
    """The code that is running now, the innermost first."""
    frame = sys._getframe(1)
    for _ in range(depth):
        yield frame.f_code
        if frame.f_back is None:
            return
        frame = frame.f_back


def places(traceback_text: str) -> list[str]:
    """Where in the code a traceback of another process was, without its words: `covers/engine/host.py:12 draw`, and its type."""
    found = [
        f"{_inside(place['file'])}:{place['line']} {place['function']}" for place in PLACE.finditer(traceback_text)
    ]
    last = traceback_text.strip().rpartition("\n")[2] if found else ""
    kind = re.match(r"[A-Za-z_][\w.]*(?=:|$)", last)
    return found[-FRAMES_MAX:] + ([kind[0]] if kind else [])


def _inside(path: str) -> str:
    """Without the machine's own folders, which may have somebody's name."""
    for start in ("/site-packages/", "/covers/", "/personalize/", "/albumsite/", "/accounts/"):
        if start in path:
            return path[path.index(start) + 1 :]
    return path.rpartition("/")[2]
