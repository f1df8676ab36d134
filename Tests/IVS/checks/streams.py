"""A stream from its start to its end, and what the service says of it meanwhile."""

import datetime
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .harness import error_of, events, eventually, live, publisher, report, status


def check_streams(fake, ivs, authority):
    made = ivs.create_channel(name="live")
    arn, key = made["channel"]["arn"], made["streamKey"]
    endpoint = made["channel"]["ingestEndpoint"]
    url = f"rtmps://{endpoint}/app/{key['value']}"
    verified = ("-tls_verify", "1", "-ca_file", authority)
    with publisher(url, tls=verified) as first:
        stream = eventually("live by RTMPS", lambda: live(ivs, arn))
        report.check("the stream is healthy",
            stream["state"] == "LIVE" and stream["health"] == "HEALTHY" and stream["viewerCount"] == 0)
        report.equal("events so far", events(ivs, arn), ["Session Created", "Stream Start"])
        with publisher(url, tls=verified) as second:
            eventually("a second publisher is refused", lambda: second.has_ended)
        report.check("the first goes on", not first.has_ended and live(ivs, arn)["streamId"] == stream["streamId"])
        fake.admin("/viewers", {"channelArn": arn, "count": 12})
        report.equal("viewers are counted", live(ivs, arn)["viewerCount"], 12)
        fake.admin("/health", {"channelArn": arn, "health": "UNKNOWN"})
        report.equal("health may be unknown",
            [one["health"] for one in ivs.list_streams(filterBy={"health": "UNKNOWN"})["streams"]], ["UNKNOWN"])
        fake.admin("/health", {"channelArn": arn, "health": None})
        report.equal("ListStreams filters", ivs.list_streams(filterBy={"health": "STARVING"})["streams"], [])
        report.equal("a live channel is not updated", error_of(ivs.update_channel, arn=arn, name="x"),
            ("ConflictException", 409))
        report.equal("nor deleted", error_of(ivs.delete_channel, arn=arn), ("ConflictException", 409))
        check_metadata(fake, ivs, arn)
        check_configuration(ivs, arn)
        check_metrics(fake, arn)
        ivs.stop_stream(channelArn=arn)
        eventually("StopStream disconnects the publisher", lambda: first.has_ended)
        report.equal("it is offline at once", live(ivs, arn), None)
    report.equal("events at the end", events(ivs, arn),
        ["Session Created", "Stream Start", "Stream End", "Session Ended"])
    with publisher(url, tls=("-tls_verify", "0")) as again:
        eventually("it may come again", lambda: live(ivs, arn))
        report.check("that is another stream", live(ivs, arn)["streamId"] != stream["streamId"])
        again.stop()
        eventually("a publisher who stops ends the stream", lambda: not live(ivs, arn))
    sessions = ivs.list_stream_sessions(channelArn=arn)["streamSessions"]
    report.check("two sessions, the newer first",
        len(sessions) == 2 and sessions[0]["startTime"] >= sessions[1]["startTime"]
                 and all("endTime" in session for session in sessions), sessions)
    report.equal("an older session is found", ivs.get_stream_session(
        channelArn=arn, streamId=stream["streamId"])["streamSession"]["streamId"], stream["streamId"])
    recording = fake.sessions(arn)[0]["recordings"][0]
    report.check("what arrived can be looked at", Path(recording).stat().st_size > 100_000)
    ivs.delete_stream_key(arn=key["arn"])
    with publisher(url) as late:
        eventually("a deleted key is refused", lambda: late.has_ended)
    fresh = ivs.create_stream_key(channelArn=arn)["streamKey"]["value"]
    with publisher(f"rtmps://{endpoint}/app/{fresh}"):
        eventually("the rotated key works", lambda: live(ivs, arn))
    report.equal("refusals say why", [refusal["reason"] for refusal in fake.admin("/state")["refusals"]],
        ["the key is busy", "unknown key"])


def check_metadata(fake, ivs, arn):
    fake.admin("/settings", {"throttle": True})
    report.equal("PutMetadata answers 204", status(ivs.put_metadata(channelArn=arn, metadata="ä" * 512)), 204)
    report.equal("a kilobyte is the most", error_of(ivs.put_metadata, channelArn=arn, metadata="ä" * 512 + "a"),
        ("ValidationException", 400))
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(
            lambda number: error_of(ivs.put_metadata, channelArn=arn, metadata=str(number)), range(8)))
    report.check("5 a second for each channel", set(found) == {None, ("ThrottlingException", 429)}, found)
    fake.admin("/settings", {"throttle": False})
    remembered = fake.admin("/metadata")["metadata"]
    report.check("metadata is remembered",
        remembered[0]["metadata"] == "ä" * 512 and len(remembered) == 1 + found.count(None))


def check_configuration(ivs, arn):
    session = ivs.get_stream_session(channelArn=arn)["streamSession"]
    video = session["ingestConfigurations"]["videoConfigurations"][0]
    expected = {"videoWidth": 320, "videoHeight": 180, "targetFramerate": 30, "avcProfile": "Baseline",
        "track": "Track0"}
    report.equal("the session knows the picture", {name: video.get(name) for name in expected}, expected)
    report.check("and what the encoder said",
        video["encoder"].startswith("Lavf") and 580_000 <= video["targetBitrate"] <= 620_000, video)
    audio = session["ingestConfigurations"]["audioConfigurations"][0]
    report.check("and the sound", (audio["codec"], audio["sampleRate"], audio["channels"]) == ("mp4a.40.2", 48000, 1),
        audio)
    report.check("a session that runs has no end", "endTime" not in session)


def check_metrics(fake, arn):
    """What CloudWatch says of 5 seconds of the stream."""
    cloudwatch = fake.client("cloudwatch")
    names = ["IngestVideoBitrate", "IngestAudioBitrate", "IngestBitrate", "IngestFramerate", "KeyframeInterval",
        "ConcurrentViews"]
    now = datetime.datetime.now(datetime.timezone.utc)

    def query(name, number, channel=arn.rpartition("/")[2]):
        return {"Id": f"m{number}", "MetricStat": {"Stat": "Average", "Period": 1, "Metric": {
            "Namespace": "AWS/IVS", "MetricName": name, "Dimensions": [{"Name": "Channel", "Value": channel}]}}}

    def values():
        answer = cloudwatch.get_metric_data(
            MetricDataQueries=[query(name, number) for number,
                name in enumerate(names)] + [query(names[0], 9, "nobody")],
            StartTime=now - datetime.timedelta(minutes=5), EndTime=now + datetime.timedelta(minutes=5))
        return {
            result["Label"] if result["Id"] != "m9" else "none": result["Values"]
            for result in answer["MetricDataResults"]}

    eventually("metrics of 6 seconds", lambda: len(values()["IngestFramerate"]) >= 6)
    found = {name: numbers[:5] for name, numbers in values().items()}
    mean = {name: sum(numbers) / len(numbers) for name, numbers in found.items() if numbers}
    report.check("frame rate", 20 <= mean["IngestFramerate"] <= 40, found)
    report.check("key frames", 0.9 <= mean["KeyframeInterval"] <= 1.1, found)
    report.check("bitrates",
        400_000 <= mean["IngestVideoBitrate"] <= 800_000 and 20_000 <= mean["IngestAudioBitrate"] <= 130_000, found)
    report.check("their sum",
        abs(mean["IngestBitrate"] - mean["IngestVideoBitrate"] - mean["IngestAudioBitrate"]) < 5_000, found)
    report.check("views, and nothing of other channels", mean["ConcurrentViews"] == 12 and found["none"] == [], found)
    report.equal("a period that there is not", error_of(
        cloudwatch.get_metric_data, MetricDataQueries=[{**query(names[0], 0), "MetricStat": {
            **query(names[0], 0)["MetricStat"], "Period": 7}}], StartTime=now - datetime.timedelta(minutes=1),
                EndTime=now)[1], 400)
    fake.admin("/requests", method="DELETE")
