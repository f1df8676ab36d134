"""Channels and their stream keys."""

import dataclasses
import random
import string

ALPHABET = string.ascii_letters + string.digits


def letters(count):
    """Random letters and digits."""
    return "".join(random.choices(ALPHABET, k=count))


@dataclasses.dataclass
class StreamKey:
    """The one key of a channel."""

    arn: str
    value: str
    channelArn: str
    tags: dict

    def described(self):
        return dataclasses.asdict(self)

    def summary(self):
        return {"arn": self.arn, "channelArn": self.channelArn, "tags": self.tags}


class Channel:
    """A channel as the service describes it, and its key."""

    def __init__(self, description):
        self.description = description
        self.key = None
        self.viewers = 0
        self.health = None  # what a test wants to be answered instead of what arrived

    @property
    def arn(self):
        return self.description["arn"]

    @property
    def id(self):
        """The last part of the ARN, by which metrics know the channel."""
        return self.arn.rpartition("/")[2]

    def summary(self, members):
        return {name: value for name, value in self.description.items() if name in members}


class Channels:
    """All channels in the order of their creation, found by ARN, key ARN and key value. The caller holds the lock."""

    def __init__(self, region, account, ingest_endpoint):
        self.region, self.account, self.ingest_endpoint = region, account, ingest_endpoint
        self.by_arn = {}
        self.by_key_arn = {}
        self.by_key_value = {}

    def create(self, wanted):
        """A new channel with a key; what is not wanted otherwise gets the service's defaults."""
        identifier = letters(12)
        arn = f"arn:aws:ivs:{self.region}:{self.account}:channel/{identifier}"
        description = {
            "arn": arn, "name": "", "latencyMode": "LOW", "type": "STANDARD", "recordingConfigurationArn": "",
            "authorized": False, "tags": {}, "insecureIngest": False, "playbackRestrictionPolicyArn": "",
            "containerFormat": "TS", "adConfigurationArn": "",
        } | wanted | {
            "ingestEndpoint": self.ingest_endpoint,
            "playbackUrl": f"https://{identifier.lower()}.{self.region}.playback.live-video.net/api/video/v1/"
            f"{self.region}.{self.account}.channel.{identifier}.m3u8",
        }
        channel = Channel(description)
        self.settle(channel)
        self.by_arn[arn] = channel
        self.create_key(channel, {})
        return channel

    def settle(self, channel):
        """Makes the members that follow from others fit them."""
        description = channel.description
        if description["type"].startswith("ADVANCED"):
            description["preset"] = description.get("preset") or "HIGHER_BANDWIDTH_DELIVERY"
        else:
            description["preset"] = ""
        passphrase = description.get("srt", {}).get("passphrase") or letters(64)
        description["srt"] = {"endpoint": f"{channel.id.lower()}.srt.live-video.net"}
        if not description["insecureIngest"]:
            description["srt"]["passphrase"] = passphrase

    def delete(self, channel):
        del self.by_arn[channel.arn]
        if channel.key:
            self.delete_key(channel)

    def create_key(self, channel, tags):
        arn = f"arn:aws:ivs:{self.region}:{self.account}:stream-key/{letters(12)}"
        channel.key = StreamKey(arn, f"sk_{self.region}_{letters(12)}_{letters(30)}", channel.arn, tags)
        self.by_key_arn[arn] = channel
        self.by_key_value[channel.key.value] = channel
        return channel.key

    def delete_key(self, channel):
        del self.by_key_arn[channel.key.arn]
        del self.by_key_value[channel.key.value]
        channel.key = None
