"""Programs beside the fake: they end with it, however it ends, and so does its folder."""

import ctypes
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time

_libc = ctypes.CDLL(None)
PR_SET_PDEATHSIG = 1
PORTS = range(12_000, 20_000)  # apart from what the kernel and the tests' other servers take


def _die_with_parent():
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Folder:
    """A folder that goes away even if the fake is killed."""

    def __init__(self):
        self.path = tempfile.mkdtemp(prefix="ivs-broadcast-test-fake-ivs-")
        # It waits for the end of its input, which comes with our end, and is in a group of its own to outlive ours.
        self._keeper = subprocess.Popen(
            ["/bin/sh", "-c", 'cat >/dev/null; rm -rf -- "$0"', self.path], stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)

    def remove(self):
        shutil.rmtree(self.path, ignore_errors=True)
        self._keeper.stdin.close()
        self._keeper.wait(5)


def free_port():
    """A port of loopback that nobody listens on."""
    for _ in range(1000):
        port = random.choice(PORTS)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise OSError(f"no free port in {PORTS}")


def start(command, ports, log):
    """Starts a server and waits until it listens on its ports; None if it ended, as it does when one is taken.

    Called by the main thread, with whose end the server ends.
    """
    with open(log, "ab") as output:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, preexec_fn=_die_with_parent)
    deadline = time.monotonic() + 10
    for port in ports:
        while not _listens(port):
            if process.poll() is not None:
                return None
            if time.monotonic() > deadline:
                process.kill()
                raise TimeoutError(f"{command[0]} does not listen on {port} within 10 s; see {log}")
            threading.Event().wait(0.02)
    return process if process.poll() is None else None


def _listens(port):
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def stop(process):
    """Ends a server."""
    if process is None:
        return
    process.send_signal(signal.SIGCONT)
    process.terminate()
    try:
        process.wait(2)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def watch_parent(ended):
    """Sets `ended` once the process that started us is gone."""
    parent = os.getppid()

    def watch():
        while not ended.wait(0.2):
            if os.getppid() != parent:
                ended.set()

    if parent != 1:
        threading.Thread(target=watch, daemon=True).start()
