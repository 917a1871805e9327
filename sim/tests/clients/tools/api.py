"""The control API over HTTP, as section 8 has it."""

import http.client
import json
from urllib.parse import quote, urlsplit

CODES = {
    "BAD_REQUEST": 400,
    "REAL_KEY": 400,
    "FORBIDDEN": 403,
    "NOT_FOUND": 404,
    "AMBIGUOUS": 409,
    "STATE": 409,
    "PAYER_MISMATCH": 409,
    "EXPIRED": 409,
}


class Answer:
    def __init__(self, status, headers, content):
        self.status, self.headers, self.content = status, headers, content

    @property
    def text(self):
        return self.content.decode("utf-8")

    @property
    def json(self):
        return json.loads(self.content) if self.content else None


class Api:
    """Calls below `/_/api/`; `checks` hears of whatever is not as expected."""

    def __init__(self, base, checks):
        self.base, self.checks = base, checks
        self.authority = urlsplit(base).netloc

    def send(self, method, path, content=None, headers=None):
        return self.outside(method, "/_/api/" + path, content, headers)

    def outside(self, method, target, content=None, headers=None):
        """A request to the simulator that need not be one of the control API."""
        connection = http.client.HTTPConnection(self.authority, timeout=60)
        try:
            connection.request(method, target, body=content, headers=headers or {})
            answer = connection.getresponse()
            return Answer(answer.status, dict(answer.getheaders()), answer.read())
        finally:
            connection.close()

    def call(self, method, path, body=None):
        """A read, or a write with its `Content-Type`; a body that is None is empty."""
        if method == "GET":
            return self.send(method, path)
        content = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
        return self.send(method, path, content, {"Content-Type": "application/json"})

    def _done(self, method, path, body):
        answer = self.call(method, path, body)
        what = f"{method} {path}: {answer.status} {answer.content[:300]!r}"
        self.checks.is_true(answer.status == 200 or (answer.status == 204 and not answer.content), what)
        is_json = answer.headers.get("Content-Type", answer.headers.get("content-type", "")).startswith("application/json")
        return answer.json if is_json else answer.text

    def get(self, path):
        return self._done("GET", path, None)

    def post(self, path, body=None):
        return self._done("POST", path, body)

    def patch(self, path, body):
        return self._done("PATCH", path, body)

    def put(self, path, body):
        return self._done("PUT", path, body)

    def delete(self, path):
        return self._done("DELETE", path, None)

    def items(self, path):
        """A list: `items` and `next`."""
        page = self.get(path)
        self.checks.members(page, "items:list next:text?", f"GET {path}")
        return page["items"]

    def one(self, path):
        """The only item of a list."""
        items = self.items(path)
        self.checks.equal(len(items), 1, f"items of {path}")
        return items[0]

    def refused(self, method, path, body=None, code="BAD_REQUEST"):
        """A failure with its code (or one of several) and that code's status."""
        return self.is_failure(self.call(method, path, body), f"{method} {path} {body!r:.200}", code)

    def is_failure(self, answer, what, code):
        codes = (code,) if isinstance(code, str) else code
        what = f"{what}: {answer.status} {answer.content[:300]!r}"
        try:
            error = (answer.json or {}).get("error") or {}
        except ValueError:
            error = {}
        self.checks.is_true(error.get("code") in codes, f"{what}, expected {codes}")
        self.checks.equal(answer.status, CODES.get(error.get("code")), f"status of {what}")
        self.checks.members(error, "code:text message:text hint:text?? state:text?? allowed:list??", what)
        return error

    def pages(self, path, limit):
        """All items of a list, so many at a time; newest first, and none twice."""
        items, after, join = [], None, "&" if "?" in path else "?"
        while True:
            page = self.get(f"{path}{join}limit={limit}" + (f"&after={quote(after)}" if after else ""))
            self.checks.is_true(len(page["items"]) <= limit, f"{path}: a page is longer than {limit}")
            items += page["items"]
            after = page["next"]
            if after is None:
                return items
            if not self.checks.equal(len(page["items"]), limit, f"{path}: length of a page that has a next one"):
                return items
