"""Wait, without polling, until another process has come to a point."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

SECONDS = 60


class Arrival:
    """A port on this machine that the other process connects to once."""

    def __init__(self, server: socket.socket) -> None:
        self._server = server

    @property
    def code(self) -> str:
        """The Python expression by which the other process says that it is there."""
        port = self._server.getsockname()[1]
        return f"__import__('socket').create_connection(('127.0.0.1', {port})).close()"

    def wait(self) -> None:
        """Return when the other process is there.

        Raises:
            TimeoutError: It did not come within a minute.
        """
        connection, _ = self._server.accept()
        connection.close()


@contextmanager
def arrival() -> Iterator[Arrival]:
    """Give an arrival to wait for."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(SECONDS)
        yield Arrival(server)
