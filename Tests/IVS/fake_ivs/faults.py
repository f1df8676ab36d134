"""What goes wrong on demand: errors, delays, broken answers, closed connections."""

import dataclasses
import threading

from .web import Answer


@dataclasses.dataclass
class Fault:
    """Meets the next `times` requests of an operation (`*` for any); `publish` means a publisher at the ingest."""

    operation: str = "*"
    error: str | None = None  # a code, of the model or the front end
    message: str = "This was asked for."
    times: int = 1
    delay: float = 0  # seconds before it, or before the usual answer
    status: int | None = None
    body: str | None = None  # sent as it is, for answers that are no JSON
    contentType: str = "text/html"
    headers: dict = dataclasses.field(default_factory=dict)
    spelling: str | None = None
    close: bool = False  # closes the connection without an answer
    isSticky: bool = False  # stays, whatever `times` says

    def raw(self):
        """An answer that replaces the service's own; none for errors of the service and for mere delays."""
        if self.close:
            return Answer(None)
        if self.body is not None or (self.status is not None and self.error is None):
            headers = {"Content-Type": self.contentType} | self.headers
            return Answer(self.status or 500, headers, (self.body or "").encode())
        return None


class Faults:
    """The faults that wait, in order."""

    def __init__(self):
        self._lock = threading.Lock()
        self._waiting = []

    def add(self, description):
        fault = Fault(**description)
        with self._lock:
            self._waiting.append(fault)

    def clear(self):
        with self._lock:
            self._waiting.clear()

    def take(self, operation):
        """The fault that meets this request, if one does."""
        with self._lock:
            for fault in self._waiting:
                if fault.operation in (operation, "*") and (fault.operation == operation or operation != "publish"):
                    if not fault.isSticky:
                        fault.times -= 1
                        if fault.times <= 0:
                            self._waiting.remove(fault)
                    return fault
        return None
