"""Who may sign requests, and what each may do."""

import dataclasses
import datetime
import fnmatch
import threading

# Of the managed policy IVSReadOnlyAccess: it sees channels, but not the values of stream keys.
READ_ONLY = ["ivs:Get*", "ivs:List*", "ivs:BatchGetChannel", "cloudwatch:GetMetricData"]
READ_ONLY_DENIED = ["ivs:GetStreamKey", "ivs:BatchGetStreamKey"]


@dataclasses.dataclass
class Identity:
    """An access key with what it may do, as patterns such as `ivs:Get*`."""

    name: str
    accessKeyId: str
    secretAccessKey: str
    sessionToken: str | None = None
    actions: list = dataclasses.field(default_factory=lambda: ["*"])
    denied: list = dataclasses.field(default_factory=list)
    expiration: str | None = None  # ISO 8601

    def may(self, action):
        """Whether the policy has this action and does not deny it."""
        return any(fnmatch.fnmatchcase(action, pattern) for pattern in self.actions) and not any(
            fnmatch.fnmatchcase(action, pattern) for pattern in self.denied)

    def has_expired(self, now):
        return self.expiration is not None and datetime.datetime.fromisoformat(self.expiration) <= now


class Identities:
    """All identities by access key; they come, go and expire while the fake runs."""

    def __init__(self, described):
        self._lock = threading.Lock()
        self._all = {}
        for description in described:
            self.add(description)

    def add(self, description):
        """Adds one or replaces that of the same access key; `readOnly` stands for the managed policy."""
        description = dict(description)
        if description.pop("readOnly", False):
            description |= {"actions": READ_ONLY, "denied": READ_ONLY_DENIED}
        identity = Identity(name=description.pop("name", description["accessKeyId"]), **description)
        with self._lock:
            self._all[identity.accessKeyId] = identity
        return identity

    def find(self, access_key):
        with self._lock:
            return self._all.get(access_key)

    def expire(self, access_key, now):
        """Lets one expire now."""
        with self._lock:
            self._all[access_key].expiration = now.isoformat()

    def remove(self, access_key):
        with self._lock:
            del self._all[access_key]
