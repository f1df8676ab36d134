"""A stream session: when it was, what its encoder said, what happened."""

import datetime

from .arrivals import Arrivals
from .channels import letters

STATE, HEALTH, LIMIT = "IVS Stream State Change", "IVS Stream Health Change", "IVS Limit Breach"
BAD_EVENTS = {"Stream Failure", "Stream Takeover Failure", "Ingest Bitrate", "Ingest Resolution"}


def moment(now):
    """Seconds of the wall clock as a point in time."""
    return datetime.datetime.fromtimestamp(now, datetime.timezone.utc)


class Session:
    """From `Session Created` to `Session Ended`. The caller holds the lock."""

    def __init__(self, channel, priority, now):
        self.stream_id = f"st-{letters(23)}"
        self.channel_arn = channel.arn
        self.channel = {name: value for name, value in channel.description.items() if name != "tags"}
        self.channel["tags"] = dict(channel.description["tags"])
        self.start, self.end = now, None
        self.started = None  # when it became viewable
        self.priority, self.takeovers = priority, 0
        self.events = []  # oldest first
        self.video, self.audio = {}, {}
        self.arrivals = Arrivals()
        self.health = "HEALTHY"
        self.publication = None
        self.recordings = []
        self.add("Session Created", now)

    @property
    def is_active(self):
        return self.end is None

    @property
    def is_live(self):
        return self.is_active and self.started is not None

    def add(self, name, now, kind=STATE, code=None):
        """Adds what happened."""
        event = {"name": name, "type": kind, "eventTime": moment(now)}
        self.events.append(event | ({"code": code} if code else {}))

    def finish(self, now, code=None):
        """Ends it, once."""
        if not self.is_active:
            return
        if self.started is not None:
            self.add("Stream End", now)
        self.add("Session Ended", now, code=code)
        self.end = now

    def described(self):
        """As GetStreamSession answers."""
        description = {
            "streamId": self.stream_id, "startTime": moment(self.start), "channel": self.channel,
            "truncatedEvents": self.events[:-501:-1],
        }
        if self.end is not None:
            description["endTime"] = moment(self.end)
        if self.video or self.audio:
            old = {name: value for name, value in self.video.items() if name not in ("track", "level", "profile")}
            description["ingestConfiguration"] = {
                "video": old, "audio": {name: value for name, value in self.audio.items() if name != "track"}}
            description["ingestConfigurations"] = {
                "videoConfigurations": [self.video] if self.video else [],
                "audioConfigurations": [self.audio] if self.audio else []}
        return description

    def summary(self):
        """As ListStreamSessions answers."""
        has_error = any("code" in event or event["name"] in BAD_EVENTS for event in self.events)
        summary = {"streamId": self.stream_id, "startTime": moment(self.start), "hasErrorEvent": has_error}
        return summary | ({"endTime": moment(self.end)} if self.end is not None else {})
