"""A shop's side of notices: a server on a free port that keeps what it hears, and answers as it was told."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Receiver:
    def __init__(self):
        self.heard, self.statuses = [], {}
        self.changed = threading.Condition()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def url(self, path):
        """An address, answered 204 unless `answer` has said something else."""
        return f"http://127.0.0.1:{self.server.server_address[1]}{path}"

    def answer(self, path, status):
        self.statuses[path] = status

    def at(self, path):
        """What was heard there: (headers, body)."""
        with self.changed:
            return [(headers, body) for where, headers, body in self.heard if where == path]

    def wait(self, path, count, seconds=20):
        """The same, as soon as there are so many."""
        with self.changed:
            self.changed.wait_for(lambda: sum(where == path for where, _, _ in self.heard) >= count, seconds)
        return self.at(path)

    def _handler(self):
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                with receiver.changed:
                    receiver.heard.append((self.path, dict(self.headers), body))
                    receiver.changed.notify_all()
                self.send_response(receiver.statuses.get(self.path, 204))
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        return Handler
