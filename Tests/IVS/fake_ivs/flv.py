"""Tags of a file in FLV while it grows."""

import dataclasses

AUDIO, VIDEO = 8, 9
H264, AAC = 7, 10


@dataclasses.dataclass
class Tag:
    """A tag without its payload, except where that configures a decoder."""

    kind: int
    size: int
    timestamp: int  # milliseconds
    codec: int | None = None
    is_keyframe: bool = False
    is_frame: bool = False
    configuration: bytes | None = None

    @property
    def is_audio(self):
        return self.kind == AUDIO

    @property
    def is_video(self):
        return self.kind == VIDEO


class FLVReader:
    """Reads what was added since the last time."""

    def __init__(self, path):
        self.path = path
        self._file = None
        self._buffer = b""
        self._has_header = False

    def read(self):
        """The tags that are complete by now; none while there is no file."""
        if not self._file:
            try:
                self._file = open(self.path, "rb")
            except FileNotFoundError:
                return []
        self._buffer += self._file.read()
        if not self._has_header:
            if len(self._buffer) < 13:
                return []
            self._buffer, self._has_header = self._buffer[13:], True
        tags, place = [], 0
        while len(self._buffer) - place >= 11:
            size = int.from_bytes(self._buffer[place + 1:place + 4], "big")
            if len(self._buffer) - place < 15 + size:
                break
            time = self._buffer[place + 7:place + 8] + self._buffer[place + 4:place + 7]
            payload = memoryview(self._buffer)[place + 11:place + 11 + size]
            tags.append(_tag(self._buffer[place] & 31, size, int.from_bytes(time, "big"), payload))
            payload.release()
            place += 15 + size
        self._buffer = self._buffer[place:]
        return tags

    def close(self):
        if self._file:
            self._file.close()


def _tag(kind, size, timestamp, payload):
    tag = Tag(kind, size, timestamp)
    if size < 2:
        return tag
    if kind == VIDEO:
        # An enhanced tag (bit 7) names its codec by four letters; none of those is H.264 of the old form.
        tag.codec = payload[0] & 15 if payload[0] < 128 else bytes(payload[1:5]).decode("latin-1")
        tag.is_keyframe = payload[0] >> 4 & 7 == 1
        tag.is_frame = tag.codec != H264 or payload[1] == 1
        if tag.codec == H264 and payload[1] == 0:
            tag.configuration, tag.is_keyframe = bytes(payload[5:]), False
        elif tag.codec == H264 and payload[1] == 2:
            tag.is_keyframe = False
    elif kind == AUDIO:
        tag.codec = payload[0] >> 4
        if tag.codec == AAC and payload[1] == 0:
            tag.configuration = bytes(payload[2:])
    return tag
