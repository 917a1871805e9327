"""`GET events`: a stream of server-sent events, read in a thread of its own."""

import http.client
import json
import queue
import threading


class Events:
    def __init__(self, authority, last=None):
        self.connection = http.client.HTTPConnection(authority, timeout=60)
        self.connection.request("GET", "/_/api/events", headers={} if last is None else {"Last-Event-ID": str(last)})
        self.answer = self.connection.getresponse()
        self.status, self.kind = self.answer.status, self.answer.getheader("Content-Type", "")
        self.queue = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        fields = {}
        try:
            for line in self.answer:
                line = line.decode("utf-8").rstrip("\r\n")
                if not line:
                    if "data" in fields:
                        self.queue.put(fields)
                    fields = {}
                elif not line.startswith(":"):
                    name, _, value = line.partition(":")
                    fields[name] = value.removeprefix(" ")
        except (OSError, ValueError, AttributeError):
            pass  # It was closed.

    def until(self, wanted, seconds=20):
        """Events up to the first that `wanted` likes, each as (id, event, data)."""
        found = []
        while True:
            fields = self.queue.get(timeout=seconds)
            found.append((fields.get("id"), fields.get("event"), json.loads(fields["data"])))
            if wanted(found[-1]):
                return found

    def close(self):
        self.connection.close()
