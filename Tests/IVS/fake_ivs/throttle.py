"""How many requests of one kind a second lets through."""

import collections
import threading

# Of an account and region, where it is not 5.
PER_SECOND = {
    "CreateRecordingConfiguration": 3, "GetRecordingConfiguration": 3, "ListRecordingConfigurations": 3,
    "DeleteRecordingConfiguration": 3, "ListTagsForResource": 10, "TagResource": 10, "UntagResource": 10,
    "PutMetadata": 155, "GetMetricData": 50,
}


class Throttle:
    """Lets a number of calls through in each second that ends now."""

    def __init__(self):
        self._lock = threading.Lock()
        self._passed = collections.defaultdict(collections.deque)

    def passes(self, kind, rate, now):
        """Whether one more may pass; `now` is monotonic, in seconds."""
        with self._lock:
            times = self._passed[kind]
            while times and times[0] <= now - 1:
                times.popleft()
            if len(times) >= rate:
                return False
            times.append(now)
            return True
