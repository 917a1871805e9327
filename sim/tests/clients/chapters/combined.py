"""8.4, combined orders: `kind` is `combined`, and `sub_orders` holds the orders that are paid together."""

from chapters.orders import ORDER, REFS, begin

SUBS = (("1900000001", "COMB-0001-1", 100), ("1900000002", "COMB-0001-2", 200))
PATH = "/v3/combine-transactions"


def place(merchant, number="COMB-0001", subs=SUBS):
    body = {
        "combine_appid": "wx0000000000000001",
        "combine_mchid": merchant.mchid,
        "combine_out_trade_no": number,
        "notify_url": "http://127.0.0.1:9/never",
        "sub_orders": [
            {
                "mchid": mchid,
                "out_trade_no": own,
                "attach": "a note",
                "description": "a book",
                "amount": {"total_amount": total, "currency": "CNY"},
            }
            for mchid, own, total in subs
        ],
    }
    return merchant.send("POST", f"{PATH}/native", body)


def members(api, checks, merchant):
    begin(api)
    status, answer = place(merchant)
    checks.equal((status, list(answer)), (200, ["code_url"]), "a combined order is placed")
    order = api.get("orders/COMB-0001")
    checks.members(order, ORDER + " sub_orders:list", "combined order")
    checks.members(order["refs"], REFS, "order.refs")
    found = (order["kind"], order["version"], order["trade_type"], order["state"], order["total"])
    checks.equal(found, ("combined", "v3", "NATIVE", "NOTPAY", 300), "combined order")
    for sub, (mchid, number, total) in zip(order["sub_orders"], SUBS):
        checks.members(sub, ORDER, "sub-order")
        checks.equal((sub["kind"], sub["mchid"], sub["out_trade_no"], sub["total"]), ("order", mchid, number, total), "sub-order")
        checks.equal(api.get(f"orders/{sub['id']}"), sub, "a sub-order by its id")
    checks.equal(api.one("orders"), order, "the list has it once")
    checks.equal(api.one("orders?out_trade_no=COMB-0001-2"), order, "found by a sub-order's number")
    api.refused("POST", "orders/COMB-0001-1/pay", {}, code="STATE")
    paid = api.post("orders/COMB-0001/pay", {"payer": "bob", "coupon": {"amount": 30, "type": "CASH"}})
    checks.equal((paid["state"], paid["payer_total"], paid["payer"]["name"]), ("SUCCESS", 270, "bob"), "the paid order")
    states = [(sub["state"], sub["payer_total"]) for sub in paid["sub_orders"]]
    checks.equal(states, [("SUCCESS", 90), ("SUCCESS", 180)], "its sub-orders")
    api.refused("POST", "orders/COMB-0001/refund", {"refund": 1}, code="STATE")
    refund = api.post(f"orders/{paid['sub_orders'][1]['transaction_id']}/refund", {"refund": 50})
    order = api.get("orders/COMB-0001")
    checks.equal((order["refunded"], order["refs"]["refunds"]), (50, [refund["id"]]), "what of it was refunded")
    checks.equal(api.get("invariants")["ok"], True, "invariants")


def ends(api, checks, merchant):
    begin(api)
    place(merchant)
    api.post("orders/COMB-0001/scan", {"payer": "alice"})
    api.refused("POST", "orders/COMB-0001/pay", {"payer": "bob"}, code="PAYER_MISMATCH")
    api.post("orders/COMB-0001/expire", {})
    api.refused("POST", "orders/COMB-0001/pay", {"payer": "alice"}, code="EXPIRED")
    closed = api.post("orders/COMB-0001/close", {"by": "wechat"})
    states = [order["state"] for order in [closed, *closed["sub_orders"]]]
    checks.equal(states, ["CLOSED"] * 3, "closed with its sub-orders")
    status, answer = merchant.send("GET", f"{PATH}/out-trade-no/COMB-0001")
    checks.equal((status, answer["sub_orders"][0]["trade_state"]), (200, "CLOSED"), "the query")


def run(api, checks, merchant):
    members(api, checks, merchant)
    ends(api, checks, merchant)
