"""8.5, its third part: receivers, shares of an order's money, and returns."""

import json

from chapters.refunds import START
from tools.merchant import sealed

SHARING = "id:text mchid:text order:text order_id:text out_order_no:text state:text receivers:list"
RECEIVER = "type:text account:text amount:int result:text fail_reason:text? detail_id:text done_at:time?"
PATH = "/v3/profitsharing"
APPID = "wx0000000000000001"
OTHER = "1900000002"


class Sharer:
    """A merchant who shares: its receivers' names are encrypted."""

    def __init__(self, api, checks, merchant, public_key):
        self.api, self.checks, self.merchant, self.public_key = api, checks, merchant, public_key

    def begin(self, number):
        """A paid order of 100 yuan that may be shared, a minute ago; a receiver."""
        self.api.post("reset")
        self.api.post("clock", {"mode": "frozen", "now": START})
        self.api.patch("settings", {"auto": {"sharing": None, "return": None}})
        amount, sharing = {"total": 10_000, "currency": "CNY"}, {"profit_sharing": True}
        self.merchant.order(number, amount=amount, settle_info=sharing)
        self.transaction = self.api.post(f"orders/{number}/pay", {})["transaction_id"]
        self.api.post("clock/advance", {"by": 60})
        status, answer = self.add()
        self.checks.equal((status, answer["account"]), (200, OTHER), "a receiver is added")

    def add(self):
        body = {"appid": APPID, "type": "MERCHANT_ID", "account": OTHER, "relation_type": "PARTNER"}
        body["name"] = sealed(self.public_key, "a shop")
        serial = {"Wechatpay-Serial": self.api.get("platform")["public_key_id"]}
        return self.merchant.send("POST", f"{PATH}/receivers/add", body, serial)

    def share(self, number, fen, unfreeze=False):
        to = {"type": "MERCHANT_ID", "account": OTHER, "amount": fen, "description": "a share"}
        body = {"transaction_id": self.transaction, "out_order_no": number, "receivers": [to], "unfreeze_unsplit": unfreeze}
        return self.merchant.send("POST", f"{PATH}/orders", {"appid": APPID, **body})

    def give_back(self, share, number, fen):
        body = {"out_order_no": share, "out_return_no": number, "return_mchid": OTHER, "amount": fen, "description": "back"}
        return self.merchant.send("POST", f"{PATH}/return-orders", body)

    def has(self, mchid=OTHER):
        return self.api.get(f"merchants/{mchid}")["accounts"]["BASIC"]


def shares(api, checks, sharer, receiver):
    sharer.begin("SHARE-0001")
    listed = api.items("receivers?mchid=1900000001")
    checks.equal([one["account"] for one in listed], [OTHER], "the list of receivers")
    api.patch(f"merchants/{OTHER}", {"sharing_notify_url": receiver.url("/shares")})
    status, answer = sharer.share("S-0001", 2000)
    checks.equal((status, answer["state"]), (200, "PROCESSING"), "an order is shared")
    share = api.get("sharings/S-0001")
    checks.members(share, SHARING, "sharing")
    checks.equal((share["state"], share["mchid"], len(share["receivers"])), ("PROCESSING", "1900000001", 1), "sharing")
    one = share["receivers"][0]
    checks.members(one, RECEIVER, "sharing.receivers")
    found = (one["type"], one["account"], one["amount"], one["result"], one["done_at"])
    checks.equal(found, ("MERCHANT_ID", OTHER, 2000, "PENDING", None), "sharing.receivers")
    for ref in (share["id"], share["order_id"], "S-0001?mchid=1900000001"):
        checks.equal(api.get(f"sharings/{ref}"), share, f"the share by {ref}")
    api.refused("POST", "sharings/S-0001/result", {"result": "MAYBE"})
    api.refused("POST", "sharings/S-0001/result", {"account": "1900000099", "result": "SUCCESS"}, code=("NOT_FOUND", "BAD_REQUEST", "STATE"))
    done = api.post("sharings/S-0001/result?wait=notices", {"account": OTHER, "result": "SUCCESS"})
    checks.members(done, SHARING + " notices:list", "a share that has come")
    checks.equal((done["state"], done["receivers"][0]["result"]), ("FINISHED", "SUCCESS"), "a share that has come")
    checks.equal([notice["original_type"] for notice in done["notices"]], ["profitsharing"], "its notice")
    heard = receiver.wait("/shares", 1)
    checks.equal(json.loads(heard[0][1])["resource"]["original_type"], "profitsharing", "what the receiver heard")
    checks.equal(sharer.has()["available"], 2000, "what the receiver has")
    order = api.get("orders/SHARE-0001")
    checks.equal((order["profit_sharing"]["shared"], order["profit_sharing"]["ended"]), (2000, False), "the order")
    checks.equal(order["refs"]["sharings"], [share["id"]], "the order's shares")
    error = api.refused("POST", "sharings/S-0001/result", {"result": "CLOSED"}, code="STATE")
    checks.equal(error.get("state"), "FINISHED", "the state that a refusal names")


def returns(api, checks, sharer):
    """After `shares`: some of it goes back."""
    status, answer = sharer.give_back("S-0001", "B-0001", 500)
    checks.equal((status, answer["result"]), (200, "PROCESSING"), "a return, as settings.auto leaves it")
    back = api.get("returns/B-0001")
    checks.equal((back["out_return_no"], back["result"], back["amount"]), ("B-0001", "PROCESSING", 500), "return")
    checks.equal(api.one("returns"), back, "the list of returns")
    for ref in (back["id"], "B-0001?mchid=1900000001"):
        checks.equal(api.get(f"returns/{ref}"), back, f"the return by {ref}")
    before = sharer.has("1900000001")["available"]
    checks.equal(api.post("returns/B-0001/result", {"result": "SUCCESS"})["result"], "SUCCESS", "a return that has come")
    checks.equal(sharer.has("1900000001")["available"] - before, 500, "what came back")
    checks.equal(sharer.has()["available"], 1500, "what the receiver has left")
    api.refused("POST", "returns/B-0001/result", {"result": "FAILED"}, code="STATE")
    sharer.give_back("S-0001", "B-0002", 100)
    back = api.post("returns/B-0002/result", {"result": "FAILED", "fail_reason": "ACCOUNT_ABNORMAL"})
    checks.equal((back["result"], back["fail_reason"]), ("FAILED", "ACCOUNT_ABNORMAL"), "a return that failed")
    checks.equal(sharer.has()["available"], 1500, "what the receiver still has")
    api.refused("GET", "returns/B-9999", code="NOT_FOUND")
    checks.equal(api.get("invariants")["ok"], True, "invariants")


def ends(api, checks, sharer):
    sharer.begin("SHARE-0002")
    sharer.share("S-0002", 1000)
    closed = api.post("sharings/S-0002/result", {"result": "CLOSED", "fail_reason": "ACCOUNT_ABNORMAL"})
    one = closed["receivers"][0]
    checks.equal((closed["state"], one["result"], one["fail_reason"]), ("FINISHED", "CLOSED", "ACCOUNT_ABNORMAL"), "a share that failed")
    status, answer = sharer.share("S-0003", 3001)
    checks.equal((status, answer["code"]), (400, "INVALID_REQUEST"), "more than the ratio")
    sharer.share("S-0004", 1000, unfreeze=True)
    api.post("sharings/S-0004/result", {"result": "SUCCESS"})
    state = api.get("orders/SHARE-0002")["profit_sharing"]
    checks.equal((state["shared"], state["unsplit"], state["ended"]), (1000, 0, True), "the rest is released")
    numbers = [share["out_order_no"] for share in api.pages("sharings", 1)]
    checks.equal(numbers, ["S-0004", "S-0002"], "shares, one a page; what was refused is none")
    api.refused("GET", "sharings/S-9999", code="NOT_FOUND")
    checks.equal(api.get("invariants")["ok"], True, "invariants")


def run(api, checks, merchant, receiver, public_key):
    sharer = Sharer(api, checks, merchant, public_key)
    shares(api, checks, sharer, receiver)
    returns(api, checks, sharer)
    ends(api, checks, sharer)
