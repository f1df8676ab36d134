"""Every request that came, also the ones that were wrong."""

import threading


class RequestLog:
    """Remembers requests in order, so that a test can see that none was wrong."""

    def __init__(self):
        self._lock = threading.Lock()
        self._entries = []
        self._count = 0

    def add(self, entry):
        with self._lock:
            self._entries.append({"number": self._count} | entry)
            self._count += 1

    def entries(self, since=0):
        with self._lock:
            return [entry for entry in self._entries if entry["number"] >= since]

    def clear(self):
        with self._lock:
            self._entries.clear()
