"""Stands in for `personalize.photos.check` in a bounded child, and does what a hostile picture might make a decoder do."""

from __future__ import annotations

import os
import signal
import time


def prepare() -> None:
    pass


def answer(content: bytes) -> bytes:
    return ANSWERS[content.split()[0]](content)


def _hang(_content: bytes) -> bytes:
    while True:
        time.sleep(60)


def _spin(_content: bytes) -> bytes:
    while True:
        pass


def _crash(_content: bytes) -> bytes:
    os.kill(os.getpid(), signal.SIGSEGV)
    return b""


def _devour(_content: bytes) -> bytes:
    return b"%d" % len(bytearray(3 * 1024**3))


def _write(content: bytes) -> bytes:
    try:
        with open(content.split()[1], "wb") as file:
            file.write(b"x")
    except OSError:
        return b"refused"
    return b"written"


def _environment(_content: bytes) -> bytes:
    return repr(dict(os.environ)).encode()


ANSWERS = {
    b"hang": _hang,
    b"spin": _spin,
    b"crash": _crash,
    b"devour": _devour,
    b"write": _write,
    b"environment": _environment,
    b"pid": lambda _content: b"%d" % os.getpid(),
    b"echo": lambda content: content,
    b"nonsense": lambda _content: b"\xff" * 40,
    b"pickle": lambda _content: b'\x00\x00\x00\x0f{"problem":"x"}',
}
