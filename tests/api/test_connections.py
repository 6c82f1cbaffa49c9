"""Requests that do not come to an end are hung up on, and connections are only so many."""

import socket
from contextlib import contextmanager, suppress
from threading import Thread
from time import sleep

import uvicorn

from service.api.connections import PatientProtocol

START = b"POST / HTTP/1.1\r\nHost: here\r\n"
BODY = b"Content-Length: 5\r\n\r\n"


async def echo(scope, receive, send):
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


@contextmanager
def listening(**limits):
    protocol = type("Protocol", (PatientProtocol,), limits)
    server = uvicorn.Server(
        uvicorn.Config(echo, port=0, log_level="error", http=protocol, lifespan="off")
    )
    thread = Thread(target=server.run)
    thread.start()
    while not server.started:
        sleep(0.005)
    try:
        yield server.servers[0].sockets[0].getsockname()
    finally:
        server.should_exit = True
        thread.join()


def answer(place, *parts):
    with socket.create_connection(place, timeout=20) as client:
        # What is hung up on may be hung up on before all its parts are sent.
        with suppress(ConnectionError):
            for part in parts:
                client.sendall(part)
        return b"" if closed(client) else client.recv(100)


def closed(client):
    """Whether the other side has hung up, rather than answered."""
    try:
        return client.recv(1, socket.MSG_PEEK) == b""
    except ConnectionResetError:
        return True


def test_half_a_request_is_hung_up_on():
    with listening(headers_within=0.1, body_within=0.1) as place:
        for parts in ((), (START,), (START, BODY), (START, BODY, b"ab")):
            assert answer(place, *parts) == b""
        assert answer(place, START, BODY, b"abcde").startswith(b"HTTP/1.1 204")


def test_a_connection_that_is_kept_has_the_same_patience():
    with (
        listening(headers_within=0.1, body_within=0.1) as place,
        socket.create_connection(place, timeout=20) as client,
    ):
        client.sendall(START + BODY + b"abcde")
        assert client.recv(100).startswith(b"HTTP/1.1 204")
        client.sendall(START)
        assert closed(client)


def test_connections_are_only_so_many():
    with listening(most=1) as place, socket.create_connection(place, timeout=20) as first:
        first.sendall(START)
        assert answer(place, START, BODY, b"abcde") == b""
        first.sendall(BODY + b"abcde")
        assert first.recv(100).startswith(b"HTTP/1.1 204")
