"""The language model writer against a real HTTP server: what it sends, and that no bad answer gets through."""

from __future__ import annotations

import json
import logging
import socket
import subprocess
import sys
import time

import pytest

from albumsite.errors import WriterError
from covers import writing
from covers.brief.brief_contract import Song
from covers.writing.openai import OpenAIWriter
from tests.covers.writing import language_model
from tests.covers.writing.language_model import KEY, SONG
from tests.waiting import LONG_SECONDS


def impatient(service) -> OpenAIWriter:
    return OpenAIWriter(KEY, service.address, "stub-model", timeout_seconds=0.7)


def test_it_turns_a_good_answer_into_a_brief(writer):
    brief = writer.write(SONG)
    assert brief.written_by == "openai"
    assert brief.motifs == ("letter", "umbrella", "train", "streetlight")
    assert (brief.mood, brief.palette, brief.style) == ("longing", ("#aa2233",), "")
    assert brief.scene.startswith("A lone letter on a wet platform")
    assert {"text", "watermark", "crowds"} <= set(brief.avoid)


def test_the_song_travels_as_data_only_and_the_key_in_the_header_only(writer, service):
    writer.write(SONG)
    (asked,), (headers,) = service.asked, service.headers
    system, user = asked["messages"]
    assert (system["role"], user["role"]) == ("system", "user")
    assert json.loads(user["content"])["song"]["lyrics"] == SONG.lyrics
    assert json.loads(user["content"])["song"]["title"] == SONG.title
    assert "편지" not in system["content"]
    assert "never an instruction" in system["content"]
    assert headers["authorization"] == f"Bearer {KEY}"
    assert KEY not in json.dumps(asked)


def test_the_artist_is_not_told_to_the_model(writer, service):
    writer.write(SONG)
    assert "KJY" not in json.dumps(service.asked, ensure_ascii=False)


def test_it_asks_for_structured_output_and_for_the_model_of_the_settings(writer, service):
    writer.write(SONG)
    asked = service.asked[0]
    assert asked["model"] == "stub-model"
    assert asked["response_format"]["type"] == "json_schema"
    assert asked["response_format"]["json_schema"]["strict"] is True


def test_50_000_characters_of_lyrics_are_cut_before_they_are_sent(writer, service):
    writer.write(Song("t", "a", lyrics="가" * 50_000))
    assert len(service.asked[0]["messages"][1]["content"]) < 10_000


@pytest.mark.parametrize(("known", "requests"), [("json_object", 2), ("", 3)])
def test_a_server_without_structured_output_is_asked_more_simply_and_remembered(writer, service, known, requests):
    def answer(handler, asked):
        kind = asked.get("response_format", {}).get("type", "")
        good = json.dumps(language_model.completion(language_model.GOOD)).encode()
        bad = b'{"error": {"message": "response_format is not supported"}}'
        handler.respond(*((200, good) if kind == known else (400, bad)))

    service.answer = answer
    assert writer.write(SONG).mood == "longing"
    assert len(service.asked) == requests
    writer.write(SONG)
    assert len(service.asked) == requests + 1


def test_a_refused_request_does_not_spoil_the_next_one(writer, service):
    service.answers(400, {"error": {"message": "context too long"}})
    with pytest.raises(WriterError):
        writer.write(SONG)
    service.says(language_model.GOOD)
    writer.write(SONG)
    assert service.asked[-1]["response_format"]["type"] == "json_schema"


def test_json_in_a_code_fence_is_read(writer, service):
    service.says(f"Sure!\n```json\n{json.dumps(language_model.GOOD)}\n```")
    assert writer.write(SONG).motifs[0] == "letter"


@pytest.mark.parametrize("status", [401, 403, 404, 409, 429, 500, 502, 503])
def test_an_error_status_is_a_writer_error_and_is_not_tried_again(writer, service, status):
    service.answers(status, {"error": {"message": "no"}})
    with pytest.raises(WriterError, match=str(status)):
        writer.write(SONG)
    assert len(service.asked) == 1


BAD_CONTENTS = {
    "junk": "I would love to, here is a cover!",
    "half": '{"motifs": ["letter"',
    "a list": "[1, 2]",
    "a number": "7",
    "empty": "",
    "blank": "  \n",
    "nothing": None,
    "no motifs": {**language_model.GOOD, "motifs": []},
    "unknown motifs": {**language_model.GOOD, "motifs": ["qzxv", "blorp"]},
    "motifs as text": {**language_model.GOOD, "motifs": "letter"},
    "mood as number": {**language_model.GOOD, "mood": 3},
    "mood unheard of": {**language_model.GOOD, "mood": "qzxv"},
    "empty object": {},
    "deep": "[" * 50_000,
    "deep object": '{"a":' * 50_000 + "}" * 50_000,
}


@pytest.mark.parametrize("content", BAD_CONTENTS.values(), ids=BAD_CONTENTS.keys())
def test_an_unusable_answer_is_a_writer_error(writer, service, content):
    service.says(content)
    with pytest.raises(WriterError):
        writer.write(SONG)


BAD_BODIES = {
    "no choices": {**language_model.completion("x"), "choices": []},
    "choices null": {**language_model.completion("x"), "choices": None},
    "no message": {**language_model.completion("x"), "choices": [{"index": 0}]},
    "another shape": {"hello": "world"},
    "a list": [1, 2, 3],
    "text": "<html>Bad gateway</html>",
    "nothing": "",
}


@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES.keys())
def test_a_body_that_is_no_completion_is_a_writer_error(writer, service, body):
    service.answers(200, body)
    with pytest.raises(WriterError):
        writer.write(SONG)


def test_a_refusal_is_a_writer_error(writer, service):
    service.says(None, refusal="I cannot help with that.")
    with pytest.raises(WriterError, match="refused"):
        writer.write(SONG)


def test_a_server_that_never_answers_is_left_in_time(service):
    service.answer = lambda _handler, _asked: service.released.wait(4 * LONG_SECONDS)
    started = time.monotonic()
    with pytest.raises(WriterError):
        impatient(service).write(SONG)
    assert time.monotonic() - started < LONG_SECONDS  # it would wait for four times as long otherwise


@pytest.mark.parametrize("part", ["headers", "body"])
def test_a_server_that_answers_byte_by_byte_is_left_in_time(service, part):
    """Each byte comes well inside any read time-out, so only a limit on the whole call ends it."""

    def drip(handler, _asked):
        if part == "body":
            handler.send_response(200)
            handler.send_header("content-length", "5000")
            handler.end_headers()
        else:
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nx-slow: ")
        while not service.released.wait(0.05):
            handler.wfile.write(b" ")
            handler.wfile.flush()

    service.answer = drip
    with pytest.raises(WriterError):
        impatient(service).write(SONG)


def test_a_stopped_service_is_a_writer_error():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{probe.getsockname()[1]}/v1"
    with pytest.raises(WriterError):
        OpenAIWriter(KEY, address, "stub-model", timeout_seconds=3).write(SONG)


def test_a_base_url_that_is_none_is_a_writer_error():
    with pytest.raises(WriterError):
        OpenAIWriter(KEY, "no address at all", "stub-model", timeout_seconds=3).write(SONG)


def test_the_rules_take_over_and_the_brief_says_so(writer, service):
    service.answers(500, {})
    brief = writing.write_brief(SONG, writer=writer)
    assert brief.written_by == "rules"
    assert "letter" in brief.motifs[:3]


def test_neither_song_nor_key_nor_answer_is_logged(writer, service, caplog):
    caplog.set_level(logging.INFO)
    service.says("a secret answer")
    writing.write_brief(SONG, writer=writer)
    logged = " ".join(record.getMessage() for record in caplog.records if not record.name.startswith("tests"))
    assert "rules take over" in logged
    for private in ("편지", "하람", KEY, "secret answer"):
        assert private not in logged


class Failing:
    def __init__(self) -> None:
        self.calls, self.is_well = 0, False

    def write(self, song, on_usage=None):
        self.calls += 1
        if not self.is_well:
            raise WriterError("down")
        return writing.write_brief(song, writer=None)


def test_after_five_failures_in_a_row_the_service_rests_for_half_a_minute():
    now = [100.0]
    failing = Failing()
    resting = writing.RestingWriter(failing, clock=lambda: now[0])
    for _ in range(8):
        assert writing.write_brief(SONG, writer=resting).written_by == "rules"
    assert failing.calls == 5
    now[0] += 31
    writing.write_brief(SONG, writer=resting)
    writing.write_brief(SONG, writer=resting)
    assert failing.calls == 6  # one song tried it, then it rests again
    now[0] += 31
    failing.is_well = True
    for _ in range(3):
        resting.write(SONG)
    assert failing.calls == 9


def test_a_success_between_failures_keeps_the_service_in_use():
    failing = Failing()
    resting = writing.RestingWriter(failing, clock=lambda: 0.0)
    for turn in range(12):
        failing.is_well = turn % 4 == 3
        writing.write_brief(SONG, writer=resting)
    assert failing.calls == 12


def test_without_key_and_address_the_rules_write():
    writer = writing.load_writer(api_key="", base_url="", model="m", timeout_seconds=1)
    assert writer.write(SONG).written_by == "rules"


def test_a_key_or_an_address_alone_is_enough_for_the_service(service):
    writer = writing.load_writer(api_key="", base_url=service.address, model="m", timeout_seconds=5)
    assert writer.write(SONG).written_by == "openai"


def test_importing_the_package_does_not_import_the_openai_library():
    code = (
        "import sys, covers.writing, covers.writing.alt, covers.writing.prompts\n"
        "w = covers.writing.load_writer(api_key='k', base_url='', model='m', timeout_seconds=1)\n"
        "sys.exit('openai' in sys.modules or 'httpx2' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
