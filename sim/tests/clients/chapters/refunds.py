"""8.5, its first part: refunds."""

REFUND = (
    "id:text mchid:text refund_id:text out_refund_no:text order:text status:text refund:int payer_refund:int fee_back:int "
    "from:text? created_at:time done_at:time? channel:text? notify_url:text? source:text"
)
START = "2031-04-11T10:00:00+08:00"


def begin(api, merchant, number, total=100):
    api.post("reset")
    api.post("clock", {"mode": "frozen", "now": START})
    api.patch("settings", {"auto": {"refund": None}})
    merchant.order(number, amount={"total": total, "currency": "CNY"})
    api.post(f"orders/{number}/pay", {})


def results(api, checks, merchant):
    begin(api, merchant, "REFUND-001", 10000)
    for number, status in enumerate(("SUCCESS", "CLOSED", "ABNORMAL"), 1):
        merchant.refund("REFUND-001", f"R-{number}", 1000, 10000)
        refund = api.get(f"refunds/R-{number}")
        checks.members(refund, REFUND, "refund")
        checks.equal((refund["status"], refund["refund"], refund["source"]), ("PROCESSING", 1000, "API"), "refund")
        checks.equal((refund["created_at"], refund["done_at"]), (START, None), "refund")
        ended = api.post(f"refunds/R-{number}/result", {"status": status})
        checks.members(ended, REFUND, f"a refund that is {status}")
        checks.equal(ended["status"], status, "the result")
        for ref in (refund["id"], refund["refund_id"], f"R-{number}?mchid=1900000001"):
            checks.equal(api.get(f"refunds/{ref}"), ended, f"the refund by {ref}")
    checks.equal(api.get("refunds/R-1")["done_at"], START, "when it was done")
    checks.equal(api.get("refunds/R-1")["fee_back"], 6, "the fee that came back of 10.00 yuan at 0.60 %")
    error = api.refused("POST", "refunds/R-1/result", {"status": "CLOSED"}, code="STATE")
    checks.equal(error.get("state"), "SUCCESS", "the state that a refusal names")
    api.refused("POST", "refunds/R-3/result", {"status": "MAYBE"})
    api.refused("POST", "refunds/R-3/result", {})
    api.refused("POST", "refunds/R-9/result", {"status": "SUCCESS"}, code="NOT_FOUND")
    order = api.get("orders/REFUND-001")
    checks.equal((order["state"], len(order["refs"]["refunds"])), ("REFUND", 3), "the order with its refunds")
    merchant.refund("REFUND-001", "R-4", 500, 10000)
    ended = api.post("refunds/R-4/result", {"status": "SUCCESS", "channel": "BALANCE", "user_received_account": "零钱"})
    checks.equal(ended["channel"], "BALANCE", "the channel that was said")
    checks.equal(api.get("invariants")["ok"], True, "invariants")


def lists(api, checks, merchant):
    begin(api, merchant, "REFUND-002")
    for number in range(5):
        merchant.refund("REFUND-002", f"L-{number}", 10)
    numbers = lambda items: [refund["out_refund_no"] for refund in items]
    newest_first = [f"L-{number}" for number in reversed(range(5))]
    checks.equal(numbers(api.items("refunds")), newest_first, "refunds")
    checks.equal(numbers(api.pages("refunds", 2)), newest_first, "refunds, two a page")
    api.refused("GET", "refunds/L-9", code="NOT_FOUND")


def by_hand(api, checks, merchant, receiver):
    """A refund by the merchant platform is told as APIv2 tells it, to the merchant's own address."""
    begin(api, merchant, "REFUND-003")
    api.patch("merchants/1900000001", {"refund_notify_url": receiver.url("/refunded")})
    answer = api.post("orders/REFUND-003/refund", {"refund": 30})
    ours = api.one("refunds")
    checks.equal((ours["source"], ours["refund"]), ("VENDOR_PLATFORM", 30), "a refund by the merchant platform")
    checks.is_true(isinstance(answer, dict), "its answer")
    api.post(f"refunds/{ours['id']}/result?wait=notices", {"status": "SUCCESS"})
    heard = receiver.wait("/refunded", 1)
    checks.equal(len(heard), 1, "notices of it")
    checks.is_true(heard and b"<req_info>" in heard[0][1], "the notice is XML with req_info")
    api.refused("POST", "orders/REFUND-003/refund", {"refund": 71}, code="STATE")
    api.refused("POST", "orders/REFUND-003/refund", {"refund": "x"})
    merchant.order("REFUND-004")
    api.refused("POST", "orders/REFUND-004/refund", {"refund": 1}, code="STATE")


def by_itself(api, checks, merchant):
    begin(api, merchant, "REFUND-005")
    api.patch("settings", {"auto": {"refund": {"after_s": 5, "status": "ABNORMAL"}}})
    merchant.refund("REFUND-005", "A-1", 10)
    api.post("clock/advance", {"by": 4})
    checks.equal(api.get("refunds/A-1")["status"], "PROCESSING", "a second before its end")
    api.post("clock/advance", {"by": 1})
    checks.equal(api.get("refunds/A-1")["status"], "ABNORMAL", "as settings.auto says")


def run(api, checks, merchant, receiver):
    results(api, checks, merchant)
    lists(api, checks, merchant)
    by_hand(api, checks, merchant, receiver)
    by_itself(api, checks, merchant)
