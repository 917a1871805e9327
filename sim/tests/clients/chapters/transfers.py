"""8.5, its second part: transfers, from the request to the payer's wallet."""

import json

from chapters.refunds import START

TRANSFER = (
    "id:text mchid:text out_bill_no:text transfer_bill_no:text state:text amount:int openid:text payer:text? user_name:text? "
    "scene:text fail_reason:text? created_at:time confirm_until:time? package_info:text? confirm_url:text?"
)
PATH = "/v3/fund-app/mch-transfer/transfer-bills"
APPID = "wx0000000000000001"


def begin(api):
    api.post("reset")
    api.post("clock", {"mode": "frozen", "now": START})
    api.patch("settings", {"auto": {"transfer": None, "cancel": None}})


def openid(api, name):
    return next(payer for payer in api.items("payers") if payer["name"] == name)["openids"][APPID]


def ask(api, merchant, number, fen=1000, **members):
    body = {
        "appid": APPID,
        "out_bill_no": number,
        "transfer_scene_id": "1000",
        "openid": openid(api, "alice"),
        "transfer_amount": fen,
        "transfer_remark": "a prize",
        "transfer_scene_report_infos": [
            {"info_type": "活动名称", "info_content": "a game"},
            {"info_type": "奖励说明", "info_content": "the first prize"},
        ],
    }
    return merchant.send("POST", PATH, {**body, **members})


def operation(api):
    return api.get("merchants/1900000001")["accounts"]["OPERATION"]


def confirmed(api, checks, merchant, receiver):
    begin(api)
    status, answer = ask(api, merchant, "T0001", notify_url=receiver.url("/transfers"))
    checks.equal((status, answer["state"]), (200, "WAIT_USER_CONFIRM"), "a transfer is asked for")
    bill = api.get("transfers/T0001")
    checks.members(bill, TRANSFER, "transfer")
    found = (bill["state"], bill["amount"], bill["openid"], bill["scene"], bill["fail_reason"], bill["created_at"])
    checks.equal(found, ("WAIT_USER_CONFIRM", 1000, openid(api, "alice"), "1000", None, START), "transfer")
    checks.equal(bill["package_info"], answer["package_info"], "what the client is to show")
    checks.equal(bill["confirm_until"], "2031-04-12T10:00:00+08:00", "24 hours to confirm it")
    checks.equal(operation(api)["frozen"], 1000, "the money is locked")
    for ref in (bill["id"], bill["transfer_bill_no"], "T0001?mchid=1900000001"):
        checks.equal(api.get(f"transfers/{ref}"), bill, f"the transfer by {ref}")
    checks.equal(api.one("transfers"), bill, "the list of transfers")
    answer = api.post("invoke", {"kind": "transfer", "params": {"mchId": merchant.mchid, "appId": APPID, "package": bill["package_info"]}})
    checks.members(answer, "ok:bool transfer:any pay_url:text", "invoke of a transfer")
    api.refused("POST", "transfers/T0001/result", {"state": "SUCCESS"}, code="STATE")
    api.refused("POST", "transfers/T0001/confirm", {"payer": "bob"}, code="PAYER_MISMATCH")
    checks.equal(api.post("transfers/T0001/decline", {})["state"], "WAIT_USER_CONFIRM", "the payer leaves the page")
    before = next(payer for payer in api.items("payers") if payer["name"] == "alice")["balance"]
    checks.equal(api.post("transfers/T0001/confirm", {"payer": "alice"})["state"], "TRANSFERING", "the payer confirms")
    done = api.post("transfers/T0001/result?wait=notices", {"state": "SUCCESS"})
    checks.members(done, TRANSFER + " notices:list", "a transfer that has come")
    checks.equal([notice["event_type"] for notice in done["notices"]], ["MCHTRANSFER.BILL.FINISHED"], "its notice")
    heard = receiver.wait("/transfers", 1)
    checks.equal(json.loads(heard[0][1])["resource"]["original_type"], "mch_payment", "what the shop heard")
    after = next(payer for payer in api.items("payers") if payer["name"] == "alice")["balance"]
    checks.equal((done["state"], after - before, operation(api)["frozen"]), ("SUCCESS", 1000, 0), "where the money is")
    error = api.refused("POST", "transfers/T0001/confirm", {}, code="STATE")
    checks.equal(error.get("state"), "SUCCESS", "the state that a refusal names")


def failed(api, checks, merchant):
    begin(api)
    ask(api, merchant, "T0002")
    api.post("transfers/T0002/confirm", {})
    bill = api.post("transfers/T0002/result", {"state": "FAIL", "fail_reason": "ACCOUNT_FROZEN"})
    checks.equal((bill["state"], bill["fail_reason"]), ("FAIL", "ACCOUNT_FROZEN"), "a transfer that failed")
    ask(api, merchant, "T0003")
    api.post("clock/advance", {"by": "24h"})
    bill = api.get("transfers/T0003")
    checks.equal((bill["state"], bill["fail_reason"]), ("FAIL", "OVERDUE_CLOSE"), "a transfer that nobody confirmed")
    ask(api, merchant, "T0004")
    status, answer = merchant.send("POST", f"{PATH}/out-bill-no/T0004/cancel")
    checks.equal((status, answer["state"]), (200, "CANCELING"), "it is cancelled")
    bill = api.post("transfers/T0004/cancelled", {})
    checks.equal((bill["state"], bill["fail_reason"]), ("CANCELLED", "MCH_CANCEL"), "a transfer that was cancelled")
    checks.equal(operation(api), {"available": 10_000_000, "frozen": 0}, "all of the money is back")
    api.refused("POST", "transfers/T0004/cancelled", {}, code="STATE")
    api.refused("POST", "transfers/T0004/result", {"state": "MAYBE"})
    api.refused("GET", "transfers/T9999", code="NOT_FOUND")
    numbers = [bill["out_bill_no"] for bill in api.pages("transfers", 2)]
    checks.equal(numbers, ["T0004", "T0003", "T0002"], "transfers, two a page")
    checks.equal(api.get("invariants")["ok"], True, "invariants")


def short(api, checks, merchant):
    """Without money it waits for some, and for the same request again."""
    begin(api)
    api.post("merchants/1900000001/balance", {"account": "OPERATION", "amount": -10_000_000})
    checks.equal(ask(api, merchant, "T0005")[1]["state"], "PROCESSING", "a transfer without money")
    checks.equal(api.get("transfers/T0005")["package_info"], None, "nothing to confirm yet")
    api.refused("POST", "transfers/T0005/confirm", {}, code="STATE")
    api.post("merchants/1900000001/balance", {"account": "OPERATION", "amount": 1000})
    checks.equal(ask(api, merchant, "T0005")[1]["state"], "WAIT_USER_CONFIRM", "the same again, with money")


def by_itself(api, checks, merchant):
    begin(api)
    api.patch("settings", {"auto": {"transfer": {"after_s": 5, "state": "SUCCESS"}}})
    ask(api, merchant, "T0006")
    api.post("transfers/T0006/confirm", {})
    api.post("clock/advance", {"by": 4})
    checks.equal(api.get("transfers/T0006")["state"], "TRANSFERING", "a second before its end")
    api.post("clock/advance", {"by": 1})
    checks.equal(api.get("transfers/T0006")["state"], "SUCCESS", "as settings.auto says")


def run(api, checks, merchant, receiver):
    confirmed(api, checks, merchant, receiver)
    failed(api, checks, merchant)
    short(api, checks, merchant)
    by_itself(api, checks, merchant)
