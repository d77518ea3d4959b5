"""Websocket clients that only count: sockets under one epoll, every byte compared with the frame that must come."""

from __future__ import annotations

import base64
import json
import os
import select
import socket
import sys
import time

from bench.children import Answer, say

_WAIT_SECONDS = 60.0
_CHUNK = 1 << 16


class Clients:
    """Connections to one or more ports, all of which are sent the same frame again and again."""

    def __init__(self, ports: list[int], count: int, *, speaks_socketio: bool) -> None:
        self._poll = select.epoll()
        self._sockets: dict[int, socket.socket] = {}
        for port in ports:
            for _ in range(count):
                sock = _connect(port, speaks_socketio=speaks_socketio)
                self._sockets[sock.fileno()] = sock
                self._poll.register(sock.fileno(), select.EPOLLIN)

    def receive(self, frame: bytes, frames: int) -> Answer:
        """Read until that many frames have come in all; tell how many did."""
        pattern = memoryview(frame * (_CHUNK // len(frame) + 2))
        got = dict.fromkeys(self._sockets, 0)
        missing = frames * len(frame)
        chunk = bytearray(_CHUNK)
        view = memoryview(chunk)
        deadline = time.monotonic() + _WAIT_SECONDS
        while missing > 0 and time.monotonic() < deadline:
            for number, _ in self._poll.poll(1.0):
                size = self._sockets[number].recv_into(chunk)
                at = got[number] % len(frame)
                if not size or view[:size] != pattern[at : at + size]:
                    return {"received": -1, "error": f"unexpected bytes: {bytes(view[: min(size, 100)])!r}"}
                got[number] += size
                missing -= size
        return {"received": sum(got.values()) // len(frame), "least": min(got.values()) // len(frame)}


def _connect(port: int, *, speaks_socketio: bool) -> socket.socket:
    sock = socket.create_connection(("127.0.0.1", port), timeout=20)
    key = base64.b64encode(os.urandom(16)).decode()
    sock.sendall(
        f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
        f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    if speaks_socketio:
        # The OPEN packet ends with a brace, and so does the answer to CONNECT ("40").
        _read_until(sock, b"}")
        sock.sendall(b"\x81\x82\x00\x00\x00\x0040")
        _read_until(sock, b"}")
    else:
        _read_until(sock, b"\r\n\r\n")
    return sock


def _read_until(sock: socket.socket, end: bytes) -> None:
    got = b""
    while not got.endswith(end):
        piece = sock.recv(4096)
        if not piece:
            message = f"the server closed the connection: {got!r}"
            raise ConnectionError(message)
        got += piece


def main() -> None:
    """Arguments: ports, clients for each port, whether they speak socket.io."""
    ports = [int(port) for port in sys.argv[1].split(",")]
    clients = Clients(ports, int(sys.argv[2]), speaks_socketio=sys.argv[3] == "socketio")
    say(connected=len(ports) * int(sys.argv[2]))
    for text in sys.stdin:
        command = json.loads(text)
        say(**clients.receive(command["frame"].encode("latin-1"), command["frames"]))


if __name__ == "__main__":
    main()
