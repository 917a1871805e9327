"""8.3: merchants, their keys and money, the platform's keys, payers."""

from tools.merchant import Merchant, private_numbers, public_numbers

MERCHANT = (
    "mchid:text kind:text parent:text? subs:list appids:list products:list? key_mode:text grey_share:number serials:list "
    "serial:text? public_key_id:text? fee_bp:int share_ratio_bp:int transfer_scenes:list has_api_v3_key:bool "
    "refund_notify_url:text? sharing_notify_url:text? complaint_notify_url:text? allow_return:bool status:text accounts:map "
    "env:any?"
)
SECRETS = "private_key:text certificate:text api_v3_key:text secret:text"
# Made for this test, and used nowhere: its public half, and a certificate of it whose issuer calls itself Tenpay.
OWN_PUBLIC_KEY = """-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAmYOMZbV18OY9+lU2Tgtc
aABezVVz0k9r/GrFaN+qFKsWUyDQgRZmnAiE91+Sqg8a4FZoLVuaBhwlgxZ30mcs
bgvrx7EXMeAPAgspHdXosq3/djsqAz/dWF5bpbYQUcUKlPtbZYJti6xxS4oG8FNP
fr04/zoQ+anE9ypVuWHPcspF4TsGguxqd8J97UMD0mzc5WO6suoUtXcemNilTAlw
AURfVTtt69nujtP5mB5esURXgRhVl/CgBr4GCAinTXTX8F7GdFkqxftoUH87Nh1L
6yY60mBYJiYx20PHK0J0MByiPPr7qtj9+/V4huPMKUXpyqsyiJcrXvZ2ZZ058S7l
PQIDAQAB
-----END PUBLIC KEY-----
"""
TENPAY = """-----BEGIN CERTIFICATE-----
MIIDDTCCAfUCFFFX8J79wJbeFevoGkcFenIy8bjhMA0GCSqGSIb3DQEBCwUAMF4x
CzAJBgNVBAYTAkNOMRMwEQYDVQQKDApUZW5wYXkuY29tMR0wGwYDVQQLDBRUZW5w
YXkuY29tIENBIENlbnRlcjEbMBkGA1UEAwwSVGVucGF5LmNvbSBSb290IENBMB4X
DTI2MTEyNzAyMTAzNloXDTM2MTEyNDAyMTAzNlowKDETMBEGA1UEAwwKMTkwMDAw
MDA1NTERMA8GA1UECgwIbm90IHJlYWwwggEiMA0GCSqGSIb3DQEBAQUAA4IBDwAw
ggEKAoIBAQCZg4xltXXw5j36VTZOC1xoAF7NVXPST2v8asVo36oUqxZTINCBFmac
CIT3X5KqDxrgVmgtW5oGHCWDFnfSZyxuC+vHsRcx4A8CCykd1eiyrf92OyoDP91Y
XlulthBRxQqU+1tlgm2LrHFLigbwU09+vTj/OhD5qcT3KlW5Yc9yykXhOwaC7Gp3
wn3tQwPSbNzlY7qy6hS1dx6Y2KVMCXABRF9VO23r2e6O0/mYHl6xRFeBGFWX8KAG
vgYICKdNdNfwXsZ0WSrF+2hQfzs2HUvrJjrSYFgmJjHbQ8crQnQwHKI8+vuq2P37
9XiG48wpRenKqzKIlyte9nZlnTnxLuU9AgMBAAEwDQYJKoZIhvcNAQELBQADggEB
ABlrKyuTfk7aEfSkcSl+b2pEP1djGl52IS0YSDJ7I99odpotVS/d6DYg27kZKvZm
amlhGp+FRWVN5YPFCyujFyqf86h9StJ5Jn28O+18zeVY6N1laStIegG559FAS/sr
mLUO1tz3DSQrhBW5BARAUI5kLXjZzEgsD/uXBHiVoBCTKB4oxGByqZFvh38Dbbtj
hF2itpljpLiOV62hbqrpuvU5fh06I+VoQwDkd9XbaGdcDH9svf/12jmuMs+ftCw9
teX9bmxRnw5Xnu2OuoxyyPnBlfzd0lWg0zrLl68bz/XaDZdqhE9LYuBnrRS9xXjC
DnNmH99uXdiaVKJu4zdNovU=
-----END CERTIFICATE-----
"""


def world(api, checks):
    api.post("reset")
    found = {merchant["mchid"]: merchant for merchant in api.items("merchants")}
    for mchid, kind in (
        ("1900000001", "merchant"),
        ("1900000002", "merchant"),
        ("1900000010", "partner"),
        ("1900000011", "sub"),
        ("1900000012", "sub"),
    ):
        if checks.is_true(mchid in found, f"no merchant {mchid}"):
            checks.members(found[mchid], MERCHANT, f"merchant {mchid}")
            checks.equal(found[mchid]["kind"], kind, f"kind of {mchid}")
    first = api.get("merchants/1900000001")
    checks.equal((first["key_mode"], first["fee_bp"], first["share_ratio_bp"]), ("public_key", 60, 3000), "1900000001")
    checks.equal((first["status"], first["has_api_v3_key"]), ("normal", True), "1900000001")
    checks.equal(sorted(found["1900000010"]["subs"]), ["1900000011", "1900000012"], "subs of the partner")
    checks.equal((found["1900000011"]["parent"], found["1900000002"]["key_mode"]), ("1900000010", "certificate"), "others")
    for serial in first["serials"]:
        checks.members(serial, "serial:text not_before:time not_after:time revoked:bool", "serials")
    checks.is_true(first["serial"] in [serial["serial"] for serial in first["serials"]], "serial is one of serials")
    checks.equal([merchant["mchid"] for merchant in api.pages("merchants", 2)], list(found), "merchants, two a page")
    api.refused("GET", "merchants/1999999999", code="NOT_FOUND")


def making(api, checks):
    body = {"mchid": "1900000055", "kind": "merchant", "appids": [{"appid": "wx00000000000000aa", "kind": "official"}]}
    made = api.post("merchants", {**body, "fee_bp": 38, "products": ["native", "refund"]})
    checks.members(made, MERCHANT, "a merchant that was made")
    checks.equal((made["fee_bp"], made["products"]), (38, ["native", "refund"]), "what it was made with")
    api.refused("POST", "merchants", body, code=("STATE", "BAD_REQUEST"))
    for wrong in ({"mchid": "x"}, {"kind": "shop"}, {"colour": "red"}, {"appids": [{"appid": "wx1"}]}, {"products": ["tea"]}):
        api.refused("POST", "merchants", {**body, "mchid": "1900000056", **wrong})
    sub = {"mchid": "1900000057", "kind": "sub", "parent": "1900000010", "appids": []}
    checks.equal(api.post("merchants", sub)["parent"], "1900000010", "a sub-merchant's parent")
    merchant = Merchant.of(api, "1900000055")
    status, answer = merchant.send("POST", "/v3/pay/transactions/native", {
        "appid": "wx00000000000000aa", "mchid": "1900000055", "description": "tea", "out_trade_no": "MADE-0001",
        "notify_url": "http://127.0.0.1:9/x", "amount": {"total": 5},
    })
    checks.equal((status, sorted(answer)), (200, ["code_url"]), "an order of a merchant that was made")
    changed = api.patch("merchants/1900000055", {"status": "restricted", "refund_notify_url": "http://127.0.0.1:9/refunds"})
    checks.equal((changed["status"], changed["refund_notify_url"]), ("restricted", "http://127.0.0.1:9/refunds"), "PATCH")
    checks.equal(api.get("merchants/1900000055"), changed, "the merchant after PATCH")
    for wrong in ({"status": "odd"}, {"colour": "red"}, {"fee_bp": "60"}, {"key_mode": "none"}):
        api.refused("PATCH", "merchants/1900000055", wrong)
    api.delete("merchants/1900000057")
    api.refused("GET", "merchants/1900000057", code="NOT_FOUND")
    api.refused("DELETE", "merchants/1900000057", code="NOT_FOUND")


def keys(api, checks):
    secrets = api.get("merchants/1900000001/secrets")
    checks.members(secrets, SECRETS, "secrets")
    checks.equal((len(secrets["api_v3_key"]), len(secrets["secret"])), (32, 32), "lengths of the keys")
    first = api.get("merchants/1900000001")["serial"]
    for count in (2, 3):
        api.post("merchants/1900000001/certificates", {})
        valid = [serial for serial in api.get("merchants/1900000001")["serials"] if not serial["revoked"]]
        checks.equal(len(valid), count, "valid certificates")
    api.refused("POST", "merchants/1900000001/certificates", {}, code="STATE")
    newest = api.get("merchants/1900000001")["serial"]
    checks.is_true(newest != first, "serial is that of the newest")
    status, _ = Merchant.of(api).send("GET", "/v3/pay/transactions/out-trade-no/NOBODY01?mchid=1900000001")
    checks.equal(status, 404, "a call signed by the newest key")
    api.delete(f"merchants/1900000001/certificates/{newest}")
    merchant = api.get("merchants/1900000001")
    revoked = {serial["serial"]: serial["revoked"] for serial in merchant["serials"]}
    checks.equal(revoked.get(newest, True), True, "a certificate that was revoked")
    checks.is_true(merchant["serial"] != newest, "serial after the newest was revoked")
    api.refused("DELETE", "merchants/1900000001/certificates/77", code="NOT_FOUND")
    before = api.get("merchants/1900000001/secrets")
    api.post("merchants/1900000001/api_v3_key")
    api.post("merchants/1900000001/secret")
    after = api.get("merchants/1900000001/secrets")
    checks.is_true(before["api_v3_key"] != after["api_v3_key"] and before["secret"] != after["secret"], "new keys")
    api.delete("merchants/1900000001/api_v3_key")
    checks.equal(api.get("merchants/1900000001")["has_api_v3_key"], False, "an APIv3 key that was unset")
    api.post("merchants/1900000001/api_v3_key")


def own_keys(api, checks):
    """A public part of one's own is taken, anything private or Tenpay's is not."""
    api.post("merchants/1900000055/certificates", {"public_key": OWN_PUBLIC_KEY})
    secret = api.get("merchants/1900000002/secrets")
    api.refused("POST", "merchants/1900000055/certificates", {"certificate": TENPAY}, code="REAL_KEY")
    for body in ({"public_key": secret["private_key"]}, {"certificate": secret["private_key"]}):
        api.refused("POST", "merchants/1900000055/certificates", body, code=("REAL_KEY", "BAD_REQUEST"))
    for body in ({"public_key": "no key"}, {"certificate": OWN_PUBLIC_KEY}, {"colour": "red"}):
        api.refused("POST", "merchants/1900000055/certificates", body)
    private, public = private_numbers(secret["private_key"]), public_numbers(OWN_PUBLIC_KEY)
    checks.is_true(private[0] != public[0], "two keys are two")


def money(api, checks):
    api.post("reset")
    balance = lambda: api.get("merchants/1900000002")["accounts"]
    checks.is_true({"BASIC", "OPERATION", "FEES"} <= set(balance()), f"accounts: {balance()}")
    before = balance()
    api.post("merchants/1900000002/balance", {"account": "BASIC", "amount": 500})
    api.post("merchants/1900000002/balance", {"account": "BASIC", "amount": -200})
    api.refused("POST", "merchants/1900000002/balance", {"account": "BASIC", "amount": -301}, code="STATE")
    for body in ({"account": "GOLD", "amount": 1}, {"account": "BASIC"}, {"account": "BASIC", "amount": 1.5}):
        api.refused("POST", "merchants/1900000002/balance", body)
    checks.is_true(balance() != before, "the balance after 500 and -200")
    rows = api.items("merchants/1900000002/ledger?account=BASIC")
    for row in rows:
        checks.members(row, "seq:int at:time account:text amount:int balance:int kind:text ref:text?", "ledger")
    checks.equal([(row["amount"], row["balance"]) for row in rows[:2]], [(-200, 300), (500, 500)], "ledger, newest first")
    today = api.get("clock")["now"][:10]
    checks.equal(api.items(f"merchants/1900000002/ledger?account=BASIC&date={today}"), rows, "the ledger of today")
    checks.equal(api.items("merchants/1900000002/ledger?date=2020-01-01"), [], "the ledger of another day")
    api.refused("GET", "merchants/1900000002/ledger?account=GOLD")
    checks.equal(api.get("invariants")["ok"], True, "invariants")


def platform(api, checks):
    found = api.get("platform")
    checks.members(found, "certificates:list public_key_id:text", "platform")
    checks.is_true(found["public_key_id"].startswith("PUB_KEY_ID_"), "public_key_id")
    for certificate in found["certificates"]:
        checks.members(certificate, "serial:text not_before:time not_after:time signing:bool", "platform certificate")
    old = next(certificate["serial"] for certificate in found["certificates"] if certificate["signing"])
    api.post("clock", {"mode": "frozen", "now": "2031-05-01T10:00:00+08:00"})
    api.post("platform/certificates", {"effective_in": "1h", "lifetime": "365d"})
    signing = lambda: [one["serial"] for one in api.get("platform")["certificates"] if one["signing"]]
    checks.equal((len(api.get("platform")["certificates"]), signing()), (len(found["certificates"]) + 1, [old]), "rotation")
    api.post("clock/advance", {"by": "1h"})
    new = signing()
    checks.is_true(len(new) == 1 and new != [old], "the new certificate signs when it is effective")
    api.delete(f"platform/certificates/{old}")
    checks.is_true(old not in [one["serial"] for one in api.get("platform")["certificates"]], "one that was taken away")
    api.refused("DELETE", "platform/certificates/77", code="NOT_FOUND")
    api.refused("POST", "platform/certificates", {"effective_in": "soon"})
    api.post("platform/public_key")
    checks.is_true(api.get("platform")["public_key_id"] != found["public_key_id"], "a new public key has a new id")


def payers(api, checks):
    api.post("reset")
    found = {payer["name"]: payer for payer in api.items("payers")}
    for name, real_name in (("alice", "爱丽丝"), ("bob", "鲍勃")):
        checks.members(found[name], "name:text real_name:text balance:int closed:bool?? openids:map", f"payer {name}")
        checks.equal((found[name]["real_name"], found[name]["balance"]), (real_name, 100_000_000), f"payer {name}")
    made = api.post("payers", {"name": "carol", "real_name": "卡萝尔", "balance": 700})
    checks.equal((made["balance"], len(made["openids"]["wx0000000000000001"])), (700, 28), "a payer that was made")
    api.refused("POST", "payers", {"name": "carol", "real_name": "x", "balance": 1}, code=("STATE", "BAD_REQUEST"))
    changed = api.patch("payers/carol", {"closed": True})
    checks.equal(changed.get("closed"), True, "a payer that was closed")
    api.refused("PATCH", "payers/carol", {"colour": "red"})
    api.refused("PATCH", "payers/nobody", {"closed": True}, code="NOT_FOUND")
    code = api.get("payers/alice/auth_code")
    checks.members(code, "auth_code:text expires_at:time", "auth_code")
    checks.is_true(len(code["auth_code"]) == 18 and 10 <= int(code["auth_code"][:2]) <= 15, f"auth_code {code}")
    api.refused("GET", "payers/nobody/auth_code", code="NOT_FOUND")
    checks.equal(api.get("invariants")["ok"], True, "invariants with a new payer")


def run(api, checks):
    world(api, checks)
    making(api, checks)
    keys(api, checks)
    own_keys(api, checks)
    money(api, checks)
    platform(api, checks)
    payers(api, checks)
