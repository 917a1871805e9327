"""8.7 and the stream of events of 8.1."""

import json
import threading

from tools.events import Events
from tools.merchant import public_numbers, verifies

NOTICE = (
    "id:text notice_id:text event_type:text? original_type:text? version:text mchid:text ref:text? url:text target:text? "
    "state:text next_at:time? attempts:list resource:map? body:any? headers:map?"
)
ATTEMPT = "n:int due:time sent_at:time ms:int status:int? verdict:text answer:text? error:text? fault:text?"
START = "2031-04-21T10:00:00+08:00"


def begin(api):
    api.post("reset")
    api.post("clock", {"mode": "frozen", "now": START})


def paid(api, merchant, number, url):
    merchant.order(number, notify_url=url)
    return api.post(f"orders/{number}/pay?wait=notices", {})["notices"][0]


def members(api, checks, merchant, receiver, public_key):
    begin(api)
    notice = paid(api, merchant, "NOTICE-001", receiver.url("/good"))
    checks.members(notice, NOTICE, "notice")
    checks.members(notice["attempts"][0], ATTEMPT, "notice.attempts")
    found = (notice["event_type"], notice["original_type"], notice["version"], notice["state"], notice["next_at"])
    checks.equal(found, ("TRANSACTION.SUCCESS", "transaction", "v3", "accepted", None), "notice")
    checks.equal((notice["resource"]["out_trade_no"], notice["attempts"][0]["due"]), ("NOTICE-001", START), "notice")
    checks.equal(api.get(f"notices/{notice['id']}"), notice, "the notice by its id")
    headers, body = receiver.at("/good")[0]
    checks.equal(json.loads(body)["id"], notice["notice_id"], "notice_id is the envelope's id")
    message = f"{headers['Wechatpay-Timestamp']}\n{headers['Wechatpay-Nonce']}\n{body.decode()}\n".encode()
    checks.is_true(verifies(public_key, message, headers["Wechatpay-Signature"]), "the notice verifies")
    api.refused("GET", "notices/nobody", code="NOT_FOUND")


def lists(api, checks, merchant, receiver):
    begin(api)
    receiver.answer("/bad", 500)
    paid(api, merchant, "LISTED-01", receiver.url("/listed"))
    order = api.get("orders/LISTED-01")
    paid(api, merchant, "LISTED-02", receiver.url("/bad"))
    blocked = paid(api, merchant, "LISTED-03", "https://shop.example.com/notify")
    checks.equal((blocked["state"], blocked["attempts"]), ("blocked", []), "a notice to a public host")
    for query, count in (
        ("", 3),
        ("?state=failed", 1),
        ("?state=accepted", 1),
        ("?event_type=TRANSACTION.SUCCESS", 3),
        ("?event_type=REFUND.SUCCESS", 0),
        ("?ref=LISTED-02", 1),
        (f"?ref={order['id']}", 1),
        ("?mchid=1900000002", 0),
        ("?limit=2", 2),
    ):
        checks.equal(len(api.items(f"notices{query}")), count, f"notices{query}")
    checks.equal(len(api.pages("notices", 1)), 3, "notices, one a page")
    checks.equal(len(order["refs"]["notices"]), 1, "the order's notices")


def again(api, checks, merchant, receiver):
    """What is failed goes out by its schedule; what is accepted by hand alone."""
    begin(api)
    receiver.answer("/again", 500)
    notice = paid(api, merchant, "AGAIN-001", receiver.url("/again"))
    checks.equal((notice["state"], notice["next_at"]), ("failed", "2031-04-21T10:00:15+08:00"), "refused once")
    api.post("clock/advance", {"by": 15})
    notice = api.get(f"notices/{notice['id']}")
    checks.equal([attempt["n"] for attempt in notice["attempts"]], [1, 2], "attempts")
    receiver.answer("/again", 204)
    api.post(f"notices/{notice['id']}/resend?wait=notices", {})
    checks.equal(len(receiver.wait("/again", 3)), 3, "heard after a resend")
    api.post(f"notices/{notice['id']}/duplicate?wait=notices", {"count": 4})
    heard = receiver.wait("/again", 7)
    checks.equal((len(heard), len({body for _, body in heard})), (7, 1), "the same bytes each time")
    checks.equal(len({headers["Wechatpay-Signature"] for headers, _ in heard}), 7, "a signature for each")
    api.post(f"notices/{notice['id']}/probe?wait=notices", {})
    probes = [headers for headers, _ in receiver.wait("/again", 8) if "WECHATPAY/SIGNTEST/" in headers["Wechatpay-Signature"]]
    checks.equal(len(probes), 1, "probes")
    findings = api.get("findings")
    for finding in findings:
        checks.members(finding, "id:text at:time kind:text text:text ref:text?", "finding")
    checks.is_true("probe_accepted" in [finding["kind"] for finding in findings], f"findings: {findings}")
    for action, body in (("resend", {}), ("probe", {}), ("duplicate", {"count": 2})):
        api.refused("POST", f"notices/nobody/{action}", body, code="NOT_FOUND")
    api.refused("POST", f"notices/{notice['id']}/duplicate", {"count": 0})


def pauses(api, checks, merchant, receiver):
    begin(api)
    api.post("notices/pause")
    numbers = [f"PAUSE-{number:03}" for number in range(3)]
    for number in numbers:
        merchant.order(number, notify_url=receiver.url("/paused"))
        api.post(f"orders/{number}/pay", {})
    paused = api.post("notices/wait", {"state": "paused", "count": 3, "timeout_ms": 20000})
    checks.equal(len(paused["items"]), 3, "paused notices")
    checks.equal(receiver.at("/paused"), [], "what is heard while notices are paused")
    api.post("notices/resume")
    api.post("notices/wait", {"event_type": "TRANSACTION.SUCCESS", "count": 3, "timeout_ms": 20000})
    heard = [json.loads(body)["id"] for _, body in receiver.wait("/paused", 3)]
    made = [notice["notice_id"] for notice in reversed(api.items("notices"))]
    checks.equal(heard, made, "what fell due goes out in order")


def by_hand(api, checks, receiver):
    """Any of the 112 by its name."""
    begin(api)
    body = {"event_type": "TRANSACTION.SUCCESS", "mchid": "1900000001", "url": receiver.url("/hand")}
    made = api.post("notices?wait=notices", {**body, "merge": {"out_trade_no": "MERGED-01"}})
    notice = api.get(f"notices/{made['id']}")
    checks.members(notice, NOTICE, "a notice by hand")
    checks.equal(notice["resource"]["out_trade_no"], "MERGED-01", "a merged member")
    checks.is_true(len(notice["resource"]) > 3, "an example around it")
    api.post("notices", {**body, "event_type": "REFUND.SUCCESS", "original_type": "refund", "resource": {"a": 1}})
    api.post("notices", {**body, "event_type": "COMPLAINT.CREATE", "fault": "FORGED"})
    checks.equal(len(receiver.wait("/hand", 3)), 3, "notices by hand")
    for wrong in ({"event_type": "NO.SUCH"}, {"url": "nowhere"}, {"mchid": "1999999999"}, {"fault": "TEA"}, {"colour": 1}):
        api.refused("POST", "notices", {**body, **wrong}, code=("BAD_REQUEST", "NOT_FOUND"))
    api.refused("POST", "notices", {**body, "resource": {}, "merge": {}})


def waits(api, checks, merchant, receiver):
    begin(api)
    paid(api, merchant, "WAITED-01", receiver.url("/waited"))
    found = api.post("notices/wait", {"ref": "WAITED-01", "timeout_ms": 5000})
    checks.equal([notice["state"] for notice in found["items"]], ["accepted"], "notices/wait")
    answer = api.call("POST", "notices/wait", {"ref": "WAITED-01", "count": 2, "timeout_ms": 50})
    checks.equal(answer.status, 408, "notices/wait for what does not come")
    merchant.order("WAITED-02", notify_url=receiver.url("/waited"))
    later = threading.Timer(0.2, lambda: api.call("POST", "orders/WAITED-02/pay", {}))
    later.start()
    found = api.post("notices/wait", {"ref": "WAITED-02", "state": "accepted", "timeout_ms": 20000})
    checks.equal(len(found["items"]), 1, "notices/wait for what comes")
    later.join()
    api.refused("POST", "notices/wait", {"colour": "red", "timeout_ms": 1})


def stream(api, checks, merchant, receiver):
    begin(api)
    events = Events(api.authority)
    checks.equal((events.status, events.kind.split(";")[0]), (200, "text/event-stream"), "GET events")
    merchant.order("EVENTS-01", notify_url=receiver.url("/events"))
    api.post("orders/EVENTS-01/pay?wait=notices", {})
    api.patch("settings", {"lang": "en"})
    seen = events.until(lambda event: event[1] == "settings")
    events.close()
    for number, kind, data in seen:
        checks.members(data, "seq:int kind:text id:any? what:text at:time", "an event")
        checks.equal((number, kind), (str(data["seq"]), data["kind"]), "id and event are seq and kind")
    kinds = {kind for _, kind, _ in seen}
    checks.is_true({"order", "call", "notice", "settings"} <= kinds, f"kinds: {kinds}")
    numbers = [int(number) for number, _, _ in seen]
    checks.equal(numbers, sorted(set(numbers)), "events are numbered upwards")
    events = Events(api.authority, last=numbers[0])
    again = events.until(lambda event: event[1] == "settings")
    events.close()
    checks.equal(again, seen[1:], "Last-Event-ID gives what came after it")
    events = Events(api.authority, last=numbers[-1])
    api.post("clock", {"mode": "wall"})
    checks.equal(events.until(lambda event: True)[0][1], "clock", "nothing old after the last one")
    events.close()


def run(api, checks, merchant, receiver, public_key):
    members(api, checks, merchant, receiver, public_key)
    lists(api, checks, merchant, receiver)
    again(api, checks, merchant, receiver)
    pauses(api, checks, merchant, receiver)
    by_hand(api, checks, receiver)
    waits(api, checks, merchant, receiver)
    stream(api, checks, merchant, receiver)
