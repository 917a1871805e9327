"""8.8: faults, set answers, bills."""

START = "2031-05-11T10:00:00+08:00"
QUERY = "/v3/pay/transactions/out-trade-no/{}?mchid=1900000001"


def begin(api):
    api.post("reset")
    api.post("clock", {"mode": "frozen", "now": START})


def faults(api, checks, merchant):
    begin(api)
    merchant.order("FAULT-001")
    rule = {"match": {"method": "GET", "path": "v3/pay/transactions/out-trade-no/*"}, "fault": "SYSTEM_ERROR", "times": 2, "skip": 1}
    made = api.post("faults", rule)
    checks.members(made, "id:text match:map fault:text times:int? skip:int rate:number fired:int", "a fault")
    checks.equal((made["times"], made["skip"], made["fired"]), (2, 1, 0), "a fault")
    statuses = [merchant.send("GET", QUERY.format("FAULT-001"))[0] for _ in range(4)]
    checks.equal(statuses, [200, 500, 500, 200], "the second and third query fail")
    checks.equal(api.one("faults")["fired"], 2, "how often it has fired")
    other = api.post("faults", {"match": {"path": "v3/*", "number": "FAULT-002"}, "fault": "RATE_LIMIT(2)", "times": None})
    checks.equal(other["times"], None, "a fault without an end")
    checks.equal(merchant.send("GET", QUERY.format("FAULT-001"))[0], 200, "a fault for another number")
    checks.equal(merchant.send("GET", QUERY.format("FAULT-002"))[0], 429, "a fault for this number")
    api.delete(f"faults/{made['id']}")
    checks.equal([fault["id"] for fault in api.items("faults")], [other["id"]], "faults after one was taken away")
    api.delete("faults")
    checks.equal(api.items("faults"), [], "faults after all were taken away")
    api.refused("DELETE", "faults/nobody", code="NOT_FOUND")
    for wrong in ({"fault": "TEA"}, {"match": {"colour": "red"}}, {"rate": 2.0}, {"times": -1}, {"colour": "red"}):
        api.refused("POST", "faults", {**rule, **wrong})
    api.refused("POST", "faults", {"match": {}})


def replies(api, checks, merchant):
    begin(api)
    path = "v3/merchant-service/complaints-v2"
    body = {"data": [], "limit": 10, "offset": 0, "total_count": 0}
    made = api.post("replies", {"method": "GET", "path": path, "status": 200, "body": body, "times": 1})
    checks.members(made, "id:text method:text path:text status:int body:any times:int?", "a set answer")
    checks.equal(len(api.items("replies")), 1, "set answers")
    target = f"/{path}?begin_date=2031-05-01&end_date=2031-05-02&limit=10&offset=0"
    checks.equal(merchant.send("GET", target), (200, body), "the answer that was set")
    api.post("replies", {"method": "GET", "path": path, "status": 403, "body": {"code": "NO_AUTH", "message": "no"}})
    checks.equal(merchant.send("GET", target)[0], 403, "another one")
    last = api.items("replies")[0]["id"]
    api.delete(f"replies/{last}")
    checks.is_true(last not in [reply["id"] for reply in api.items("replies")], "an answer that was taken away")
    for wrong in ({"method": "GET"}, {"method": "GET", "path": path, "status": 99, "body": {}}, {"colour": "red"}):
        api.refused("POST", "replies", wrong)
    api.refused("DELETE", "replies/nobody", code="NOT_FOUND")


def bills(api, checks, merchant):
    begin(api)
    merchant.order("BILLED-01")
    api.post("orders/BILLED-01/pay", {})
    row = {"商户订单号": "IMPORTED-1", "应结订单金额": "12.30", "交易状态": "SUCCESS"}
    api.post("bills", {"mchid": "1900000001", "kind": "trade", "date": "2031-05-11", "rows": [row]})
    for wrong in ({"kind": "tea"}, {"date": "yesterday"}, {"mchid": "1999999999"}, {"rows": [{"no column": "1"}]}):
        body = {"mchid": "1900000001", "kind": "trade", "date": "2031-05-11", "rows": [row], **wrong}
        api.refused("POST", "bills", body, code=("BAD_REQUEST", "NOT_FOUND"))
    api.post("clock/advance", {"by": "1d1h"})
    text = api.send("GET", "bills/1900000001/2031-05-11/trade.csv?bill_type=ALL").text
    checks.is_true("`BILLED-01" in text and "`IMPORTED-1" in text, f"the trade bill: {text[:400]}")
    flow = api.send("GET", "bills/1900000001/2031-05-11/fundflow.csv?account_type=BASIC")
    checks.equal(flow.status, 200, "the fund-flow bill")
    checks.is_true("资金流水总笔数" in flow.text, f"the fund-flow bill: {flow.text[:400]}")
    api.delete("bills?mchid=1900000001&kind=trade&date=2031-05-11")
    text = api.send("GET", "bills/1900000001/2031-05-11/trade.csv").text
    checks.is_true("`BILLED-01" in text and "`IMPORTED-1" not in text, "the bill without the imported row")
    api.refused("GET", "bills/1900000001/2031-05-11/tea.csv", code=("BAD_REQUEST", "NOT_FOUND"))
    api.refused("GET", "bills/1999999999/2031-05-11/trade.csv", code="NOT_FOUND")


def run(api, checks, merchant):
    faults(api, checks, merchant)
    replies(api, checks, merchant)
    bills(api, checks, merchant)
