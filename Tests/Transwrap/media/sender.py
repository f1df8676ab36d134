"""Sends a file to the proxy as a browser would: over a WebSocket, evenly over so many seconds."""

import base64
import json
import os
import socket
import struct
import threading
import time


class Sender:
    """One client; `events` has what the proxy told it, `close` the code that it closed with."""

    def __init__(self, port, path, token=None):
        self.events = []
        self.close = None
        self.done = threading.Event()
        self.lock = threading.Lock()
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Upgrade: websocket", "Connection: Upgrade",
                 f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13"]
        if token:
            lines.append(f"Authorization: Bearer {token}")
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self.buffer = b""
        while b"\r\n\r\n" not in self.buffer:
            self._more()
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        self.status = int(head.split(b" ")[1])
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _more(self):
        more = self.socket.recv(65536)
        if not more:
            raise EOFError
        self.buffer += more

    def _take(self, count):
        while len(self.buffer) < count:
            self._more()
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken

    def _read(self):
        try:
            while True:
                first, second = self._take(2)
                size = second & 127
                if size > 125:
                    size = int.from_bytes(self._take(2 if size == 126 else 8), "big")
                payload = self._take(size)
                if first & 15 == 8:
                    self.close = struct.unpack(">H", payload[:2])[0] if len(payload) > 1 else 1005
                    break
                if first & 15 == 9:
                    self._send(10, payload)
                if first & 15 == 1:
                    try:
                        self.events.append(json.loads(payload))
                    except ValueError:
                        self.events.append({"type": "text", "text": payload.decode(errors="replace")})
        except (EOFError, OSError):
            pass
        self.done.set()

    def _send(self, opcode, payload):
        mask, size = os.urandom(4), len(payload)
        head = bytes([0x80 | opcode])
        if size < 126:
            head += bytes([0x80 | size])
        elif size < 65536:
            head += bytes([0x80 | 126]) + struct.pack(">H", size)
        else:
            head += bytes([0x80 | 127]) + struct.pack(">Q", size)
        key = (mask * (size // 4 + 1))[:size]
        masked = (int.from_bytes(payload, "big") ^ int.from_bytes(key, "big")).to_bytes(size, "big") if size else b""
        with self.lock:
            self.socket.sendall(head + mask + masked)

    def send(self, data, seconds, piece=None, linger=1.0):
        """Sends all of it and closes; returns what the proxy closed with, None where it said nothing."""
        piece = piece or max(1, len(data) // max(1, int(seconds * 10)))
        pieces = [data[at:at + piece] for at in range(0, len(data), piece)]
        start = time.monotonic()
        try:
            for index, part in enumerate(pieces):
                if self.done.is_set():
                    break
                self._send(2, part)
                wait = start + seconds * (index + 1) / len(pieces) - time.monotonic()
                if wait > 0:
                    self.done.wait(wait)
            self.done.wait(linger)
            if not self.done.is_set():
                self._send(8, struct.pack(">H", 1000))
        except OSError:
            pass
        self.done.wait(8)
        self.socket.close()
        return self.close

    def told(self, kind):
        """The messages of events of a kind."""
        return [event for event in self.events if event.get("type") == kind]
