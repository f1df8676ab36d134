"""What arrived of a stream, second by second of the wall clock."""

import dataclasses


@dataclasses.dataclass
class Second:
    """The bytes and frames that arrived in one second."""

    videoBytes: int = 0
    audioBytes: int = 0
    otherBytes: int = 0
    frames: int = 0
    keyFrames: int = 0

    @property
    def bytes(self):
        return self.videoBytes + self.audioBytes + self.otherBytes


class Arrivals:
    """Counts what arrives; answers rates over whole seconds that are over."""

    KEPT = 3 * 3600

    def __init__(self):
        self.seconds = {}
        self.keyframe_intervals = {}  # by the second in which each ended
        self.last = None  # when anything arrived
        self._last_keyframe = None

    def count(self, tag, now):
        """Counts a tag of FLV that arrived now."""
        second = self.seconds.setdefault(int(now), Second())
        self.last = now
        if tag.is_video:
            second.videoBytes += tag.size
            second.frames += tag.is_frame
            if tag.is_keyframe:
                second.keyFrames += 1
                if self._last_keyframe is not None:
                    interval = (tag.timestamp - self._last_keyframe) / 1000
                    self.keyframe_intervals.setdefault(int(now), []).append(interval)
                self._last_keyframe = tag.timestamp
        elif tag.is_audio:
            second.audioBytes += tag.size
        else:
            second.otherBytes += tag.size
        if len(self.seconds) > self.KEPT:
            del self.seconds[min(self.seconds)]

    def restart(self):
        """Another publisher goes on: its time stamps have nothing to do with the ones before."""
        self._last_keyframe = None

    def last_seconds(self, count, now):
        """The last whole seconds, oldest first; those without data are empty."""
        return [self.seconds.get(second, Second()) for second in range(int(now) - count, int(now))]
