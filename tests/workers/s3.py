"""A server that speaks as much of S3's protocol as checkpoints need, with one bucket in memory."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape, unescape

BUCKET = "arena"


class Objects(BaseHTTPRequestHandler):
    """GET, HEAD, PUT and DELETE of objects, lists of them by prefix, and deletion of many."""

    protocol_version = "HTTP/1.1"
    objects: dict[str, bytes]

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), "ETag": '"0"', **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def asked(self) -> tuple[str, dict[str, list[str]]]:
        """The key, and the query."""
        url = urlsplit(self.path)
        _, bucket, key = (unquote(url.path) + "/").split("/", 2)
        assert bucket == BUCKET, bucket
        return key.removesuffix("/"), parse_qs(url.query, keep_blank_values=True)

    def body(self) -> bytes:
        content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if "aws-chunked" not in self.headers.get("Content-Encoding", ""):
            return content
        whole = b""
        while size := int((head := content.split(b"\r\n", 1))[0].split(b";")[0], 16):
            whole, content = whole + head[1][:size], head[1][size + 2 :]
        return whole

    def do_GET(self) -> None:
        key, query = self.asked()
        if "list-type" in query:
            return self.list_objects(query["prefix"][0])
        if (content := self.objects.get(key)) is None:
            code = "NoSuchKey" if key else "MethodNotAllowed"
            return self.answer(404, f"<Error><Code>{code}</Code></Error>".encode())
        self.answer(200, content, Last_Modified="Thu, 01 Jan 2026 00:00:00 GMT")

    do_HEAD = do_GET

    def list_objects(self, prefix: str) -> None:
        entry = (
            "<Contents><Key>{}</Key><Size>{}</Size><ETag>0</ETag>"
            "<LastModified>2026-01-01T00:00:00.000Z</LastModified></Contents>"
        )
        found = {key: text for key, text in self.objects.items() if key.startswith(prefix)}
        listed = "".join(entry.format(escape(key), len(text)) for key, text in found.items())
        self.answer(200, f"<ListBucketResult>{listed}</ListBucketResult>".encode())

    def do_PUT(self) -> None:
        self.objects[self.asked()[0]] = self.body()
        self.answer(200)

    def do_POST(self) -> None:
        key, query = self.asked()
        assert "delete" in query and not key
        for name in re.findall(r"<Key>(.*?)</Key>", self.body().decode()):
            self.objects.pop(unescape(name), None)
        self.answer(200, b"<DeleteResult></DeleteResult>")

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def s3_server() -> Iterator[str]:
    """Its address; a bucket of its own each time."""
    handler = type("OfBucket", (Objects,), {"objects": {}})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
