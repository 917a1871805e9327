"""8.4: orders, what a payer does, and the front end's invocation."""

from tools.merchant import Merchant

ORDER = (
    "id:text kind:text version:text mchid:text sub_mchid:text? appid:text trade_type:text out_trade_no:text "
    "transaction_id:text? state:text total:int payer_total:int? currency:text description:text attach:text? notify_url:text? "
    "created_at:time expires_at:time? paid_at:time? closed_at:time? closed_by:text? payer:map? credential:map? "
    "profit_sharing:map? refunded:int attempts:list refs:map"
)
REFS = "refunds:list sharings:list notices:list calls:list"
START = "2031-04-01T10:00:00+08:00"


def begin(api):
    api.post("reset")
    api.post("clock", {"mode": "frozen", "now": START})


def members(api, checks, merchant):
    begin(api)
    merchant.order("ORDER-0001", attach="a note")
    order = api.get("orders/ORDER-0001")
    checks.members(order, ORDER, "order")
    checks.members(order["credential"], "kind:text value:text expires_at:time pay_url:text", "order.credential")
    checks.members(order["refs"], REFS, "order.refs")
    checks.members(order["profit_sharing"], "frozen:any shared:int unsplit:int ended:bool", "order.profit_sharing")
    found = (order["kind"], order["version"], order["trade_type"], order["state"], order["total"], order["created_at"])
    checks.equal(found, ("order", "v3", "NATIVE", "NOTPAY", 100, START), "order")
    checks.equal((order["expires_at"], order["attach"]), ("2031-04-08T10:00:00+08:00", "a note"), "order")
    checks.equal(len(order["refs"]["calls"]), 1, "the call that made the order")
    paid = api.post("orders/ORDER-0001/pay", {"payer": "bob", "bank_type": "ICBC_DEBIT"})
    checks.members(paid, ORDER, "a paid order")
    checks.members(paid["payer"], "name:text openid:text", "order.payer")
    checks.equal((paid["state"], paid["paid_at"], paid["payer"]["name"]), ("SUCCESS", START, "bob"), "a paid order")
    for ref in (paid["id"], paid["transaction_id"], "ORDER-0001", "ORDER-0001?mchid=1900000001"):
        checks.equal(api.get(f"orders/{ref}"), paid, f"the order by {ref}")
    status, answer = merchant.send("GET", "/v3/pay/transactions/out-trade-no/ORDER-0001?mchid=1900000001")
    checks.equal((status, answer["bank_type"], answer["amount"]["payer_total"]), (200, "ICBC_DEBIT", 100), "the query")


def filters(api, checks, merchant):
    begin(api)
    bob = api.get("payers")["items"]
    openid = next(payer for payer in bob if payer["name"] == "alice")["openids"]["wx0000000000000001"]
    for number in range(1, 6):
        merchant.order(f"LIST-{number:04}")
        api.post("clock/advance", {"by": 60})
    merchant.order("LIST-0006", kind="jsapi", payer={"openid": openid})
    Merchant.of(api, "1900000002").order("LIST-0007")
    api.post("orders/LIST-0002/pay", {})
    numbers = lambda query: [order["out_trade_no"][-1] for order in api.items(f"orders{query}")]
    for query, expected in (
        ("", "7654321"),
        ("?limit=2", "76"),
        ("?mchid=1900000002", "7"),
        ("?state=SUCCESS", "2"),
        ("?trade_type=JSAPI", "6"),
        ("?out_trade_no=LIST-0003", "3"),
        ("?since=2031-04-01T10:03:00%2B08:00", "7654"),
        ("?state=NOTPAY&mchid=1900000001&limit=3", "654"),
    ):
        checks.equal("".join(numbers(query)), expected, f"orders{query}")
    checks.equal("".join(order["out_trade_no"][-1] for order in api.pages("orders", 3)), "7654321", "orders by three")
    checks.equal("".join(order["out_trade_no"][-1] for order in api.pages("orders?state=NOTPAY", 2)), "765431", "by two")
    for query in ("?since=yesterday", "?limit=0"):
        api.refused("GET", f"orders{query}")
    for number in range(53):
        merchant.order(f"FIFTY-{number:04}")
    page = api.get("orders")
    checks.equal((len(page["items"]), page["next"] is None), (50, False), "a page has 50 unless said otherwise")


def whose(api, checks, merchant):
    """One number of two merchants."""
    begin(api)
    merchant.order("TWICE-0001")
    Merchant.of(api, "1900000002").order("TWICE-0001")
    api.refused("GET", "orders/TWICE-0001", code="AMBIGUOUS")
    api.refused("POST", "orders/TWICE-0001/pay", {}, code="AMBIGUOUS")
    paid = api.post("orders/TWICE-0001/pay?mchid=1900000002", {})
    checks.equal((paid["mchid"], paid["state"]), ("1900000002", "SUCCESS"), "an order by number and merchant")
    checks.equal(api.get("orders/TWICE-0001?mchid=1900000001")["state"], "NOTPAY", "the other one")


def outcomes(api, checks, merchant):
    begin(api)
    merchant.order("TRIES-0001")
    for outcome in ("WRONG_PASSWORD", "NOT_ENOUGH", "CANCEL", "RISK"):
        order = api.post("orders/TRIES-0001/pay", {"payer": "alice", "outcome": outcome})
        checks.equal((order["state"], order["attempts"][-1]["outcome"]), ("NOTPAY", outcome), outcome)
    for attempt in order["attempts"]:
        checks.members(attempt, "at:time payer:text outcome:text", "order.attempts")
    checks.equal(len(order["attempts"]), 4, "attempts")
    api.refused("POST", "orders/TRIES-0001/pay", {"payer": "nobody"}, code=("NOT_FOUND", "BAD_REQUEST"))
    api.refused("POST", "orders/TRIES-0001/pay", {"outcome": "LUCK"})
    api.refused("POST", "orders/TRIES-0001/pay", {"coupon": {"amount": 10, "type": "GOLD"}})
    paid = api.post("orders/TRIES-0001/pay", {"coupon": {"amount": 10, "type": "CASH"}})
    checks.equal((paid["state"], paid["total"], paid["payer_total"]), ("SUCCESS", 100, 90), "paid with a coupon")
    error = api.refused("POST", "orders/TRIES-0001/pay", {}, code="STATE")
    checks.equal(error.get("state"), "SUCCESS", "the state that a refusal names")
    checks.equal(api.get("invariants")["ok"], True, "invariants")


def payers(api, checks, merchant):
    begin(api)
    bob = next(payer for payer in api.items("payers") if payer["name"] == "bob")
    merchant.order("PAYER-0001", kind="jsapi", payer={"openid": bob["openids"]["wx0000000000000001"]})
    api.refused("POST", "orders/PAYER-0001/pay", {"payer": "alice"}, code="PAYER_MISMATCH")
    checks.equal(api.post("orders/PAYER-0001/pay", {"payer": "bob"})["state"], "SUCCESS", "paid by whom it is for")
    merchant.order("PAYER-0002")
    api.post("orders/PAYER-0002/scan", {"payer": "alice"})
    api.refused("POST", "orders/PAYER-0002/pay", {"payer": "bob"}, code="PAYER_MISMATCH")
    api.refused("POST", "orders/PAYER-0002/scan", {"payer": "bob"}, code="PAYER_MISMATCH")
    checks.equal(api.post("orders/PAYER-0002/pay", {"payer": "alice"})["state"], "SUCCESS", "paid by who scanned it")
    merchant.order("PAYER-0003")
    api.post("clock/advance", {"by": "2h1m"})
    api.refused("POST", "orders/PAYER-0003/pay", {}, code="EXPIRED")
    merchant.order("PAYER-0003")
    checks.equal(api.post("orders/PAYER-0003/pay", {})["state"], "SUCCESS", "paid by a new code")


def ends(api, checks, merchant):
    begin(api)
    merchant.order("ENDS-0001")
    closed = api.post("orders/ENDS-0001/close", {"by": "wechat"})
    checks.members(closed, ORDER, "a closed order")
    checks.equal((closed["state"], closed["closed_at"], closed["closed_by"]), ("CLOSED", START, "wechat"), "a closed order")
    error = api.refused("POST", "orders/ENDS-0001/pay", {}, code="STATE")
    checks.equal(error.get("state"), "CLOSED", "the state that a refusal names")
    merchant.order("ENDS-0002")
    expired = api.post("orders/ENDS-0002/expire", {})
    checks.equal((expired["expires_at"], api.get("clock")["now"]), (START, START), "expired without the clock")
    api.refused("POST", "orders/ENDS-0002/pay", {}, code="EXPIRED")
    merchant.order("ENDS-0003")
    api.post("orders/ENDS-0003/pay", {})
    for action in ("close", "expire"):
        api.refused("POST", f"orders/ENDS-0003/{action}", {}, code="STATE")
    api.refused("POST", "orders/ENDS-0003/close", {"by": "the moon"})


def invocations(api, checks, merchant):
    begin(api)
    appid = "wx0000000000000001"
    alice = next(payer for payer in api.items("payers") if payer["name"] == "alice")
    prepay_id = merchant.order("INVOKE-001", kind="jsapi", payer={"openid": alice["openids"][appid]})["prepay_id"]
    good = merchant.invocation(appid, prepay_id)
    answer = api.post("invoke", {"kind": "jsapi", "params": good})
    checks.members(answer, "ok:bool order:any pay_url:text", "invoke")
    checks.equal(answer["ok"], True, "invoke")
    late = {**good, "timeStamp": str(int(good["timeStamp"]) - 400)}
    for what, params in (
        ("a wrong signature", {**good, "nonceStr": "other"}),
        ("a time of long ago", late),
        ("an unknown prepay_id", merchant.invocation(appid, "wx" + "0" * 34)),
        ("another appid", merchant.invocation("wx0000000000000002", prepay_id)),
    ):
        answer = api.post("invoke", {"kind": "jsapi", "params": params})
        checks.members(answer, "ok:bool error:text client_text:text differs:any??", f"invoke with {what}")
        checks.equal(answer["ok"], False, f"invoke with {what}")
    api.refused("POST", "invoke", {"kind": "fax", "params": good})
    api.refused("POST", "invoke", {"kind": "jsapi"})


def waits(api, checks, merchant, receiver):
    """`?wait=notices` gives the notices with their first attempt."""
    begin(api)
    merchant.order("WAIT-0001", notify_url=receiver.url("/waits"))
    paid = api.post("orders/WAIT-0001/pay?wait=notices", {})
    checks.members(paid, ORDER + " notices:list", "an order that was waited for")
    checks.equal(len(paid["notices"]), 1, "its notices")
    notice = paid["notices"][0]
    checks.equal((notice["state"], len(notice["attempts"]), notice["ref"] in paid.values()), ("accepted", 1, True), "notice")
    checks.equal(len(receiver.at("/waits")), 1, "what the receiver has heard when the answer is there")
    merchant.order("WAIT-0002", notify_url=receiver.url("/waits"))
    failed = api.post("orders/WAIT-0002/pay?wait=notices", {"outcome": "CANCEL"})
    checks.equal(failed["notices"], [], "no notice for a payment that was cancelled")
    api.refused("POST", "orders/WAIT-0002/pay?wait=forever", {})


def run(api, checks, merchant, receiver):
    members(api, checks, merchant)
    filters(api, checks, merchant)
    whose(api, checks, merchant)
    outcomes(api, checks, merchant)
    payers(api, checks, merchant)
    ends(api, checks, merchant)
    invocations(api, checks, merchant)
    waits(api, checks, merchant, receiver)
