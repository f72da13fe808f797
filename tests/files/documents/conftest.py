"""A port at which documents may knock, to show that they do not."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest


class Listener:
    """A port that counts who comes."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        self.calls = 0
        self.thread = threading.Thread(target=self._count, daemon=True)
        self.thread.start()

    def _count(self) -> None:
        while True:
            try:
                self.socket.accept()[0].close()
            except OSError:
                return
            self.calls += 1


@pytest.fixture
def listener() -> Iterator[Listener]:
    one = Listener()
    socket.create_connection(one.socket.getsockname()).close()
    while not one.calls:
        time.sleep(0.01)
    one.calls = 0
    yield one
    one.socket.close()
