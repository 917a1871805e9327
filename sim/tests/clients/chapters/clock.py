"""8.2: the clock."""

CLOCK = "mode:text now:time wall:time offset_s:number next:list"
START = "2031-03-01T10:00:00+08:00"


def modes(api, checks):
    api.post("reset")
    clock = api.get("clock")
    checks.members(clock, CLOCK, "clock")
    checks.equal((clock["mode"], clock["offset_s"]), ("wall", 0), "clock")
    clock = api.post("clock", {"mode": "frozen", "now": START})
    checks.members(clock, CLOCK, "POST clock")
    checks.equal((clock["mode"], clock["now"]), ("frozen", START), "a frozen clock")
    for body in ({"mode": "slow"}, {"mode": "frozen", "now": "tomorrow"}, {"now": 5}):
        api.refused("POST", "clock", body)
    error = api.refused("POST", "clock", {"mode": "frozen", "now": "2030-01-01T00:00:00+08:00"}, code="STATE")
    checks.is_true(error.get("message"), "a refusal has a message")
    checks.equal(api.get("clock")["now"], START, "a refused time changes nothing")


def spans(api, checks):
    for by, now in (
        (90, "2031-03-01T10:01:30+08:00"),
        ("1h30m", "2031-03-01T11:31:30+08:00"),
        ("1d", "2031-03-02T11:31:30+08:00"),
        ("15s", "2031-03-02T11:31:45+08:00"),
    ):
        clock = api.post("clock/advance", {"by": by})
        checks.members(clock, CLOCK + " events:list", "POST clock/advance")
        checks.equal(clock["now"], now, f"after an advance by {by!r}")
    clock = api.post("clock/advance", {"to": "2031-03-03T00:00:00+08:00", "wait": True})
    checks.equal(clock["now"], "2031-03-03T00:00:00+08:00", "after an advance to a time")
    api.refused("POST", "clock/advance", {"to": "2031-03-02T00:00:00+08:00"}, code="STATE")
    for body in ({}, {"by": 1, "to": "2031-03-04T00:00:00+08:00"}, {"by": "soon"}, {"by": -5}, {"by": 1.5}, {"to": "soon"}):
        api.refused("POST", "clock/advance", body)


def what_falls_due(api, checks, merchant):
    api.post("reset")
    api.post("clock", {"mode": "frozen", "now": START})
    api.refused("POST", "clock/next", {}, code="NOT_FOUND")
    merchant.order("CLOCK-0001")
    merchant.order("CLOCK-0002")
    upcoming = api.get("clock")["next"]
    checks.is_true(len(upcoming) >= 2, "two open orders are to be closed")
    for event in upcoming:
        checks.members(event, "at:time kind:text ref:text", "clock.next")
    api.post("orders/CLOCK-0002/pay", {})
    merchant.refund("CLOCK-0002", "CLOCK-R01", 40)
    clock = api.post("clock/next", {})
    checks.members(clock, CLOCK + " events:list", "POST clock/next")
    checks.equal(clock["now"], "2031-03-01T10:00:03+08:00", "the next event is the refund's end")
    checks.equal(len(clock["events"]), 1, "one event was handled")
    checks.members(clock["events"][0], "at:time kind:text ref:text what:text", "clock.events")
    checks.equal(api.get("refunds/CLOCK-R01")["status"], "SUCCESS", "the refund after its event")
    merchant.refund("CLOCK-0002", "CLOCK-R02", 10)
    closing = next(event["kind"] for event in upcoming if event["at"] == "2031-03-08T10:00:00+08:00")
    clock = api.post("clock/next", {"count": 1, "kind": closing})
    checks.equal(clock["now"], "2031-03-08T10:00:00+08:00", "the next event of a kind")
    checks.is_true(len(clock["events"]) >= 2, "all before it are handled")
    checks.equal(api.get("orders/CLOCK-0001")["state"], "CLOSED", "an order after seven days")
    api.refused("POST", "clock/next", {"kind": closing}, code="NOT_FOUND")
    api.refused("POST", "clock/next", {"count": 0})


def many_events(api, checks, merchant):
    api.post("reset")
    api.post("clock", {"mode": "frozen", "now": START})
    for number in range(25):
        merchant.order(f"MANY-{number:04}")
    checks.equal(len(api.get("clock")["next"]), 20, "clock.next has 20 at most")
    clock = api.post("clock/next", {"count": 3})
    checks.equal(len(clock["events"]), 3, "three next events")
    at_once = api.post("clock/advance", {"by": "8d", "wait": False})
    checks.members(at_once, CLOCK, "an advance that does not wait")
    api.post("clock/advance", {"by": 0})
    checks.equal(len(api.items("orders?state=CLOSED&limit=100")), 25, "all are closed after both")


def run(api, checks, merchant):
    modes(api, checks)
    spans(api, checks)
    what_falls_due(api, checks, merchant)
    many_events(api, checks, merchant)
