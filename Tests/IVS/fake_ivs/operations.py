"""The operations of Amazon IVS, named as the service names them."""

import base64
import time

from .errors import ServiceError
from .sessions import moment
from .throttle import Throttle

METADATA_BYTES = 1024


class Operations:
    """Each takes a valid input and answers an output, or raises a ServiceError."""

    def __init__(self, world, model, stop_publisher):
        self.world, self.model, self.stop_publisher = world, model, stop_publisher
        self.metadata_throttle = Throttle()
        self.summary_members = set(model.shape_for("ChannelSummary").members)

    # Channels

    def ListChannels(self, wanted):
        filters = [name for name in wanted if name.startswith("filterBy")]
        if len(filters) > 1:
            raise ServiceError("ConflictException", f"{' and '.join(filters)} exclude each other.")
        channels = list(self.world.channels.by_arn.values())
        if filters:
            member = filters[0].removeprefix("filterBy")
            member = member[0].lower() + member[1:]
            channels = [channel for channel in channels if channel.description.get(member) == wanted[filters[0]]]
        page, token = self._page(channels, wanted, 100)
        return {"channels": [channel.summary(self.summary_members) for channel in page]} | token

    def BatchGetChannel(self, wanted):
        found, errors = self._batch(wanted["arns"], self.world.channels.by_arn)
        return {"channels": [channel.description for channel in found], "errors": errors}

    def GetChannel(self, wanted):
        return {"channel": self._channel(wanted["arn"]).description}

    def CreateChannel(self, wanted):
        if len(self.world.channels.by_arn) >= self.world.settings.channelQuota:
            raise ServiceError("ServiceQuotaExceededException", "The quota of channels is used up.")
        self._check_combination({"type": "STANDARD", "containerFormat": "TS"} | wanted)
        channel = self.world.channels.create(wanted)
        return {"channel": channel.description, "streamKey": channel.key.described()}

    def UpdateChannel(self, wanted):
        channel = self._channel(wanted["arn"])
        self._refuse_live(channel, "updated")
        self._check_combination(channel.description | wanted)
        channel.description = channel.description | wanted
        self.world.channels.settle(channel)
        return {"channel": channel.description}

    def DeleteChannel(self, wanted):
        channel = self._channel(wanted["arn"])
        self._refuse_live(channel, "deleted")
        self.world.channels.delete(channel)
        return {}

    # Stream keys

    def ListStreamKeys(self, wanted):
        channel = self._channel(wanted["channelArn"])
        page, token = self._page([channel.key] if channel.key else [], wanted, 1)
        return {"streamKeys": [key.summary() for key in page]} | token

    def GetStreamKey(self, wanted):
        return {"streamKey": self._key_owner(wanted["arn"]).key.described()}

    def BatchGetStreamKey(self, wanted):
        found, errors = self._batch(wanted["arns"], self.world.channels.by_key_arn)
        return {"streamKeys": [channel.key.described() for channel in found], "errors": errors}

    def CreateStreamKey(self, wanted):
        channel = self._channel(wanted["channelArn"])
        if channel.key:
            raise ServiceError("ServiceQuotaExceededException", "The channel has a stream key; delete that first.")
        return {"streamKey": self.world.channels.create_key(channel, wanted.get("tags", {})).described()}

    def DeleteStreamKey(self, wanted):
        self.world.channels.delete_key(self._key_owner(wanted["arn"]))
        return {}

    # Streams

    def GetStream(self, wanted):
        channel = self._channel(wanted["channelArn"])
        session = self._live_session(channel)
        return {"stream": self._stream(channel, session) | {"playbackUrl": session.channel["playbackUrl"]}}

    def ListStreams(self, wanted):
        streams = []
        for session in self.world.active_sessions():
            channel = self.world.channels.by_arn.get(session.channel_arn)
            if channel and session.is_live:
                streams.append(self._stream(channel, session))
        health = wanted.get("filterBy", {}).get("health")
        page, token = self._page([stream for stream in streams if health in (None, stream["health"])], wanted, 100)
        return {"streams": page} | token

    def StopStream(self, wanted):
        channel = self._channel(wanted["channelArn"])
        session = self.world.active_session(channel.arn)
        if not session:
            raise ServiceError("ChannelNotBroadcasting", "The channel is not broadcasting.")
        self.stop_publisher(session)
        return {}

    def PutMetadata(self, wanted):
        channel = self._channel(wanted["channelArn"])
        if len(wanted["metadata"].encode()) > METADATA_BYTES:
            raise ServiceError("ValidationException", f"metadata is longer than {METADATA_BYTES} bytes.",
                is_violation=True)
        session = self._live_session(channel)
        settings = self.world.settings
        if settings.throttle and not self.metadata_throttle.passes(
            channel.arn, settings.metadataPerSecond, time.monotonic()
        ):
            raise ServiceError("ThrottlingException", "Too much metadata for this channel.")
        self.world.metadata.append({
            "channelArn": channel.arn, "streamId": session.stream_id, "metadata": wanted["metadata"],
            "time": self.world.clock()})
        return {}

    # Stream sessions

    def GetStreamSession(self, wanted):
        for session in reversed(self._sessions(wanted["channelArn"])):
            if wanted.get("streamId") in (None, session.stream_id):
                return {"streamSession": session.described()}
        raise ServiceError("ResourceNotFoundException", "The stream session does not exist.")

    def ListStreamSessions(self, wanted):
        page, token = self._page(self._sessions(wanted["channelArn"])[::-1], wanted, 100)
        return {"streamSessions": [session.summary() for session in page]} | token

    # Tags

    def ListTagsForResource(self, wanted):
        return {"tags": self._tags(wanted["resourceArn"])}

    def TagResource(self, wanted):
        tags = self._tags(wanted["resourceArn"])
        if len(tags | wanted["tags"]) > 50:
            raise ServiceError("ValidationException", "A resource has at most 50 tags.", is_violation=True)
        tags.update(wanted["tags"])
        return {}

    def UntagResource(self, wanted):
        tags = self._tags(wanted["resourceArn"])
        for key in wanted["tagKeys"]:
            tags.pop(key, None)
        return {}

    # What several of them need

    def _channel(self, arn):
        if arn not in self.world.channels.by_arn:
            raise ServiceError("ResourceNotFoundException", f"Resource: {arn} not found")
        return self.world.channels.by_arn[arn]

    def _key_owner(self, arn):
        if arn not in self.world.channels.by_key_arn:
            raise ServiceError("ResourceNotFoundException", f"Resource: {arn} not found")
        return self.world.channels.by_key_arn[arn]

    def _tags(self, arn):
        if arn in self.world.channels.by_key_arn:
            return self.world.channels.by_key_arn[arn].key.tags
        return self._channel(arn).description["tags"]

    def _sessions(self, arn):
        """The sessions of a channel, oldest first; the channel itself may be gone."""
        if arn not in self.world.sessions:
            self._channel(arn)
        return self.world.sessions.get(arn, [])

    def _live_session(self, channel):
        session = self.world.active_session(channel.arn)
        if not session or not session.is_live:
            raise ServiceError("ChannelNotBroadcasting", "The channel is not broadcasting.")
        return session

    def _refuse_live(self, channel, what):
        if self.world.active_session(channel.arn):
            raise ServiceError("ConflictException", f"A channel that is live cannot be {what}.")

    @staticmethod
    def _stream(channel, session):
        return {
            "channelArn": channel.arn, "streamId": session.stream_id, "startTime": moment(session.start),
            "state": "LIVE", "health": channel.health or session.health, "viewerCount": channel.viewers}

    @staticmethod
    def _check_combination(wanted):
        multitrack = wanted.get("multitrackInputConfiguration", {})
        if multitrack.get("enabled"):
            missing = [name for name in ("policy", "maximumResolution") if name not in multitrack]
            if missing or wanted["type"] != "STANDARD" or wanted["containerFormat"] != "FRAGMENTED_MP4":
                raise ServiceError(
                    "ValidationException", "Multitrack input needs a policy, a maximumResolution, the type "
                    "STANDARD and the containerFormat FRAGMENTED_MP4.")
        if wanted.get("preset") and "preset" in wanted and not wanted["type"].startswith("ADVANCED"):
            raise ServiceError("ValidationException", "Only ADVANCED_SD and ADVANCED_HD have a preset.")

    @staticmethod
    def _batch(arns, places):
        found = [places[arn] for arn in arns if arn in places]
        errors = [
            {"arn": arn, "code": "ResourceNotFoundException", "message": f"Resource: {arn} not found"}
            for arn in arns if arn not in places]
        return found, errors

    @staticmethod
    def _page(items, wanted, default):
        """A page and the member `nextToken`, which only a page with another one after it has."""
        start = 0
        if wanted.get("nextToken"):
            try:
                start = int(base64.urlsafe_b64decode(wanted["nextToken"]).decode().removeprefix("from:"))
            except ValueError:
                raise ServiceError("ValidationException", "nextToken is not one of ours.", is_violation=True) from None
        end = start + wanted.get("maxResults", default)
        token = base64.urlsafe_b64encode(f"from:{end}".encode()).decode()
        return items[start:end], {"nextToken": token} if end < len(items) else {}
