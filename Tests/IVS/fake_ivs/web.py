"""HTTP over TCP or TLS with a thread per connection; what is answered is decided elsewhere."""

import dataclasses
import http.server
import json
import socket
import ssl
import sys
import threading
import traceback
import urllib.parse


@dataclasses.dataclass
class Request:
    """A request as it arrived, its target not decoded."""

    method: str
    target: str
    headers: list
    body: bytes
    scheme: str

    def header(self, name):
        """The value of a header; several are joined with a comma, none is the empty text."""
        return ",".join(value.strip() for key, value in self.headers if key.lower() == name.lower())

    @property
    def path(self):
        return self.target.partition("?")[0]

    @property
    def query(self):
        """The arguments behind the question mark, each a list."""
        return urllib.parse.parse_qs(self.target.partition("?")[2], keep_blank_values=True)


@dataclasses.dataclass
class Answer:
    """What goes back; without a status the connection is closed without a word."""

    status: int | None = 200
    headers: dict = dataclasses.field(default_factory=dict)
    body: bytes = b""

    @classmethod
    def json(cls, value, status=200):
        return cls(status, {"Content-Type": "application/json"}, json.dumps(value).encode())


class Server(http.server.ThreadingHTTPServer):
    """Listens on loopback and lets `respond` turn each request into an answer."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, port, respond, certificate=None, key=None):
        self.respond = respond
        self.scheme = "https" if certificate else "http"
        self.context = None
        if certificate:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(certificate, key)
        super().__init__(("127.0.0.1", port), _Handler)
        self.port = self.server_address[1]
        threading.Thread(target=self.serve_forever, args=(0.1,), daemon=True).start()

    def server_bind(self):
        # Without the look-up of the host's name that the base class does.
        socket.socket.setsockopt(self.socket, socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

    def get_request(self):
        connection, address = super().get_request()
        if self.context:
            # The handshake belongs to the connection's own thread, or a silent client would hold up all.
            connection = self.context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        return connection, address

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], (OSError, ssl.SSLError)):
            traceback.print_exc()


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = 120

    def _handle(self):
        if self.headers.get("Transfer-Encoding"):
            answer, body = Answer.json({"message": "Length Required"}, 411), b""
            self.close_connection = True
        else:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            try:
                answer = self.server.respond(
                    Request(self.command, self.path, self.headers.items(), body, self.server.scheme))
            except Exception:  # a mistake of the fake's own must be seen, and the client must not hang
                traceback.print_exc()
                answer = Answer.json({"message": f"the fake failed: {traceback.format_exc()}"}, 500)
        if answer.status is None:
            self.close_connection = True
            return
        self.send_response_only(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status != 204:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if answer.status != 204 and self.command != "HEAD":
            self.wfile.write(answer.body)
        self.wfile.flush()

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _handle

    def log_message(self, *_):
        pass
