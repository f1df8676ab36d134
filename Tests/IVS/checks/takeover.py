"""Publishers who take over, and those who are not let."""

from .harness import events, eventually, live, publisher, report


def check_takeover(fake, ivs):
    made = ivs.create_channel(name="takeover")
    arn, key = made["channel"]["arn"], made["streamKey"]["value"]
    url = f"rtmps://{made['channel']['ingestEndpoint']}/app/{key}"
    with publisher(url) as first:
        stream = eventually("a stream without priority", lambda: live(ivs, arn))
        with publisher(url + "?priority=5") as second:
            eventually("a priority takes over", lambda: "Stream Takeover" in events(ivs, arn))
            eventually("the old connection is dropped", lambda: first.has_ended)
            report.check("the stream goes on as the same", live(ivs, arn)["streamId"] == stream["streamId"])
            for priority in ("5", "0", "x", "2147483648"):
                with publisher(f"{url}?priority={priority}") as third:
                    eventually(f"priority {priority} is refused after 5", lambda: third.has_ended)
            with publisher(url + "?priority=6", source="testsrc2=s=640x360:r=30") as other:
                eventually("another picture size is refused", lambda: other.has_ended)
            report.check("the second goes on",
                not second.has_ended and live(ivs, arn)["streamId"] == stream["streamId"])
            fake.admin("/settings", {"takeoverLimit": 1})
            with publisher(url + "?priority=7") as late:
                eventually("more takeovers than allowed are refused", lambda: late.has_ended)
            fake.admin("/settings", {"takeoverLimit": 100})
            codes = [event.get("code") for event in ivs.get_stream_session(
                channelArn=arn)["streamSession"]["truncatedEvents"]
                     if event["name"] == "Stream Takeover Failure"]
            report.equal("events say why", codes[::-1], ["StreamTakeoverInvalidPriority"] * 4 + [
                "StreamTakeoverMediaMismatch", "StreamTakeoverLimitBreached"])
            check_half_dead(fake, ivs, arn, url, second)
    eventually("the last one ends it", lambda: not live(ivs, arn))


def check_half_dead(fake, ivs, arn, url, running):
    stream = live(ivs, arn)["streamId"]
    fake.admin("/stall", {"channelArn": arn})
    running.kill()
    with publisher(url) as blocked:
        eventually("a half-dead connection blocks the key", lambda: blocked.has_ended)
    with publisher(url + "?priority=8") as rescuer:
        eventually("a takeover gets past it", lambda: events(ivs, arn).count("Stream Takeover") == 2)
        report.equal("in the same stream", live(ivs, arn)["streamId"], stream)
        fake.admin("/settings", {"idleSeconds": 2})
        fake.admin("/stall", {"channelArn": arn})
        eventually("without data the session ends", lambda: not live(ivs, arn))
        eventually("and the connection is cut", lambda: rescuer.has_ended)
        fake.admin("/settings", {"idleSeconds": 30})
