"""Operations of channels and keys, and what is refused."""

from botocore.config import Config

from .harness import error_of, report, status


def check_channels(fake, ivs):
    made = ivs.create_channel(name="first", type="BASIC", insecureIngest=True, tags={"stage": "test äöü"})
    channel, key = made["channel"], made["streamKey"]
    arn = channel["arn"]
    report.check("CreateChannel answers a channel and its key",
        key["channelArn"] == arn and key["value"].startswith("sk_"))
    report.equal("GetChannel answers the same", ivs.get_channel(arn=arn)["channel"], channel)
    report.check("a channel whose ingest may be insecure has no passphrase", "passphrase" not in channel["srt"])
    report.check("an empty input makes a channel", ivs.create_channel()["channel"]["type"] == "STANDARD")
    listed = ivs.list_channels(filterByName="first")["channels"]
    report.check("ListChannels filters and lacks what a summary lacks",
        len(listed) == 1 and "ingestEndpoint" not in listed[0])
    both = ivs.batch_get_channel(arns=[arn, arn + "x"])
    report.check(
        "BatchGetChannel names unknown channels in errors",
        [one["arn"] for one in both["channels"]] == [arn]
        and [(one["arn"], one["code"]) for one in both["errors"]] == [(arn + "x", "ResourceNotFoundException")], both)
    updated = ivs.update_channel(arn=arn, name="renamed", insecureIngest=False)["channel"]
    report.check("UpdateChannel changes it", updated["name"] == "renamed" and len(updated["srt"]["passphrase"]) >= 10)
    report.equal("ListStreamKeys has no values", ivs.list_stream_keys(channelArn=arn)["streamKeys"],
                 [{name: key[name] for name in ("arn", "channelArn", "tags")}])
    report.equal("GetStreamKey has the value", ivs.get_stream_key(arn=key["arn"])["streamKey"]["value"], key["value"])
    keys = ivs.batch_get_stream_key(arns=[key["arn"], key["arn"] + "x"])
    report.check("BatchGetStreamKey answers keys and errors", len(keys["streamKeys"]) == 1 and len(keys["errors"]) == 1)
    report.equal("a second key is refused", error_of(ivs.create_stream_key, channelArn=arn),
        ("ServiceQuotaExceededException", 402))
    report.equal("DeleteStreamKey answers 204", status(ivs.delete_stream_key(arn=key["arn"])), 204)
    fresh = ivs.create_stream_key(channelArn=arn, tags={"a": "b"})["streamKey"]
    report.check("a new key is another one", fresh["value"] != key["value"] and fresh["tags"] == {"a": "b"})
    ivs.tag_resource(resourceArn=arn, tags={"more": "tags"})
    ivs.untag_resource(resourceArn=arn, tagKeys=["stage", "nothing"])
    report.equal("tags come and go", ivs.list_tags_for_resource(resourceArn=arn)["tags"], {"more": "tags"})
    report.equal("no sessions yet", ivs.list_stream_sessions(channelArn=arn)["streamSessions"], [])
    report.equal("DeleteChannel answers 204", status(ivs.delete_channel(arn=arn)), 204)
    report.equal("what was right left no violation", fake.invalid(), [])
    for call in (ivs.get_channel, ivs.delete_channel, ivs.update_channel):
        report.equal(f"{call.__name__} of an unknown channel", error_of(call, arn=arn),
            ("ResourceNotFoundException", 404))
    for call in (ivs.get_stream, ivs.stop_stream, ivs.list_stream_keys, ivs.create_stream_key, ivs.get_stream_session):
        report.equal(f"{call.__name__} of an unknown channel", error_of(call, channelArn=arn),
            ("ResourceNotFoundException", 404))


def check_validation(fake, ivs):
    arn = ivs.create_channel()["channel"]["arn"]
    bad = ("ValidationException", 400)
    fake.admin("/requests", method="DELETE")
    report.equal("a name with a space", error_of(ivs.create_channel, name="a b"), bad)
    report.equal("a name that is too long", error_of(ivs.create_channel, name="a" * 129), bad)
    report.equal("an unknown type", error_of(ivs.create_channel, type="LUXURY"), bad)
    report.equal("an ARN that is none", error_of(ivs.get_channel, arn="channel"), bad)
    report.equal("a page that is too large", error_of(ivs.list_channels, maxResults=101), bad)
    report.equal("more ARNs than a batch takes", error_of(ivs.batch_get_channel, arns=[arn] * 51), bad)
    report.equal("a token that is no token of ours", error_of(ivs.list_channels, nextToken="xyz"), bad)
    loose = fake.client(config=Config(parameter_validation=False, retries={"total_max_attempts": 1}))
    report.equal("a member of the wrong type", error_of(loose.create_channel, insecureIngest="yes"), bad)
    report.equal("a required member is missing", error_of(loose.get_channel), bad)
    invalid = fake.invalid()
    report.check("each is listed as a violation, with its reason",
        len(invalid) == 9 and all(entry["reason"] for entry in invalid), invalid)
    fake.admin("/requests", method="DELETE")
    report.equal("two filters", error_of(
        ivs.list_channels, filterByName="a", filterByRecordingConfigurationArn=""), ("ConflictException", 409))
    offline = ("ChannelNotBroadcasting", 404)
    report.equal("GetStream offline", error_of(ivs.get_stream, channelArn=arn), offline)
    report.equal("StopStream offline", error_of(ivs.stop_stream, channelArn=arn), offline)
    report.equal("PutMetadata offline", error_of(ivs.put_metadata, channelArn=arn, metadata="x"), offline)
    report.equal("GetStreamSession before any", error_of(ivs.get_stream_session, channelArn=arn),
        ("ResourceNotFoundException", 404))
    report.equal("an offline channel is no violation", fake.invalid(), [])
    fake.admin("/settings", {"channelQuota": 1})
    report.equal("the quota of channels", error_of(ivs.create_channel), ("ServiceQuotaExceededException", 402))
    fake.admin("/settings", {"channelQuota": 5000})
