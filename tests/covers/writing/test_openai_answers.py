"""What a language model's service may answer to do harm, and how its refusals are told from failures."""

from __future__ import annotations

import gzip
import json
import logging
import resource

import pytest

from albumsite.errors import WriterDeclined
from covers import writing
from tests.covers.writing import language_model
from tests.covers.writing.language_model import SONG

# --- answers that want to harm ------------------------------------------------------------------------------------


def _pour(handler, chunk, times, headers=()):
    """A 200 with `times` chunks; ends when the client goes away. Returns how many bytes went out."""
    handler.send_response(200)
    handler.send_header("content-type", "application/json")
    for name, value in headers:
        handler.send_header(name, value)
    handler.end_headers()
    sent = 0
    for _ in range(times):
        handler.wfile.write(chunk)
        sent += len(chunk)
    return sent


def test_an_answer_of_100_mb_is_cut_off_and_the_rules_take_over(writer, service, caplog):
    poured = []

    def flood(handler, _asked):
        poured.append(0)
        handler.send_response(200)
        handler.end_headers()
        for _ in range(1600):
            handler.wfile.write(b" " * 65536)
            poured[0] += 65536

    service.answer = flood
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert writing.write_brief(SONG, writer=writer).written_by == "rules"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40_000  # kB
    assert poured[0] < 30_000_000  # what the sockets between them may hold
    assert len([record for record in caplog.records if "rules take over" in record.getMessage()]) == 1


def test_a_gzip_bomb_is_not_unpacked(writer, service):
    bomb = gzip.compress(b" " * 100_000_000)
    assert len(bomb) < 120_000
    service.answer = lambda handler, _asked: _pour(handler, bomb, 1, [("content-encoding", "gzip")])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert writing.write_brief(SONG, writer=writer).written_by == "rules"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40_000


def test_a_good_answer_that_comes_packed_is_read_all_the_same(writer, service):
    packed = gzip.compress(json.dumps(language_model.completion(language_model.GOOD)).encode())
    service.answer = lambda handler, _asked: _pour(handler, packed, 1, [("content-encoding", "gzip")])
    assert writer.write(SONG).written_by == "openai"
    assert service.headers[0]["accept-encoding"] == "identity"


GOOD_BODY = json.dumps(language_model.completion(language_model.GOOD))
HARMFUL_BODIES = {
    "nested in lists": "[" * 100_000 + "]" * 100_000,
    "nested beside the choices": GOOD_BODY[:-1] + ', "x": ' + '{"a":' * 100_000 + "1" + "}" * 100_000 + "}",
    "open and never closed": '{"choices": ' + "[" * 100_000,
    "a number without end": GOOD_BODY[:-1] + ', "x": ' + "9" * 100_000 + "}",
    "a number out of range": GOOD_BODY[:-1] + ', "x": 1e999}',
    "not a number": GOOD_BODY[:-1] + ', "x": NaN}',
    "infinite": GOOD_BODY[:-1] + ', "x": -Infinity}',
    "a name twice": GOOD_BODY[:-1] + ', "choices": []}',
    "not UTF-8": GOOD_BODY.encode()[:-1] + b', "x": "\xff\xfe"}',
    "choices of another type": json.dumps({**language_model.completion("x"), "choices": {"0": 1}}),
    "a message of another type": json.dumps(
        {**language_model.completion("x"), "choices": [{"index": 0, "message": "hi"}]}
    ),
    "content of another type": json.dumps(
        language_model.completion(None) | {"choices": [{"message": {"content": {"a": 1}}}]}
    ),
    "packed in another way": "xxxx",
}


@pytest.mark.parametrize("name", HARMFUL_BODIES)
def test_a_harmful_body_falls_to_the_rules_with_one_line_in_the_log(writer, service, caplog, name):
    body = HARMFUL_BODIES[name]
    raw = body if isinstance(body, bytes) else body.encode()
    headers = [("content-encoding", "br")] if name.startswith("packed") else [("content-length", str(len(raw)))]
    service.answer = lambda handler, _asked: _pour(handler, raw, 1, headers)
    assert writing.write_brief(SONG, writer=writer).written_by == "rules"
    assert len([record for record in caplog.records if record.levelno >= logging.WARNING]) == 1


HARMFUL_CONTENTS = {
    "nested": '{"mood": "longing", "motifs": ["letter"], "x": ' + "[" * 100_000 + "]" * 100_000 + "}",
    "nested 1000": '{"mood": "longing", "motifs": ["letter"], "x": ' + "[" * 1000 + "]" * 1000 + "}",
    "a name twice": '{"mood": "longing", "mood": "joy", "motifs": ["letter"]}',
    "not a number": '{"mood": "longing", "motifs": ["letter"], "x": NaN}',
    "huge number": '{"mood": "longing", "motifs": ["letter"], "x": ' + "1" * 5000 + "}",
}


@pytest.mark.parametrize("content", HARMFUL_CONTENTS.values(), ids=HARMFUL_CONTENTS.keys())
def test_harmful_json_inside_the_message_falls_to_the_rules(writer, service, content):
    service.says(content)
    assert writing.write_brief(SONG, writer=writer).written_by == "rules"


def test_brackets_and_digits_inside_a_text_are_only_text(writer, service):
    service.says({**language_model.GOOD, "style": "[" * 100 + "1" * 100 + '"\\"{'})
    assert writer.write(SONG).written_by == "openai"


# --- refusals -----------------------------------------------------------------------------------------------------

DECLINING = {
    "a field": ({"content": None}, {"refusal": "I cannot help with that."}),
    "in words": ({"content": "I'm sorry, but I can't help with that."}, {}),
    "in Korean": ({"content": "죄송하지만 이 요청은 도와드릴 수 없습니다."}, {}),
    "in the scene": ({"content": {**language_model.GOOD, "scene": "I cannot create an image of that."}}, {}),
    "in the subject": ({"content": {**language_model.GOOD, "subject": "Sorry, I can't do this"}}, {}),
    "a name of its own": ({"content": {"refusal": "no"}}, {}),
    "an error": ({"content": {"error": "I won't describe this."}}, {}),
}


@pytest.mark.parametrize(("said", "message"), DECLINING.values(), ids=DECLINING.keys())
def test_a_model_that_declines_is_heeded(writer, service, said, message):
    service.says(said["content"], **message)
    with pytest.raises(WriterDeclined):
        writing.write_brief(SONG, writer=writer)


@pytest.mark.parametrize("reason", ["content_filter", "safety"])
def test_a_filter_that_ended_the_answer_is_heeded(writer, service, reason):
    body = language_model.completion(language_model.GOOD)
    body["choices"][0]["finish_reason"] = reason
    service.answers(200, body)
    with pytest.raises(WriterDeclined):
        writing.write_brief(SONG, writer=writer)


@pytest.mark.parametrize(
    "error",
    [
        {"code": "content_filter", "message": "no"},
        {"code": "content_policy_violation"},
        {"code": "x", "innererror": {"code": "ResponsibleAIPolicyViolation"}},
    ],
)
def test_a_filter_before_the_model_is_heeded_and_not_asked_again_more_simply(writer, service, error):
    service.answers(400, {"error": error})
    with pytest.raises(WriterDeclined):
        writing.write_brief(SONG, writer=writer)
    assert len(service.asked) == 1


def test_a_model_that_declines_often_is_not_taken_for_broken():
    class Declining:
        calls = 0

        def write(self, song, on_usage=None):
            self.calls += 1
            raise WriterDeclined("no")

    declining = Declining()
    resting = writing.RestingWriter(declining, clock=lambda: 0.0)
    for _ in range(9):
        with pytest.raises(WriterDeclined):
            resting.write(SONG)
    assert declining.calls == 9
