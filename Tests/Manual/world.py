"""What the examples need around them: paths, hosts, certificates and servers that exist for this check only."""

import asyncio
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

from blocks import ROOT

INGEST = "a1b2c3d4e5f6.global-contribute.live-video.net"
INGEST_ADDRESS = "fd77::1"
PROXY = "proxy.example.net"
# A small picture from the test sources: what the tests' machine has instead of a camera and a microphone.
SETTINGS = "camera: test\nmicrophone: test\nvideo: 320x180@10\nvideo-bitrate: 300k\n"
OVERLAID = ["/etc", "/usr/local", "/usr/share", "/var/lib"]


def enter_namespaces():
    """Starts this program again as root with mounts, a network and processes of its own, which end with it."""
    if os.environ.get("MANUAL_CHECK_NAMESPACE") == str(os.getppid()):
        return
    as_root = [] if os.getuid() == 0 else ["sudo", "-n", "--preserve-env=IVS_BROADCAST,IVS_TRANSWRAP,TMPDIR"]
    own = ["unshare", "--mount", "--mount-proc", "--net", "--pid", "--fork", "--kill-child"]
    script = 'export MANUAL_CHECK_NAMESPACE=$$; "$@"; exit $?'
    command = [*as_root, *own, "bash", "-c", script, "bash", sys.executable, *sys.argv]
    os.execvp(command[0], command)


class World:
    def __init__(self, folder):
        self.folder = Path(folder)
        self.path = self.folder / "bin"
        self.fake = None

    def build(self):
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", self.folder], check=True)
        for number, place in enumerate(OVERLAID):
            upper, work = self.folder / f"upper{number}", self.folder / f"work{number}"
            upper.mkdir(), work.mkdir()
            subprocess.run(["mount", "-t", "overlay", "overlay", "-o",
                            f"lowerdir={place},upperdir={upper},workdir={work}", place], check=True)
        for words in [["link", "set", "lo", "up"], ["address", "add", f"{INGEST_ADDRESS}/128", "dev", "lo"]]:
            subprocess.run(["ip", *words], check=True)
        with open("/etc/hosts", "a", encoding="utf-8") as hosts:
            hosts.write(f"\n{INGEST_ADDRESS} {INGEST}\n127.0.0.1 {PROXY}\n")
        self.make_certificate()
        self.make_programs()
        self.start_fake()

    def make_certificate(self):
        """One certificate for every server here; the system's authorities are this one more."""
        self.certificate, self.key = self.folder / "certificate.pem", self.folder / "key.pem"
        names = f"subjectAltName=DNS:{INGEST},DNS:{PROXY},DNS:localhost,IP:127.0.0.1"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=manual", "-addext", names,
                        "-keyout", self.key, "-out", self.certificate], check=True, stderr=subprocess.DEVNULL)
        with open("/etc/ssl/certs/ca-certificates.crt", "a", encoding="ascii") as authorities:
            authorities.write("\n" + self.certificate.read_text(encoding="ascii"))

    def make_programs(self):
        """Puts the programs on the path, and stand-ins for what cannot run here."""
        self.path.mkdir()
        for name, variable in [("ivs-broadcast", "IVS_BROADCAST"), ("ivs-transwrap", "IVS_TRANSWRAP")]:
            program = Path(os.environ.get(variable) or ROOT / ".build/release" / name).resolve()
            if not program.exists():
                sys.exit(f"{program} is not there: build it, or name another one in {variable}")
            (self.path / name).symlink_to(program)
        stand_ins = {
            "sudo": 'exec "$@"',  # root already
            # assets/test has built it by the same line. It has no version: assets/setup goes on to the real one.
            "swift": f'[ "$*" = --version ] || grep -qF -- "swift $*" {ROOT}/assets/test || {{ echo "assets/test has no: swift $*"; exit 1; }}',
            # Reads options and host, prints what they mean, connects to nobody.
            "ssh": 'exec /usr/bin/ssh -G "$@"',
        }
        for name, line in stand_ins.items():
            file = self.path / name
            file.write_text(f"#!/bin/bash\n{line}\n", encoding="utf-8")
            file.chmod(0o755)

    def start_fake(self):
        """The fake Amazon IVS; its ingest is at port 443 of the examples' host, too."""
        self.fake = subprocess.Popen(
            [ROOT / "Tests/IVS/fake-ivs", "--ingest-cert", self.certificate, "--ingest-key", self.key],
            stdout=subprocess.PIPE, text=True)
        self.ready = json.loads(self.fake.stdout.readline())
        channel = self.admin("/channels", {"count": 1, "names": ["example"]})["channels"][0]
        self.admin("/channels", {"count": 1, "names": ["scheduled"]})
        for folder in ["/etc/ivs-broadcast", "/etc/ivs-transwrap"]:
            Path(folder).mkdir()
        for file in ["/etc/ivs-broadcast/key", "/etc/ivs-transwrap/venue.key"]:
            Path(file).write_text(channel["streamKey"] + "\n", encoding="ascii")
            Path(file).chmod(0o600)
        shutil.copy(self.certificate, "/etc/ivs-transwrap/fullchain.pem")
        shutil.copy(self.key, "/etc/ivs-transwrap/privkey.pem")
        Path("/usr/share/ivs-transwrap").mkdir()
        Path("/usr/share/ivs-transwrap/web").symlink_to(ROOT / "assets/web")
        Path("/var/lib/ivs-broadcast").mkdir()
        threading.Thread(target=self.forward, daemon=True).start()

    def forward(self):
        """Port 443 of the ingest's host, which has an address of its own: 443 of 127.0.0.1 is left to the proxy."""
        async def pipe(reader, writer):
            try:
                while data := await reader.read(65536):
                    writer.write(data)
                    await writer.drain()
            except OSError:
                pass
            writer.close()

        async def serve(reader, writer):
            there = await asyncio.open_connection("127.0.0.1", self.ready["ingestPort"])
            await asyncio.gather(pipe(reader, there[1]), pipe(there[0], writer))

        async def run():
            async with await asyncio.start_server(serve, INGEST_ADDRESS, 443) as server:
                await server.serve_forever()
        asyncio.run(run())

    def admin(self, path, body=None):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.ready['adminPort']}{path}", None if body is None else json.dumps(body).encode())
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def stop(self):
        if self.fake:
            self.fake.send_signal(signal.SIGTERM)
            self.fake.wait(20)

    def home(self, settings=SETTINGS):
        """A user's home: with these settings, in a folder that also is where commands begin."""
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        if settings is not None:
            place = folder / ".config/ivs-broadcast"
            place.mkdir(parents=True)
            (place / "settings.yaml").write_text(settings, encoding="utf-8")
        (folder / "assets").symlink_to(ROOT / "assets")
        (folder / ".build/release").mkdir(parents=True)
        for name in ["ivs-broadcast", "ivs-transwrap"]:
            (folder / ".build/release" / name).symlink_to(self.path / name)
        (folder / "run").mkdir(mode=0o700)
        return folder

    def environment(self, home):
        kept = {name: value for name, value in os.environ.items() if not re.match("AWS_|IVS_|TRANSWRAP_|XDG_", name)}
        endpoints = {f"AWS_ENDPOINT_URL_{name}": f"http://127.0.0.1:{self.ready['port']}"
                     for name in ["IVS", "CLOUDWATCH", "STS"]}
        return kept | endpoints | {
            "HOME": str(home), "XDG_RUNTIME_DIR": str(home / "run"), "TERM": "screen-256color", "LC_ALL": "C.UTF-8",
            "PATH": f"{self.path}:{os.environ['PATH']}", "AWS_REGION": self.ready["region"],
            "AWS_ACCESS_KEY_ID": self.ready["accessKeyId"], "AWS_SECRET_ACCESS_KEY": self.ready["secretAccessKey"],
            "AWS_EC2_METADATA_DISABLED": "true"}


def wait(what, condition, limit=20):
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError(f"no {what} within {limit} s")


class Running:
    """A command of a shell that goes on until it is told to end."""

    def __init__(self, command, home, world):
        self.log = Path(tempfile.mkstemp(dir=world.folder)[1])
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                ["bash", "-c", f"exec {command}"], cwd=home, env=world.environment(home),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    @property
    def text(self):
        return self.log.read_text(encoding="utf-8", errors="replace")

    def until(self, text, limit=20):
        wait(f"“{text}”", lambda: text in self.text or self.process.poll() is not None, limit)
        assert text in self.text, f"no “{text}” in:\n{self.text}"

    def end(self):
        """Ends it as Control-C or systemd does."""
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(15)
        assert status == 0, f"exit status {status}:\n{self.text}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
