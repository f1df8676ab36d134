"""What ffprobe and ffmpeg find in a recording of what came out of the proxy."""

import json
import subprocess


def run(*command):
    return subprocess.run(command, capture_output=True, check=False, timeout=120)


class Verdict:
    """The figures of one recording."""

    def __init__(self, file):
        found = json.loads(run("ffprobe", "-v", "error", "-of", "json", "-show_streams", "-show_packets", "-show_entries",
                               "packet=stream_index,pts_time,dts_time,flags", str(file)).stdout or b"{}")
        streams = {stream["codec_type"]: stream for stream in found.get("streams", [])}
        self.video, self.audio = streams.get("video", {}), streams.get("audio", {})
        packets = found.get("packets", [])

        def times(stream, key):
            return [float(packet[key]) for packet in packets
                    if packet["stream_index"] == stream.get("index", -1) and key in packet]
        self.pictures = sorted(times(self.video, "pts_time"))
        self.sounds = times(self.audio, "pts_time")
        decode = times(self.video, "dts_time")
        self.monotonic = all(a <= b for a, b in zip(decode, decode[1:]))
        self.codecs = f"{self.video.get('codec_name', '-')}/{self.audio.get('codec_name', '-')}"
        self.size = f"{self.video.get('width', 0)}x{self.video.get('height', 0)}"
        steps = [b - a for a, b in zip(self.pictures, self.pictures[1:])]
        self.longest = max(steps, default=0)
        span = self.pictures[-1] - self.pictures[0] if len(self.pictures) > 1 else 0
        self.rate = (len(self.pictures) - 1) / span if span else 0
        # Stamps are whole milliseconds.
        self.constant = all(abs(step - 1 / self.rate) < 0.0021 for step in steps) if self.rate else False
        self.start = self.sounds[0] - self.pictures[0] if self.sounds and self.pictures else None
        self.hole = max((b - a for a, b in zip(self.sounds, self.sounds[1:])), default=0)
        done = run("ffmpeg", "-nostdin", "-v", "error", "-i", str(file), "-map", "0", "-fps_mode", "passthrough",
                   "-enc_time_base", "-1", "-f", "null", "-")
        self.errors = [line for line in done.stderr.decode(errors="replace").splitlines() if line.strip()]
        self.upright, self.offset = self._marks(file)

    def _marks(self, file):
        """Whether the square is at the top left, and how far behind its flash the tone is, in seconds."""
        raw = run("ffmpeg", "-nostdin", "-v", "error", "-i", str(file), "-an", "-fps_mode", "passthrough", "-vf",
                  "scale=32:32:flags=area,format=gray", "-f", "rawvideo", "-").stdout
        frames = [raw[at:at + 1024] for at in range(0, len(raw) - 1023, 1024)]
        if not frames:
            return None, None

        def corner(frame, row, column):
            return sum(frame[(row + y) * 32 + column + x] for y in range(4) for x in range(4)) / 16
        last = frames[len(frames) // 2]
        corners = [corner(last, 1, 1), corner(last, 1, 27), corner(last, 27, 1), corner(last, 27, 27)]
        bright = [value > 190 for value in corners]
        upright = {(True, False, False, False): True}.get(tuple(bright), False if sum(bright) == 1 else None)
        flashes = [time for time, before, frame in zip(self.pictures[1:], frames, frames[1:])
                   if corner(frame, 14, 14) > 200 > corner(before, 14, 14)]
        samples = run("ffmpeg", "-nostdin", "-v", "error", "-i", str(file), "-vn", "-ac", "1", "-ar", "8000", "-f", "s16le",
                      "-").stdout
        if not self.sounds:
            return upright, None
        levels = [max((abs(int.from_bytes(samples[at:at + 2], "little", signed=True))
                       for at in range(block, min(block + 80, len(samples) - 1), 2)), default=0)
                  for block in range(0, len(samples) - 1, 80)]
        beeps = [self.sounds[0] + index * 0.005 for index in range(4, len(levels))
                 if levels[index] > 3000 and max(levels[index - 4:index]) <= 3000]
        pairs = [min((beep - flash for beep in beeps), key=abs) for flash in flashes if beeps]
        pairs = sorted(pair for pair in pairs if abs(pair) < 0.5)
        return upright, pairs[len(pairs) // 2] if pairs else None

    def faults(self, want):
        """What is not as it should be, in words."""
        faults = []
        if self.codecs != "h264/aac":
            faults.append(f"codecs {self.codecs}")
        if want.get("size", "320x180") not in (None, self.size):
            faults.append(f"size {self.size}")
        rate = want.get("rate", 30)
        if abs(self.rate - rate) > rate * 0.01:
            faults.append(f"{self.rate:.2f} pictures/s")
        if want.get("constant", True) and not self.constant:
            faults.append(f"uneven, a step of {self.longest * 1000:.0f} ms")
        if not self.monotonic:
            faults.append("decode times go back")
        if self.hole > 0.06:
            faults.append(f"a hole of {self.hole * 1000:.0f} ms in the sound")
        if self.start is None or abs(self.start) > 0.1:
            faults.append(f"sound begins {self.start} s after the picture")
        if want.get("offset", want.get("audio", True)) and (self.offset is None or abs(self.offset) > 0.06):
            faults.append(f"sound is {self.offset} s after its picture")
        if self.upright is not want.get("upright", True) and want.get("upright", True) is not None:
            faults.append(f"upright: {self.upright}")
        return faults + [f"decoder: {line}" for line in self.errors[:2]]
