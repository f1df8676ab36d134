"""What a channel takes: bitrates, picture sizes, codecs."""

PIXELS, EDGE = 2_100_000, 1920
SMALL = 854 * 480  # a picture of 480p


def bitrate_limit(channel, video):
    """Bits per second of the whole stream that a channel's type takes, for a picture of this size."""
    if channel["type"] != "BASIC":
        return 8_500_000
    return 1_500_000 if video.get("videoWidth", 0) * video.get("videoHeight", 0) <= SMALL else 3_500_000


def is_too_large(video):
    """Whether the picture is more than any type takes."""
    width, height = video["videoWidth"], video["videoHeight"]
    return width * height > PIXELS or max(width, height) > EDGE


def matches(running, other):
    """Whether a publisher may take over: the same size and codecs."""
    def kind(video, audio):
        return (
            video.get("videoWidth"), video.get("videoHeight"), video.get("codec", "")[:4],
            audio.get("codec"))
    return kind(*running) == kind(*other)
