"""8.9: the journal of calls."""

import threading
from urllib.parse import quote

CALL = (
    "id:text at:time listener:text host:text method:text target:text path_template:text? mchid:text? serial:text? headers:any "
    "body:text? plain:any? message:text? verdict:text refused:map? warnings:list fault:any? answer:map ms:number refs:any"
)
REFUSED = "step:any code:text why:text? differs:map?? hint:text? doc:text?"
QUERY = "/v3/pay/transactions/out-trade-no/{}?mchid=1900000001"


def members(api, checks, merchant):
    api.post("reset")
    api.delete("calls")
    checks.equal(api.items("calls"), [], "calls after they were taken away")
    merchant.order("CALL-0001")
    call = api.get(f"calls/{api.one('calls')['id']}")
    checks.members(call, CALL, "call")
    checks.members(call["answer"], "status:int headers:any body:any", "call.answer")
    found = (call["method"], call["target"], call["verdict"], call["mchid"], call["answer"]["status"])
    checks.equal(found, ("POST", "/v3/pay/transactions/native", "accepted", "1900000001", 200), "call")
    checks.equal((call["serial"], call["refused"]), (merchant.serial, None), "call")
    checks.is_true(call["message"].startswith("POST\n/v3/pay/transactions/native\n"), "the string to sign")
    checks.is_true(call["body"] in call["message"], "the body is in it")
    for warning in call["warnings"]:
        checks.members(warning, "id:text text:text", "call.warnings")
    api.refused("GET", "calls/nobody", code="NOT_FOUND")


def refusals(api, checks, merchant):
    api.delete("calls")
    status, _ = merchant.send("GET", QUERY.format("CALL-0001"), spoil="\n")
    checks.equal(status, 401, "a wrong signature")
    call = api.get(f"calls/{api.one('calls')['id']}")
    checks.members(call["refused"], REFUSED, "call.refused")
    found = (call["verdict"], call["refused"]["code"], call["refused"]["why"])
    checks.equal(found, ("refused", "SIGN_ERROR", "newline_doubled"), "a doubled newline")
    merchant.send("GET", "/v3/no/such/path")
    checks.equal(api.items("calls")[0]["verdict"], "unknown_path", "a path that there is not")
    api.post("faults", {"match": {"path": "v3/*"}, "fault": "SYSTEM_ERROR", "times": 1})
    merchant.send("GET", QUERY.format("CALL-0001"))
    last = api.items("calls")[0]
    checks.equal(last["verdict"], "faulted", "a call with a fault")
    checks.is_true("SYSTEM_ERROR" in str(last["fault"]), f"its fault: {last['fault']}")


def filters(api, checks, merchant):
    api.post("reset")
    api.delete("calls")
    for number in range(4):
        merchant.order(f"CALLS-{number:03}")
    merchant.send("GET", QUERY.format("NOBODY-01"))
    merchant.send("GET", QUERY.format("CALLS-001"), spoil="x")
    middle = api.items("calls")[2]["at"]
    for query, count in (
        ("", 6),
        ("?mchid=1900000001", 6),
        ("?mchid=1900000002", 0),
        ("?path=v3/pay/transactions/native", 4),
        ("?path=" + quote("v3/pay/transactions/out-trade-no/{out_trade_no}"), 2),
        ("?status=404", 1),
        ("?verdict=refused", 2),
        ("?ref=CALLS-002", 1),
        ("?limit=4", 4),
    ):
        checks.equal(len(api.items(f"calls{query}")), count, f"calls{query}")
    checks.is_true(len(api.items(f"calls?since={quote(middle)}")) >= 3, "calls since a time")
    checks.equal(len(api.pages("calls", 2)), 6, "calls, two a page")
    api.refused("GET", "calls?colour=red")
    api.refused("GET", "calls?status=soon")


def exports(api, checks, merchant):
    call = api.items("calls?status=404")[0]["id"]
    for form, word in (("rust", "out-trade-no"), ("curl", "curl"), ("json", "out-trade-no")):
        answer = api.send("GET", f"calls/{call}/export?format={form}")
        checks.equal(answer.status, 200, f"export as {form}")
        checks.is_true(word in answer.text, f"export as {form}: {answer.text[:200]}")
    api.refused("GET", f"calls/{call}/export?format=cobol")


def waits(api, checks, merchant):
    api.delete("calls")
    answer = api.call("POST", "calls/wait", {"ref": "LATER-001", "timeout_ms": 50})
    checks.equal(answer.status, 408, "calls/wait for what does not come")
    later = threading.Timer(0.2, lambda: merchant.order("LATER-001"))
    later.start()
    found = api.post("calls/wait", {"ref": "LATER-001", "count": 1, "timeout_ms": 20000})
    checks.equal(len(found["items"]), 1, "calls/wait for what comes")
    later.join()


def strangers(api, checks):
    """Nothing is kept of a merchant that nobody knows: it may be a real one."""
    api.delete("calls")
    authorization = (
        'WECHATPAY2-SHA256-RSA2048 mchid="1999999999",nonce_str="a",timestamp="1",serial_no="77",signature="c2VjcmV0"'
    )
    headers = {"Authorization": authorization, "Accept": "application/json", "User-Agent": "x", "Content-Type": "application/json"}
    answer = api.outside("POST", "/v3/refund/domestic/refunds", b'{"out_refund_no": "private"}', headers)
    checks.equal(answer.status, 401, "an unknown merchant")
    text = api.send("GET", f"calls/{api.items('calls')[0]['id']}").text
    checks.is_true("c2VjcmV0" not in text and "private" not in text, "body and signature of an unknown merchant are kept")


def run(api, checks, merchant):
    members(api, checks, merchant)
    refusals(api, checks, merchant)
    filters(api, checks, merchant)
    exports(api, checks, merchant)
    waits(api, checks, merchant)
    strangers(api, checks)
