"""The ingest: nginx with its RTMP module, behind stunnel for RTMPS."""

import http.client
import os
import shutil
import signal
import socket

from . import processes

MODULE_PLACES = ("/usr/lib/nginx/modules", "/usr/lib64/nginx/modules", "/usr/share/nginx/modules")
SERVERS = ("plain", "secure")  # in the order of nginx's configuration, by which its control knows them


def _tool(*names):
    path = os.environ.get("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin"
    for name in names:
        if found := shutil.which(name, path=path):
            return found
    raise SystemExit(f"fake-ivs: {names[0]} is not installed; run assets/setup --tests")


class Ingest:
    """Takes publishers at `rtmp://127.0.0.1:{plain_port}/app` and `rtmps://…:{secure_port}/app`.

    It asks at `callback_port` whether a publisher may, and says there when one has gone.
    """

    def __init__(self, folder, callback_port, on_main_thread, certificate=None, key=None):
        self._folder, self._callback_port = folder, callback_port
        self._certificate, self._key = certificate, key
        self._on_main_thread = on_main_thread
        self._nginx = self._tls = None
        self._is_frozen = False
        self.recordings = os.path.join(folder, "recordings")
        self._control = os.path.join(folder, "control")
        os.mkdir(self.recordings)
        for _ in range(20):
            self.plain_port, self._inner_port = processes.free_port(), processes.free_port()
            if self._start():
                break
        else:
            raise SystemExit("fake-ivs: nginx does not start: " + self._last_words("nginx.log"))
        self.secure_port = self._start_tls() if certificate else self.plain_port

    def internal_port(self, server):
        """Where the streams that came through a server can be viewed."""
        return self._inner_port if server == "secure" else self.plain_port

    @property
    def is_running(self):
        return self._nginx.poll() is None

    def restart(self):
        """Starts nginx again at its ports; any thread may ask for it."""
        if not self._on_main_thread(self._start):
            raise OSError("nginx does not start again: " + self._last_words("nginx.log"))

    def _start(self):
        module = next((f"{place}/ngx_rtmp_module.so" for place in MODULE_PLACES
                       if os.path.exists(f"{place}/ngx_rtmp_module.so")), None)
        if not module:
            raise SystemExit(
                "fake-ivs: nginx's RTMP module (libnginx-mod-rtmp) is not installed; run assets/setup --tests")
        servers = "".join(f"""
  server {{
    listen 127.0.0.1:{port};
    chunk_size 4096;
    max_message 16M;
    application app {{
      live on;
      meta copy;
      on_publish http://127.0.0.1:{self._callback_port}/{name};
      on_publish_done http://127.0.0.1:{self._callback_port}/{name};
      record all;
      record_path {self.recordings};
    }}
  }}""" for name, port in zip(SERVERS, (self.plain_port, self._inner_port)))
        configuration = os.path.join(self._folder, "nginx.conf")
        with open(configuration, "w", encoding="utf-8") as file:
            file.write(f"""load_module {module};
daemon off;
master_process off;
pid {self._folder}/nginx.pid;
error_log stderr info;
events {{ worker_connections 512; }}
http {{
  access_log off;
  client_body_temp_path {self._folder}/body;
  proxy_temp_path {self._folder}/proxy;
  fastcgi_temp_path {self._folder}/fastcgi;
  uwsgi_temp_path {self._folder}/uwsgi;
  scgi_temp_path {self._folder}/scgi;
  server {{
    listen unix:{self._control};
    location /control {{ rtmp_control all; }}
  }}
}}
rtmp {{
  access_log off;{servers}
}}
""")
        if os.path.exists(self._control):
            os.remove(self._control)
        self._nginx = processes.start(
            [_tool("nginx"), "-e", "stderr", "-p", self._folder, "-c", configuration],
            (self.plain_port, self._inner_port), os.path.join(self._folder, "nginx.log"))
        return self._nginx is not None

    def _start_tls(self):
        for _ in range(20):
            port = processes.free_port()
            configuration = os.path.join(self._folder, "stunnel.conf")
            with open(configuration, "w", encoding="utf-8") as file:
                file.write(f"""foreground = yes
pid =
syslog = no
debug = notice
[rtmps]
accept = 127.0.0.1:{port}
connect = 127.0.0.1:{self._inner_port}
cert = {self._certificate}
key = {self._key}
sslVersionMin = TLSv1.2
""")
            self._tls = processes.start(
                [_tool("stunnel4", "stunnel"), configuration], (port,), os.path.join(self._folder, "stunnel.log"))
            if self._tls:
                return port
        raise SystemExit("fake-ivs: stunnel does not start: " + self._last_words("stunnel.log"))

    def drop(self, server, name):
        """Cuts a publisher off, by the name under which it publishes here; tells whether there was one."""
        if self._is_frozen or not self.is_running:
            return False
        connection = _UnixConnection(self._control)
        try:
            connection.request("GET", f"/control/drop/publisher?srv={SERVERS.index(server)}&app=app&name={name}")
            return connection.getresponse().read().strip() == b"1"
        except OSError:
            return False
        finally:
            connection.close()

    def freeze(self, is_frozen):
        """Lets nginx stand still: it takes nothing and says nothing, but its connections stay."""
        self._nginx.send_signal(signal.SIGSTOP if is_frozen else signal.SIGCONT)
        self._is_frozen = is_frozen

    def crash(self):
        """Ends nginx at once; publishers are cut off without a word."""
        self.freeze(False)
        self._nginx.kill()
        self._nginx.wait()

    def stop(self):
        processes.stop(self._tls)
        processes.stop(self._nginx)

    def _last_words(self, name):
        with open(os.path.join(self._folder, name), encoding="utf-8", errors="replace") as file:
            return file.read()[-500:]


class _UnixConnection(http.client.HTTPConnection):
    """HTTP over a socket of the file system."""

    def __init__(self, path):
        super().__init__("fake", timeout=5)
        self._path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)
