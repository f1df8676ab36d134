"""What tests turn and look at, as JSON on a port of its own."""

import datetime
import json

from .sessions import STATE
from .web import Answer


class Admin:
    """`GET /state`, `POST /fault` and so on; every answer is JSON."""

    def __init__(self, world, publishing, identities, roles, faults, log):
        self.world, self.publishing = world, publishing
        self.identities, self.roles, self.faults, self.log = identities, roles, faults, log
        self.routes = {
            ("GET", "/state"): self.state,
            ("GET", "/requests"): self.requests,
            ("DELETE", "/requests"): lambda _: self.log.clear(),
            ("GET", "/metadata"): lambda _: {"metadata": self.world.metadata},
            ("POST", "/channels"): self.create_channels,
            ("POST", "/fault"): self.faults.add,
            ("DELETE", "/faults"): lambda _: self.faults.clear(),
            ("POST", "/settings"): self.change_settings,
            ("POST", "/identities"): lambda wanted: {"name": self.identities.add(wanted).name},
            ("POST", "/identities/expire"): self.expire_identity,
            ("POST", "/identities/remove"): lambda wanted: self.identities.remove(wanted["accessKeyId"]),
            ("POST", "/roles"): self.roles.add,
            ("POST", "/viewers"): self.set_viewers,
            ("POST", "/health"): self.set_health,
            ("POST", "/events"): self.add_event,
            ("POST", "/stall"): self.stall,
            ("POST", "/cut"): lambda wanted: self.publishing.cut(self._session(wanted)),
            ("POST", "/end"): lambda wanted: self.publishing.end(self._session(wanted), wanted.get("code")),
            ("POST", "/ingest"): self.turn_ingest,
        }

    def respond(self, request):
        route = self.routes.get((request.method, request.path))
        if not route:
            names = ", ".join(f"{method} {path}" for method, path in self.routes)
            return Answer.json({"message": f"there is no {request.method} {request.path}; there are {names}"}, 404)
        try:
            wanted = json.loads(request.body) if request.body else {
                name: values[-1] for name, values in request.query.items()}
            with self.world.lock:
                return Answer.json(route(wanted) or {})
        except (KeyError, TypeError, ValueError) as error:
            return Answer.json({"message": f"{request.path}: {error!r}"}, 400)

    def state(self, _):
        """Channels with keys and sessions, newest session last."""
        channels = []
        for arn, channel in self.world.channels.by_arn.items():
            channels.append({
                "arn": arn, "name": channel.description["name"], "type": channel.description["type"],
                "insecureIngest": channel.description["insecureIngest"], "viewers": channel.viewers,
                "streamKey": channel.key.value if channel.key else None,
                "sessions": [self._session_state(session) for session in self.world.sessions.get(arn, [])]})
        return {"channels": channels, "refusals": self.publishing.refusals, "settings": vars(self.world.settings)}

    @staticmethod
    def _session_state(session):
        seconds = session.arrivals.seconds.values()
        return {
            "streamId": session.stream_id, "isActive": session.is_active, "isLive": session.is_live,
            "health": session.health, "priority": session.priority, "takeovers": session.takeovers,
            "frames": sum(second.frames for second in seconds),
            "keyFrames": sum(second.keyFrames for second in seconds),
            "bytes": sum(second.bytes for second in seconds),
            "video": session.video, "audio": session.audio, "onMetaData": _json(session.publication.announced or {}),
            "isEncrypted": session.publication.server == "secure", "recordings": session.recordings,
            "events": [event | {"eventTime": event["eventTime"].timestamp()} for event in session.events]}

    def requests(self, wanted):
        return {"requests": self.log.entries(int(wanted.get("since", 0)))}

    def create_channels(self, wanted):
        """`count` channels named `namePrefix` and a number, or one for each of `names`; else as for CreateChannel."""
        wanted = dict(wanted)
        count, prefix = wanted.pop("count", 1), wanted.pop("namePrefix", "channel-")
        names = wanted.pop("names", None) or [f"{prefix}{number}" for number in range(count)]
        created = []
        for name in names:
            channel = self.world.channels.create({"name": name} | wanted)
            created.append({
                "arn": channel.arn, "name": name, "streamKey": channel.key.value, "streamKeyArn": channel.key.arn,
                "ingestEndpoint": channel.description["ingestEndpoint"]})
        return {"channels": created}

    def change_settings(self, wanted):
        self.world.settings.update(wanted)
        return vars(self.world.settings)

    def expire_identity(self, wanted):
        self.identities.expire(wanted["accessKeyId"], datetime.datetime.now(datetime.timezone.utc))

    def set_viewers(self, wanted):
        self.world.channels.by_arn[wanted["channelArn"]].viewers = wanted["count"]

    def set_health(self, wanted):
        """Answers this health from now on; null for what really arrives."""
        self.world.channels.by_arn[wanted["channelArn"]].health = wanted["health"]

    def add_event(self, wanted):
        sessions = self.world.sessions[wanted["channelArn"]]
        session = next((one for one in sessions if one.stream_id == wanted.get("streamId")), sessions[-1])
        session.add(wanted["name"], self.world.clock(), wanted.get("type", STATE), wanted.get("code"))

    def stall(self, wanted):
        """Makes a connection half dead: nothing of it counts and nobody sees its end, until the idle time is over."""
        self._session(wanted).publication.is_half_dead = True

    def turn_ingest(self, wanted):
        """`state`: `up`, `down` (crashed), `frozen`."""
        ingest, state = self.publishing.ingest, wanted["state"]
        if state not in ("up", "down", "frozen"):
            raise ValueError("state is up, down or frozen")
        if state == "frozen":
            ingest.freeze(True)
        elif state == "down":
            ingest.crash()
            self.publishing.forget()
        elif ingest.is_running:
            ingest.freeze(False)
        else:
            ingest.restart()

    def _session(self, wanted):
        session = self.world.active_session(wanted["channelArn"])
        if not session:
            raise ValueError("the channel is not broadcasting")
        return session


def _json(value):
    """Only what JSON has."""
    return {name: item for name, item in value.items() if isinstance(item, (str, float, bool, type(None)))}
