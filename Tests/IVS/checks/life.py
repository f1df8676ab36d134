"""Several fakes at once, and what is left of one that ends."""

import contextlib
import itertools
import os
import subprocess
import sys
from pathlib import Path

from .harness import PROGRAM, Fake, error_of, eventually, report


def check_several_and_tls(folder, authority, key):
    fakes = [Fake("--tls-cert", authority, "--tls-key", key) for _ in range(3)]
    ports = list(itertools.chain.from_iterable(
        {fake.ready[name] for name in ("port", "adminPort", "ingestPort")} for fake in fakes))
    report.equal("several at once have ports of their own", len(set(ports)), 9)
    report.check("the service speaks HTTPS", all(
        error_of(fake.client(verify=authority).list_channels) is None for fake in fakes))
    stopped, killed, orphan = fakes
    report.equal("SIGTERM ends it", stopped.stop(), 0)
    killed.process.kill()
    killed.process.wait()
    orphan.stop()
    parent = subprocess.Popen(
        [sys.executable, "-c", "import subprocess, sys, time; subprocess.Popen(sys.argv[1:]); time.sleep(60)", PROGRAM],
        stdout=subprocess.PIPE, text=True)
    parent.stdout.readline()
    parent.kill()
    parent.wait()
    eventually("killed or orphaned, it leaves no process and no folder behind", lambda: not leftovers(folder))


def leftovers(folder):
    """Processes and folders of fakes that belong to this run."""
    found = list(Path(folder).glob("ivs-broadcast-test-fake-ivs-*"))
    for entry in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            if f"TMPDIR={folder}".encode() in entry.read_bytes().split(b"\0") and entry.parent.name != str(os.getpid()):
                found.append(entry.parent)
    return found
