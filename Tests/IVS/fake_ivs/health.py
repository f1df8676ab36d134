"""Whether a stream starves: less arrives than its encoder advertised."""


def is_starving(session, settings, now):
    """Over the last seconds, against the bitrate and frame rate of onMetaData; None while that is too early."""
    window = settings.starvationWindow
    if session.started is None or now - session.started < window + 1:
        return None
    seconds = session.arrivals.last_seconds(window, now)
    bitrate = sum(second.videoBytes for second in seconds) * 8 / window
    rate = sum(second.frames for second in seconds) / window
    wanted = session.video
    return (
        bitrate < wanted.get("targetBitrate", 0) * settings.starvingBelow
        or rate < wanted.get("targetFramerate", 0) * settings.starvingBelow)
