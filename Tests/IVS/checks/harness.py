"""The fake, its foreign clients, and what is said of a check."""

import contextlib
import json
import signal
import subprocess
import time
import urllib.request
from pathlib import Path

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = ROOT / "Tests/IVS/fake-ivs"
REGION = "us-west-2"
READER = {"name": "reader", "accessKeyId": "AKIAREADER", "secretAccessKey": "reading", "readOnly": True}
GUEST = {"name": "guest", "accessKeyId": "ASIAGUEST", "secretAccessKey": "visiting", "sessionToken": "token+/="}


class Report:
    """Collects and prints what was checked."""

    def __init__(self):
        self.passed, self.failed = [], []

    def check(self, name, good, detail=""):
        (self.passed if good else self.failed).append(name)
        print(f"{'passed' if good else 'FAILED'}  {name}" + ("" if good else f"\n        {detail}"), flush=True)

    def equal(self, name, found, expected):
        self.check(name, found == expected, f"{found!r} instead of {expected!r}")


report = Report()


def eventually(name, condition, limit=20):
    """Checks that a condition comes true in time; answers its value."""
    deadline, value = time.monotonic() + limit, None
    while time.monotonic() < deadline:
        value = condition()
        if value:
            break
        time.sleep(0.05)
    report.check(name, bool(value), f"not within {limit} s")
    return value


def error_of(call, **arguments):
    """Code and status of the error that a call ends with."""
    try:
        call(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]
    return None


def status(answer):
    return answer["ResponseMetadata"]["HTTPStatusCode"]


class Fake:
    """A fake that runs, and clients of it."""

    def __init__(self, *options, command=()):
        self.process = subprocess.Popen([*command, PROGRAM, *options], stdout=subprocess.PIPE, text=True)
        self.ready = json.loads(self.process.stdout.readline())
        self.used = set()

    @property
    def url(self):
        return f"http{'s' if self.ready['isHTTPS'] else ''}://127.0.0.1:{self.ready['port']}"

    def client(self, service="ivs", identity=None, region=REGION, **options):
        """A client that tries once and, for CloudWatch, speaks JSON."""
        identity = identity or {
            "accessKeyId": self.ready["accessKeyId"], "secretAccessKey": self.ready["secretAccessKey"]}
        core = botocore.session.Session()
        core.get_component("data_loader").search_paths.insert(0, str(ROOT / "Tests/IVS/models"))
        session = boto3.Session(
            identity["accessKeyId"], identity["secretAccessKey"], identity.get("sessionToken"), region,
            botocore_session=core)
        options.setdefault("config", Config(retries={"total_max_attempts": 1}))
        client = session.client(service, endpoint_url=options.pop("endpoint_url", self.url), **options)
        client.meta.events.register("before-call", lambda model, **_: self.used.add(model.name))
        return client

    def admin(self, path, body=None, method=None):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.ready['adminPort']}{path}", None if body is None else json.dumps(body).encode(),
            method=method or ("GET" if body is None else "POST"))
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)

    def sessions(self, arn):
        channels = self.admin("/state")["channels"]
        return next((channel["sessions"] for channel in channels if channel["arn"] == arn), [])

    def invalid(self):
        return [entry for entry in self.admin("/requests")["requests"] if not entry["valid"]]

    def stop(self):
        self.process.terminate()
        return self.process.wait(10)


class Publisher:
    """ffmpeg that publishes a small picture."""

    def __init__(self, url, source="testsrc2=s=320x180:r=30", bitrate="600k", x264="nal-hrd=cbr", codec="libx264",
        tls=()):
        encoder = ["-c:v", codec] + (
            ["-preset", "ultrafast", "-tune", "zerolatency", "-x264opts", x264] if codec == "libx264" else [])
        self.process = subprocess.Popen(
            ["ffmpeg", "-nostdin", "-v", "error", "-re", "-f", "lavfi", "-i", source, "-re", "-f", "lavfi", "-i",
             "sine=frequency=440:sample_rate=48000", "-pix_fmt", "yuv420p", *encoder, "-b:v", bitrate, "-maxrate",
                 bitrate,
             "-bufsize", bitrate, "-g", "30", "-r", "30", "-c:a", "aac", "-b:a", "96k", "-f", "flv", *tls, url],
            stderr=subprocess.PIPE, text=True)

    @property
    def has_ended(self):
        return self.process.poll() is not None

    def stop(self):
        """Ends it as a user does."""
        self.process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(5)
        self.kill()

    def kill(self):
        self.process.kill()
        self.process.wait()
        return self.process.stderr.read()


@contextlib.contextmanager
def publisher(*arguments, **options):
    running = Publisher(*arguments, **options)
    try:
        yield running
    finally:
        running.kill()


def certificate(folder):
    """A certificate for this host that is its own authority."""
    paths = str(Path(folder) / "certificate.pem"), str(Path(folder) / "key.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-out", paths[0], "-keyout",
         paths[1]], check=True, capture_output=True)
    return paths


def events(ivs, arn):
    """The names of the latest session's events, oldest first."""
    found = ivs.get_stream_session(channelArn=arn)["streamSession"]["truncatedEvents"]
    return [event["name"] for event in found][::-1]


def live(ivs, arn):
    try:
        return ivs.get_stream(channelArn=arn)["stream"]
    except ClientError as error:
        assert error.response["Error"]["Code"] == "ChannelNotBroadcasting", error
        return None
