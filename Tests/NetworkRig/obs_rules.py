"""OBS Studio's rules of dynamic bitrate, re-stated: the control that this project's own are compared with.

Where more than 200 ms of media wait in the program, the bitrate becomes 90 % of what was sent over the last one to two
seconds, less the sound's; four seconds later it grows by a tenth of what was wanted, and again each four seconds. Frames are
not dropped meanwhile. Pure: what the program's status says goes in, a bitrate comes out.
"""
TRIGGER = 0.2
SHARE = 0.9
LEAST = 50
SPAN = (1.0, 2.0)
RAISE_AFTER = 4.0


class ObsRules:
    def __init__(self, wanted, sound=128):
        self.wanted, self.sound, self.current = wanted, sound, wanted
        self.samples, self.raise_at = [], None

    def take(self, at, queued_seconds, bytes_sent):
        """Takes what waits and what was sent in all; answers the new bitrate in kbit/s, or None."""
        self.samples = [sample for sample in self.samples if at - sample[0] <= SPAN[1]] + [(at, bytes_sent)]
        is_slow = queued_seconds > TRIGGER
        first = self.samples[0]
        if is_slow and at - first[0] >= SPAN[0]:
            sent = (bytes_sent - first[1]) * 8 / (at - first[0]) / 1000
            lower = max(LEAST, int(sent * SHARE) - self.sound)
            if lower < self.current:
                self.current, self.raise_at = lower, at + RAISE_AFTER
                return self.current
        if self.raise_at is not None and at >= self.raise_at and not is_slow:
            self.current = min(self.wanted, self.current + self.wanted // 10)
            self.raise_at = None if self.current == self.wanted else at + RAISE_AFTER
            return self.current
        return None
