"""All that the fake knows, under one lock."""

import collections
import threading
import time

from .channels import Channels
from .settings import Settings


class World:
    """Channels, sessions, metadata and settings. Whoever reads or changes them holds `lock`."""

    def __init__(self, region, account, ingest_endpoint):
        self.lock = threading.RLock()
        self.settings = Settings()
        self.channels = Channels(region, account, ingest_endpoint)
        self.sessions = collections.defaultdict(list)  # by channel ARN, oldest first; they outlive the channel
        self.metadata = []
        self.clock = time.time

    def active_session(self, channel_arn):
        """The session that runs on a channel now."""
        sessions = self.sessions.get(channel_arn)
        return sessions[-1] if sessions and sessions[-1].is_active else None

    def active_sessions(self):
        return [sessions[-1] for sessions in self.sessions.values() if sessions and sessions[-1].is_active]
