"""Who may publish, and what becomes of a stream: from what nginx asks and from what it records."""

import threading
import traceback
import urllib.parse

from . import rtmp_viewer
from .health import is_starving
from .limits import bitrate_limit, is_too_large, matches
from .publication import Publication
from .sessions import HEALTH, LIMIT, Session
from .web import Answer

TICK = 0.1
MEDIA_LIMIT = 10  # seconds in which who wants to take over has to show its media


class Publishing:
    """Decides about publishers; a thread of its own looks at what arrives."""

    def __init__(self, world, faults):
        self.world, self.faults = world, faults
        self.ingest = None
        self.publications = {}  # by nginx's number of the connection
        self.refusals = []
        self._count = 0
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def begin(self, ingest):
        """Goes on with the ingest, which needed the callbacks' port to start."""
        self.ingest = ingest
        self._thread.start()

    def close(self):
        self._closing.set()
        if self.ingest:
            self._thread.join(5)

    # What nginx asks

    def respond(self, request):
        """Answers a callback: 302 with the name to publish under, or 403."""
        form = {name: values[-1] for name, values in urllib.parse.parse_qs(
            request.body.decode("utf-8", "replace"), keep_blank_values=True).items()}
        server = request.path.strip("/")
        if form.get("call") == "publish_done":
            self._gone(form["clientid"])
            return Answer(200)
        fault = self.faults.take("publish")
        if fault:
            self._closing.wait(fault.delay)
            if fault.error:
                self._refuse(form, fault.error)
                return Answer(403)
        with self.world.lock:
            publication = self._decide(form, server)
        if not publication:
            return Answer(403)
        port = self.ingest.internal_port(server)
        threading.Thread(target=self._listen, args=(publication, port), daemon=True).start()
        return Answer(302, {"Location": publication.name})

    def _refuse(self, form, reason):
        self.refusals.append({"key": form.get("name"), "reason": reason, "time": self.world.clock()})

    def _decide(self, form, server):
        """The publication of a publisher who may, or None."""
        now, settings = self.world.clock(), self.world.settings
        channel = self.world.channels.by_key_value.get(form.get("name"))
        if not channel:
            return self._refuse(form, "unknown key")
        is_encrypted = server == "secure" or self.ingest.secure_port == self.ingest.plain_port
        if not is_encrypted and not channel.description["insecureIngest"]:
            return self._refuse(form, "insecure ingest is off")
        priority, session = _priority(form), self.world.active_session(channel.arn)
        if not session:
            if len(self.world.active_sessions()) >= settings.streamQuota:
                return self._refuse(form, "too many streams")
            session = Session(channel, priority, now)
            self.world.sessions[channel.arn].append(session)
            publication = self._add(form, session, server, priority, now)
            session.publication = publication
            session.recordings.append(publication.recording)
            return publication
        if "priority" not in form:
            return self._refuse(form, "the key is busy")
        if not priority or priority <= (session.priority or 0):
            session.add("Stream Takeover Failure", now, code="StreamTakeoverInvalidPriority")
            return self._refuse(form, "the priority is not greater")
        if session.takeovers >= settings.takeoverLimit:
            session.add("Stream Takeover Failure", now, code="StreamTakeoverLimitBreached")
            return self._refuse(form, "too many takeovers")
        return self._add(form, session, server, priority, now)

    def _add(self, form, session, server, priority, now):
        self._count += 1
        publication = Publication(self._count, session, server, priority, self.ingest.recordings, now)
        self.publications[form["clientid"]] = publication
        return publication

    def _gone(self, client):
        with self.world.lock:
            publication = self.publications.pop(client, None)
            if not publication:
                return
            self._read(publication)
            publication.is_gone = True
            publication.reader.close()
            session = publication.session
            if session.publication is publication and not publication.is_half_dead:
                session.finish(self.world.clock())

    def _listen(self, publication, port):
        said = rtmp_viewer.metadata(port, "app", publication.name)
        with self.world.lock:
            publication.announced = said or {}

    def forget(self):
        """All publishers are gone with the server."""
        for client in list(self.publications):
            self._gone(client)

    # What arrives

    def _watch(self):
        while not self._closing.wait(TICK):
            try:
                self._look()
            except Exception:  # a mistake of the fake's own must be seen, and the other streams go on
                traceback.print_exc()

    def _look(self):
        with self.world.lock:
            for publication in list(self.publications.values()):
                self._read(publication)
                if not publication.session.is_active:
                    self._drop(publication)  # what could not be done when it ended
            for session in self.world.active_sessions():
                self._judge(session)

    def _read(self, publication):
        session, now = publication.session, self.world.clock()
        for tag in publication.reader.read():
            if publication.is_half_dead:
                continue
            publication.take(tag)
            if session.publication is publication and session.is_active:
                session.arrivals.count(tag, now)

    def _judge(self, session):
        now, settings, publication = self.world.clock(), self.world.settings, session.publication
        self._let_take_over(session, now)
        publication = session.publication
        session.video, session.audio = publication.video_configuration, publication.audio_configuration
        if not publication.is_half_dead and self._breaks_a_rule(session, now):
            return
        if session.started is None and publication.seconds_since_keyframe >= settings.startSeconds:
            session.started = now
            session.add("Stream Start", now)
        starving = is_starving(session, settings, now)
        if starving is not None and starving != (session.health == "STARVING"):
            session.health = "STARVING" if starving else "HEALTHY"
            session.add("Starvation Start" if starving else "Starvation End", now, HEALTH)
        if now - (session.arrivals.last or session.start) >= settings.idleSeconds or (
            now - session.start >= settings.maximumSeconds
        ):
            self.end(session)

    def _breaks_a_rule(self, session, now):
        """Ends a session that its channel does not take; tells whether it did."""
        settings, video = self.world.settings, session.publication.video
        if not settings.enforceLimits or not video:
            return False
        multitrack = session.channel.get("multitrackInputConfiguration", {})
        if multitrack.get("enabled") and multitrack.get("policy") == "REQUIRE":
            self.end(session, "MultitrackInputRequired")
        elif "videoWidth" not in video:
            self.end(session)  # not H.264
        elif is_too_large(video):
            session.add("Ingest Resolution", now, LIMIT)
            self.end(session)
        else:
            limit = bitrate_limit(session.channel, video)
            seconds = session.arrivals.last_seconds(settings.limitSeconds, now)
            if not all(second.bytes * 8 > limit for second in seconds):
                return False
            session.add("Ingest Bitrate", now, LIMIT)
            self.end(session)
        return True

    def _let_take_over(self, session, now):
        """Lets a publisher with a greater priority take over once its media are known to fit."""
        for publication in list(self.publications.values()):
            if publication.session is not session or publication is session.publication or publication.is_gone:
                continue
            if not publication.video or (session.audio and not publication.audio):
                if now - publication.began > MEDIA_LIMIT:
                    self._drop(publication)
                continue
            running = session.publication
            if publication.priority <= (session.priority or 0):
                continue  # another one was first; it is dropped below
            if running.video and not matches((running.video, running.audio), (publication.video, publication.audio)):
                session.add("Stream Takeover Failure", now, code="StreamTakeoverMediaMismatch")
                self._drop(publication)
                continue
            session.publication, session.priority = publication, publication.priority
            session.takeovers += 1
            session.recordings.append(publication.recording)
            session.arrivals.restart()
            session.arrivals.last = now
            session.add("Stream Takeover", now)
            self._drop(running)

    # What ends a stream

    def end(self, session, code=None):
        """Ends a session and cuts its publishers off; the caller holds the lock."""
        session.finish(self.world.clock(), code)
        for publication in list(self.publications.values()):
            if publication.session is session:
                self._drop(publication)

    def cut(self, session):
        """Cuts the connection, as a network does; the session ends as it does when a publisher goes."""
        self._drop(session.publication)

    def _drop(self, publication):
        # nginx answers without its callback, so that the lock may be held meanwhile.
        if not publication.is_gone:
            self.ingest.drop(publication.server, publication.name)


def _priority(form):
    """A valid priority, or None."""
    text = form.get("priority", "")
    return int(text) if text.isdecimal() and 1 <= int(text) <= 2_147_483_647 else None
