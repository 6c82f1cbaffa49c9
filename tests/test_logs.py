"""Lines of the log say what they are of."""

import asyncio
import json
import logging

from opentelemetry.trace import INVALID_SPAN_CONTEXT, NonRecordingSpan, use_span

from service.api.requests import RequestIds
from service.logs import JsonLines, TextLines, log_fields


def record(message, error=None, **extra):
    about = (type(error), error, None) if error else None
    line = logging.LogRecord("room", logging.WARNING, "file", 1, message, (), about)
    vars(line).update(extra)
    return line


def test_json_lines_hold_the_fields_of_their_context():
    with log_fields(job="j", attempt=2), log_fields(worker="w"):
        line = json.loads(JsonLines().format(record('say "hi"\n', run="r")))
    assert line | {"time": ""} == {
        "time": "",
        "level": "warning",
        "logger": "room",
        "message": 'say "hi"\n',
        "job": "j",
        "attempt": "2",
        "worker": "w",
        "run": "r",
    }
    assert line["time"].endswith("+00:00")
    assert "job" not in json.loads(JsonLines().format(record("later")))


def test_a_trace_is_in_the_line_of_its_error():
    line = json.loads(JsonLines().format(record("mistake", ValueError("why"))))
    assert "ValueError: why" in line["trace"]


def test_text_is_for_people():
    with log_fields(job="j"):
        text = TextLines().format(record("hello", ValueError("why")))
    first, *trace = text.splitlines()
    assert first.endswith("WARNING hello  job=j") and trace == ["ValueError: why"]


def test_a_span_has_the_number_of_its_request():
    """Where nobody traces, there is none to tell."""
    attributes = {}

    class Span(NonRecordingSpan):
        def set_attribute(self, key, value):
            attributes[key] = value

    async def ends(scope, receive, send):
        assert attributes == {"gradarena.request": scope["state"]["request_id"]}

    scope = {"type": "http", "method": "GET", "path": "/", "headers": [(b"x-request-id", b"mine")]}
    with use_span(Span(INVALID_SPAN_CONTEXT)):
        asyncio.run(RequestIds(ends)(scope, None, None))
    assert attributes == {"gradarena.request": "mine"}
