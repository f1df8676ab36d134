"""A viewer of RTMP that leaves when it has seen the encoder's onMetaData, which the recordings lack."""

import os
import socket
import time

from . import amf

COMMAND, DATA = 20, 18


def metadata(port, app, name, limit=10):
    """What onMetaData said, or None where none came in time."""
    deadline = time.monotonic() + limit
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=limit) as connection:
            connection.sendall(b"\x03" + bytes(8) + os.urandom(1528))
            stream = _Chunks(connection, deadline)
            answer = stream.exactly(1 + 1536)
            connection.sendall(answer[1:])
            stream.exactly(1536)
            url = f"rtmp://127.0.0.1:{port}/{app}"
            connection.sendall(
                _message(amf.written("connect", 1, {"app": app, "tcUrl": url}))
                + _message(amf.written("createStream", 2, None))
                + _message(amf.written("play", 3, None, name, -2), stream=1))
            while True:
                kind, payload = stream.message()
                values = amf.read_all(payload) if kind == DATA else []
                if len(values) > 1 and values[0] == "onMetaData" and isinstance(values[1], dict):
                    return values[1]
    except (OSError, EOFError):
        return None


def _message(payload, stream=0):
    """A command on chunk stream 3, in chunks of 128 bytes."""
    header = b"\x03" + bytes(3) + len(payload).to_bytes(3, "big") + bytes([COMMAND]) + stream.to_bytes(4, "little")
    chunks = [payload[place:place + 128] for place in range(0, len(payload), 128)]
    return header + b"\xc3".join(chunks)


class _Chunks:
    """Messages out of the chunks of a connection (RTMP §5.3.1)."""

    def __init__(self, connection, deadline):
        self._connection, self._deadline = connection, deadline
        self._buffer = b""
        self._chunk_size = 128
        self._last = {}

    def exactly(self, count):
        """So many bytes; raises when the connection or the time ends."""
        while len(self._buffer) < count:
            left = self._deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self._connection.settimeout(left)
            data = self._connection.recv(65536)
            if not data:
                raise EOFError
            self._buffer += data
        taken, self._buffer = self._buffer[:count], self._buffer[count:]
        return taken

    def message(self):
        """Type and payload of the next message."""
        while True:
            basic = self.exactly(1)[0]
            form, number = basic >> 6, basic & 63
            if number < 2:
                number = 64 + int.from_bytes(self.exactly(number + 1), "little")
            last = self._last.setdefault(number, {"payload": b"", "length": 0, "kind": 0, "extended": False})
            if form < 3:
                header = self.exactly((11, 7, 3)[form])
                last["extended"] = header[:3] == b"\xff\xff\xff"
                if form < 2:
                    last["length"], last["kind"] = int.from_bytes(header[3:6], "big"), header[6]
            if last["extended"]:
                self.exactly(4)
            last["payload"] += self.exactly(min(self._chunk_size, last["length"] - len(last["payload"])))
            if len(last["payload"]) < last["length"]:
                continue
            kind, payload = last["kind"], last["payload"]
            last["payload"] = b""
            if kind == 1:
                self._chunk_size = int.from_bytes(payload[:4], "big") & 0x7FFFFFFF
            return kind, payload
