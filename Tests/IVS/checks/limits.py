"""Streams that are too much, too little, or meet a broken ingest."""

import time

from .harness import error_of, events, eventually, live, publisher, report


def check_limits(fake, ivs):
    basic = ivs.create_channel(name="basic", type="BASIC", insecureIngest=True)
    arn, key = basic["channel"]["arn"], basic["streamKey"]["value"]
    closed = ivs.create_channel(name="closed")["streamKey"]["value"]
    plain = f"rtmp://127.0.0.1:{fake.ready['plainIngestPort']}/app/"
    with publisher(plain + closed) as refused, publisher(plain + "sk_nobody") as unknown:
        eventually("plain RTMP is refused where it is off", lambda: refused.has_ended)
        eventually("an unknown key is refused", lambda: unknown.has_ended)
        report.check("without a word of RTMP", "NetStream" not in unknown.kill())
    with publisher(plain + key, bitrate="3000k", source="testsrc2=s=320x180:r=30") as fat:
        eventually("live by plain RTMP", lambda: live(ivs, arn))
        eventually("above the channel's bitrate it is cut off", lambda: fat.has_ended)
    last = ivs.get_stream_session(channelArn=arn)["streamSession"]["truncatedEvents"]
    report.check("with an event", any(
        event["type"] == "IVS Limit Breach" and event["name"] == "Ingest Bitrate" for event in last), last)
    with publisher(plain + key, source="testsrc2=s=2048x240:r=30") as wide:
        eventually("a picture that is too wide is cut off", lambda: wide.has_ended)
    report.equal("before it starts", events(ivs, arn), ["Session Created", "Ingest Resolution", "Session Ended"])
    with publisher(plain + key, codec="flv1") as old:
        eventually("a codec that is not H.264 is cut off", lambda: old.has_ended)
    strict = ivs.create_channel(name="strict", type="STANDARD", containerFormat="FRAGMENTED_MP4", insecureIngest=True,
                                multitrackInputConfiguration={"enabled": True, "policy": "REQUIRE",
                                    "maximumResolution": "HD"})
    with publisher(plain + strict["streamKey"]["value"]) as single:
        eventually("a single track is cut off where more are required", lambda: single.has_ended)
    session = ivs.get_stream_session(channelArn=strict["channel"]["arn"])["streamSession"]
    report.equal("with a code", session["truncatedEvents"][0].get("code"), "MultitrackInputRequired")
    report.check("which counts as an error", ivs.list_stream_sessions(
        channelArn=strict["channel"]["arn"])["streamSessions"][0]["hasErrorEvent"])
    report.equal("a multitrack channel needs its container", error_of(ivs.create_channel, multitrackInputConfiguration={
        "enabled": True, "policy": "ALLOW", "maximumResolution": "HD"}), ("ValidationException", 400))


def check_starvation(fake, ivs):
    made = ivs.create_channel(name="thin")
    arn, url = made["channel"]["arn"], f"rtmps://{made['channel']['ingestEndpoint']}/app/{made['streamKey']['value']}"
    with publisher(url, source="color=black:s=320x180:r=30", bitrate="2000k", x264="no-scenecut") as thin:
        eventually(
            "what arrives is less than advertised: starving",
            lambda: (live(ivs, arn) or {}).get("health") == "STARVING")
        report.equal("ListStreams finds it", [one["channelArn"] for one in ivs.list_streams(
            filterBy={"health": "STARVING"})["streams"]], [arn])
        fake.admin("/settings", {"starvingBelow": 0})
        eventually("and again healthy", lambda: live(ivs, arn)["health"] == "HEALTHY")
        fake.admin("/settings", {"starvingBelow": 0.7})
        fake.admin("/events", {"channelArn": arn, "name": "Stream Failure", "code": "x"})
        fake.admin("/end", {"channelArn": arn, "code": "MultitrackInputNotAllowed"})
        eventually("a session ended on demand", lambda: thin.has_ended)
    report.equal("events of health", events(ivs, arn), [
        "Session Created", "Stream Start", "Starvation Start", "Starvation End", "Stream Failure", "Stream End",
            "Session Ended"])


def check_ingest_trouble(fake, ivs):
    made = ivs.create_channel(name="trouble")
    arn, url = made["channel"]["arn"], f"rtmps://{made['channel']['ingestEndpoint']}/app/{made['streamKey']['value']}"
    fake.admin("/fault", {"operation": "publish", "error": "refused"})
    with publisher(url) as refused:
        eventually("a publisher refused on demand", lambda: refused.has_ended)
    with publisher(url) as cut:
        eventually("the next one is taken", lambda: live(ivs, arn))
        fake.admin("/cut", {"channelArn": arn})
        eventually("a connection cut on demand", lambda: cut.has_ended)
    with publisher(url) as crashed:
        eventually("live before the ingest crashes", lambda: live(ivs, arn))
        fake.admin("/ingest", {"state": "down"})
        eventually("a crash ends the publisher", lambda: crashed.has_ended)
        report.equal("and the stream", live(ivs, arn), None)
        fake.admin("/ingest", {"state": "up"})
    with publisher(url):
        eventually("the ingest is there again", lambda: live(ivs, arn))
        frames = lambda: fake.sessions(arn)[-1]["frames"]
        fake.admin("/ingest", {"state": "frozen"})
        time.sleep(0.5)  # until what was recorded before has been read
        still = frames()
        time.sleep(1)  # in which 30 frames would come
        report.equal("frozen, it takes nothing", frames(), still)
        fake.admin("/ingest", {"state": "up"})
        eventually("then it goes on", lambda: frames() > still)
