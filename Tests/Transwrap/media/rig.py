"""A real proxy in front of nginx-rtmp, which records."""

import pathlib
import socket
import subprocess
import time

MODULES = ["/usr/lib/nginx/modules", "/usr/lib64/nginx/modules", "/usr/share/nginx/modules"]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port):
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"nothing listens on port {port}")


class Rig:
    """nginx-rtmp that records, and the proxy in front of it."""

    def __init__(self, program, folder, channels):
        self.folder = pathlib.Path(folder)
        self.recordings = self.folder / "recordings"
        self.recordings.mkdir()
        ingest, self.port = free_port(), free_port()
        module = next(f"{place}/ngx_rtmp_module.so" for place in MODULES if pathlib.Path(place, "ngx_rtmp_module.so").exists())
        (self.folder / "nginx.conf").write_text(
            f"load_module {module}; daemon off; master_process off; pid {folder}/nginx.pid; error_log stderr warn;"
            f"events {{}} rtmp {{ access_log off; server {{ listen 127.0.0.1:{ingest}; application live {{ live on;"
            f" record all; record_path {self.recordings}; }} }} }}", encoding="utf-8")
        self.nginx = subprocess.Popen(["nginx", "-e", "stderr", "-p", folder, "-c", f"{folder}/nginx.conf"],
                                      stderr=subprocess.DEVNULL)
        wait_for(ingest)
        text = f"listen: 127.0.0.1:{self.port}\ntokens: {folder}/tokens.yaml\nlimits: {{transcodes: 64}}\nchannels:\n"
        for index in range(channels):
            key = self.folder / f"key{index}"
            key.write_text(f"clip{index}\n", encoding="utf-8")
            text += f"  c{index}:\n    ingest: rtmp://127.0.0.1:{ingest}/live\n    stream-key-file: {key}\n"
        (self.folder / "settings.yaml").write_text(text, encoding="utf-8")
        made = subprocess.run([program, "token", "add", "--file", f"{folder}/tokens.yaml", "--channel", "*", "--name", "t"],
                              capture_output=True, text=True, check=True)
        self.token = made.stdout.strip()
        self.log = open(self.folder / "proxy.log", "w", encoding="utf-8")  # noqa: SIM115
        self.proxy = subprocess.Popen([program, "serve", "--config", f"{folder}/settings.yaml"], stderr=self.log)
        wait_for(self.port)

    def stop(self):
        for process in (self.proxy, self.nginx):
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()

    def memory(self, name):
        """A figure of the proxy's memory, in bytes: VmRSS or VmHWM."""
        text = pathlib.Path(f"/proc/{self.proxy.pid}/status").read_text(encoding="utf-8")
        return int(next(line for line in text.splitlines() if line.startswith(name + ":")).split()[1]) * 1024

    def forget_peak(self):
        """VmHWM counts from here."""
        pathlib.Path(f"/proc/{self.proxy.pid}/clear_refs").write_text("5", encoding="utf-8")

    def recording(self, index):
        """The file of what was published, once it grows no more."""
        file, size = self.recordings / f"clip{index}.flv", -1
        for _ in range(40):
            now = file.stat().st_size if file.exists() else -1
            if now == size and now > 0:
                return file
            size = now
            time.sleep(0.25)
        return file if file.exists() else None
