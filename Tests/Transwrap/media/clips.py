"""Recordings in the shapes in which browsers, phones, cameras and programs make them.

The picture is gray with a white square at its top left, which tells whether it stands upright, and one in the middle
that is white in the first 100 ms of each second, as long as a tone sounds: they tell whether sound and picture agree.
"""

import subprocess
from pathlib import Path

CASES = Path(__file__).resolve().parents[2] / "FieldCases/browsers"
SECONDS = 6


def picture(size="320x180", rate=30, seconds=SECONDS, extra=""):
    width, height = map(int, size.split("x"))
    marks = (f"drawbox=x=0:y=0:w={width // 4}:h={height // 4}:c=white:t=fill,"
             f"drawbox=x={width // 2 - width // 10}:y={height // 2 - height // 10}:w={width // 5}:h={height // 5}:c=white:t=fill:"
             "enable='lt(mod(t\\,1)\\,0.1)'")
    noise = "noise=alls=6:allf=t"
    return ["-f", "lavfi", "-i", f"color=c=gray:s={size}:r={rate}:d={seconds},{marks},{noise}{extra}"]


def tone(rate=48000, seconds=SECONDS, channels=2):
    wave = "0.4*sin(2*PI*1000*t)*lt(mod(t\\,1)\\,0.1)"
    return ["-f", "lavfi", "-i", f"aevalsrc={'|'.join([wave] * channels)}:s={rate}:d={seconds}"]


AVC = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "60", "-b:v", "600k"]
PLAIN = AVC + ["-profile:v", "baseline", "-bf", "0"]
BIDIRECTIONAL = ["-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-g", "60", "-b:v", "600k", "-bf"]
HEVC = ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none:keyint=60:bframes=0", "-tag:v", "hvc1",
        "-pix_fmt", "yuv420p"]
HEVC_B = HEVC[:4] + ["-x265-params", "log-level=none:keyint=60:bframes=3"] + HEVC[6:]
VP8 = ["-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "600k", "-g", "100"]
VP9 = ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "600k", "-g", "100"]
OPUS = ["-c:a", "libopus", "-b:a", "64k"]
AAC = ["-c:a", "aac", "-b:a", "96k"]
WEBM, MATROSKA = ["-f", "webm", "-live", "1"], ["-f", "matroska", "-live", "1"]
# With delay_moov the first times are even, as phones and browsers write them.
FRAGMENTS = ["-f", "mp4", "-movflags", "frag_keyframe+delay_moov+default_base_moof", "-frag_duration", "1000000"]
FASTSTART = ["-f", "mp4", "-movflags", "+faststart"]
LIES = ["-metadata:s:v", "rotate=270"]  # ffmpeg writes a matrix only where it copies


class Clip:
    """A recording: how ffmpeg makes it, and what is right for it.

    `want` may say `size`, `rate` (pictures a second), `copied`, `refused` (a word of the reason), `warned` (a code),
    `upright` (False where it is copied lying), `audio` (False where none is sent), `offset` (False where there is
    nothing to measure), `constant` (False where it is copied as uneven as it is), `quick` for the tests' part.
    """

    def __init__(self, name, arguments, **want):
        self.name, self.arguments, self.want = name, arguments, want

    def make(self, folder):
        if isinstance(self.arguments, Path):
            return self.arguments.read_bytes()
        file = Path(folder) / ("".join(letter if letter.isalnum() else "-" for letter in self.name))
        command = self.arguments
        if LIES[1] in command:
            command = self._straight(folder, command)
        if command[0] != "gst-launch-1.0":
            command = ["ffmpeg", "-v", "error", "-nostdin", "-y"] + command + [str(file)]
        else:
            command = [part.replace("FILE", str(file)) for part in command]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
        if done.returncode:
            raise RuntimeError(f"{self.name}: {done.stderr.strip() or done.stdout[-300:]}")
        return file.read_bytes()

    @staticmethod
    def _straight(folder, command):
        """Encodes first, so that what is left is copied."""
        at = command.index(LIES[0])
        straight = str(Path(folder) / f"straight-{abs(hash(tuple(command)))}.mp4")
        subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y"] + command[:at] + [straight], check=True, timeout=120)
        return ["-i", straight, "-c", "copy"] + command[at:]


def both(extra="", size="320x180", rate=30, **sound):
    return picture(size, rate, extra=extra) + tone(**sound)


LATE = ["-itsoffset", "2"]

CLIPS = [
    Clip("Chrome WebM VP8 Opus", both() + VP8 + OPUS + WEBM, quick=True),
    Clip("Chrome WebM VP9 Opus", both() + VP9 + OPUS + WEBM),
    Clip("Firefox WebM VP8 Opus, sizes known", both() + VP8 + OPUS + ["-f", "webm"]),
    Clip("Chrome Matroska H.264 Opus", both() + PLAIN + OPUS + MATROSKA, copied=True, quick=True),
    Clip("Chrome MP4 H.264 Opus", both() + PLAIN + OPUS + FRAGMENTS, copied=True),
    Clip("Safari MP4 avc1 AAC", both() + PLAIN + AAC + FRAGMENTS, copied=True, quick=True),
    Clip("Safari MP4 avc3 (sets in band)", both() + PLAIN + AAC + ["-tag:v", "avc3", "-bsf:v", "dump_extra"] + FRAGMENTS,
         copied=True),
    Clip("Safari MP4 hvc1 AAC", both() + HEVC + AAC + FRAGMENTS),
    Clip("Safari MP4 hvc1 B-frames", both() + HEVC_B + AAC + FRAGMENTS, quick=True),
    Clip("MP4 avc1 B-frames 1", CASES / "bf1-none.mp4", copied=True, offset=False, upright=None, rate=25),
    Clip("MP4 avc1 B-frames 3", CASES / "bf3-none.mp4", copied=True, offset=False, upright=None, rate=25, quick=True),
    Clip("MP4 avc1 B-frames, negative offsets", both() + BIDIRECTIONAL + ["2"] + AAC + FRAGMENTS[:3]
         + [FRAGMENTS[3] + "+negative_cts_offsets"] + FRAGMENTS[4:], copied=True),
    Clip("Matroska H.264 B-frames", both() + BIDIRECTIONAL + ["2"] + OPUS + MATROSKA, copied=True),
    Clip("phone MP4 hvc1, turned 90°", both(",transpose=2") + HEVC + AAC + LIES + FRAGMENTS, quick=True),
    Clip("phone MP4 avc1, turned 90°", both(",transpose=2") + PLAIN + AAC + LIES + FRAGMENTS, copied=True, upright=False,
         warned="picture-turned", size="180x320"),
    Clip("WebM VP9, pixels 4:3", both(",setsar=4/3", size="240x180") + VP9 + OPUS + WEBM),
    Clip("MP4 mono AAC 44.1 kHz", both(rate=30, channels=1, **{}) + PLAIN + AAC + ["-ar", "44100"] + FRAGMENTS,
         copied=True),
    Clip("MP4 mono AAC 22.05 kHz", both(channels=1) + PLAIN + AAC + ["-ar", "22050"] + FRAGMENTS, copied=True),
    Clip("WebM VP8, no sound", picture() + VP8 + WEBM, audio=False),
    Clip("MP4 avc1, no sound", picture() + PLAIN + FRAGMENTS, copied=True, audio=False),
    Clip("Matroska H.264, sound 2 s late", picture() + LATE + tone() + PLAIN + OPUS + MATROSKA, copied=True),
    Clip("WebM VP8, picture 2 s late", CASES / "latevideo.webm", offset=False, upright=None, quick=True),
    Clip("Matroska H.264, size changes", CASES / "h264-sizechange.mkv", copied=True, offset=False, upright=None, rate=25,
         size=None),
    Clip("WebM VP8, 5 to 60 pictures a second", picture(
        rate=60, extra=",select='lt(mod(n\\,120)\\,40)+not(mod(n\\,12))'") + tone() + ["-fps_mode", "vfr"] + VP8 + OPUS
        + WEBM),
    Clip("WebM VP8, still for 3 s", picture(extra=",select='lt(t\\,1.5)+gt(t\\,4.5)'") + tone() + ["-fps_mode", "vfr"] + VP8
         + OPUS + WEBM),
    Clip("Android MP4, header first", both(size="640x360") + AVC + ["-profile:v", "high", "-bf", "0"] + AAC + FASTSTART,
         copied=True, size="640x360"),
    Clip("iPhone MOV hvc1, turned, timecode", both(",transpose=2") + HEVC + AAC + LIES
         + ["-timecode", "00:00:00:00", "-f", "mov", "-movflags", "+faststart"]),
    Clip("MP4, header last", both() + PLAIN + AAC + ["-f", "mp4"], refused="header comes last"),
    Clip("GoPro-like MP4 59.94, timecode", both(rate="60000/1001") + AVC + ["-bf", "0"] + AAC
         + ["-timecode", "00:00:00:00"] + FASTSTART, copied=True, rate=59.94),
    Clip("OBS FLV, B-frames 2", both() + BIDIRECTIONAL + ["2"] + AAC + ["-f", "flv"], copied=True),
    Clip("ffmpeg FLV 25 fps", both(rate=25) + PLAIN + AAC + ["-f", "flv"], copied=True, rate=25),
    Clip("Matroska H.264, interlaced", both() + AVC + ["-flags", "+ilme+ildct", "-x264opts", "tff=1", "-bf", "0"] + AAC
         + MATROSKA, copied=True, warned="picture-interlaced"),
    Clip("GStreamer MP4 in fragments", [
        "gst-launch-1.0", "-q", "videotestsrc", "num-buffers=180", "pattern=ball",
        "!", "video/x-raw,width=320,height=180,framerate=30/1", "!", "x264enc", "key-int-max=60", "bframes=0",
        "speed-preset=ultrafast", "!", "h264parse", "!", "mp4mux", "name=m", "fragment-duration=1000", "streamable=true", "!",
        "filesink", "location=FILE", "audiotestsrc", "num-buffers=280", "!", "audio/x-raw,rate=48000", "!", "voaacenc", "!",
        "aacparse", "!", "m."], copied=True, offset=False, upright=None),
]
