"""A publisher's connection: what came by it, and what its encoder said."""

import os

from . import avc
from .flv import H264, FLVReader


class Publication:
    """One publisher's connection, which publishes under a name of its own."""

    def __init__(self, number, session, server, priority, folder, now):
        self.name = f"publication-{number}"
        self.session, self.server, self.priority = session, server, priority
        self.recording = os.path.join(folder, f"{self.name}.flv")
        self.reader = FLVReader(self.recording)
        self.video, self.audio, self.announced = {}, {}, None
        self.began = now
        self.first_keyframe = None  # its time stamp
        self.last_timestamp = 0
        self.is_half_dead = False  # nothing of it arrives any more, and nobody noticed
        self.is_gone = False

    def take(self, tag):
        """Learns from a tag that was recorded."""
        if tag.is_video:
            if tag.configuration:
                self.video = _parsed(avc.video_configuration, tag.configuration)
            elif tag.codec != H264:
                self.video = {"codec": str(tag.codec)}
            if tag.is_keyframe and self.first_keyframe is None:
                self.first_keyframe = tag.timestamp
            self.last_timestamp = max(self.last_timestamp, tag.timestamp)
        elif tag.is_audio and tag.configuration:
            self.audio = _parsed(avc.audio_configuration, tag.configuration)

    @property
    def seconds_since_keyframe(self):
        return 0 if self.first_keyframe is None else (self.last_timestamp - self.first_keyframe) / 1000

    @property
    def video_configuration(self):
        """With what onMetaData advertised."""
        said, video = self.announced or {}, dict(self.video)
        if not video:
            return {}
        if isinstance(said.get("encoder"), str):
            video["encoder"] = said["encoder"]
        video |= _number(said, "videodatarate", "targetBitrate", 1000)
        return video | _number(said, "framerate", "targetFramerate")

    @property
    def audio_configuration(self):
        return self.audio and self.audio | _number(self.announced or {}, "audiodatarate", "targetBitrate", 1000)


def _number(said, name, member, factor=1):
    value = said.get(name)
    return {member: round(value * factor)} if isinstance(value, float) and value > 0 else {}


def _parsed(parse, record):
    """What a record says; one that cannot be read is of a codec that nobody takes."""
    try:
        return parse(record)
    except (ValueError, IndexError):
        return {"codec": "unreadable"}
