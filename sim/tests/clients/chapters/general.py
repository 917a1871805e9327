"""8 and 8.1: forms, refusals, information, settings, rules, reset, state, script."""

INFO = (
    "name:text version:text started_at:time now:time wall:time http:text tls:text? proxy:text? keys:text seed:int "
    "catalogue:map token_required:bool"
)
SETTINGS = "auto:map openids:text code_url:text triggers:map bills:map limits:map notify:map origins:list lang:text"
NOTIFY = (
    "hosts:list map:map insecure:bool concurrency:int duplicate:int shuffle:bool delay_ms:int timeout_ms:int probe_every:int"
)
VARIABLES = (
    "WECHATPAY_MCHID WECHATPAY_SERIAL WECHATPAY_PRIVATE_KEY WECHATPAY_PUBLIC_KEY_ID WECHATPAY_PUBLIC_KEY WECHATPAY_API_V3_KEY "
    "WECHATPAY_SECRET WECHATPAY_BASE_URI WECHATPAY_SIM_API WECHATPAY_SIM_CA WECHATPAY_SIM_APPID WECHATPAY_SIM_OPENID"
)
RULES = (
    "order.repeat_changed order.repeat_type order.repeat_paid order.repeat_closed order.expire_max order.auto_close "
    "order.refund_when close.paid close.unknown mismatch.mchid mismatch.openid partner.relation codepay.userpaying "
    "codepay.password_over codepay.auth_code refund.repeat_changed refund.too_much refund.overdue refund.gap refund.count "
    "limits.refund_429_accepted sign.detail sign.nonce_reuse schema.null schema.query_unknown schema.v2_unknown "
    "notice.same_body notice.schedule notice.code_fail bills.url_s bills.escape bills.count_text bills.refund_fee_sign "
    "certificates.none"
)


def forms(api, checks):
    """What every route has in common."""
    api.post("reset")
    api.refused("GET", "no/such/route", code="NOT_FOUND")
    api.refused("GET", "orders/nobody", code="NOT_FOUND")
    api.refused("POST", "orders/nobody/pay", {}, code="NOT_FOUND")
    api.refused("POST", "payers", {"name": "carol", "real_name": "卡萝尔", "balance": 1, "colour": "red"})
    api.refused("PATCH", "settings", {"no_such_setting": 1})
    api.refused("POST", "clock/advance", {"by": 1, "too": 2})
    for content, kind in ((b"{", "application/json"), (b"[]", "application/json"), (b"{}", "text/plain")):
        answer = api.send("POST", "reset", content, {"Content-Type": kind})
        api.is_failure(answer, f"POST reset {content!r} as {kind}", ("BAD_REQUEST", "FORBIDDEN"))
    answer = api.send("POST", "reset", b"{}", {"Content-Type": "application/json; charset=utf-8"})
    checks.equal(answer.status, 200, "a charset beside application/json")
    foreign = {"Content-Type": "application/json", "Origin": "http://evil.example"}
    api.is_failure(api.send("POST", "reset", b"{}", foreign), "a write from a foreign origin", "FORBIDDEN")
    api.is_failure(api.send("GET", "info", headers={"Host": "evil.example"}), "a foreign Host", "FORBIDDEN")
    for limit in ("0", "1001", "x", "-1"):
        api.refused("GET", f"merchants?limit={limit}")


def information(api, checks, seed):
    info = api.get("info")
    checks.members(info, INFO, "info")
    checks.members(info["catalogue"], "version:text endpoints:int notifications:int", "info.catalogue")
    checks.equal((info["catalogue"]["endpoints"], info["catalogue"]["notifications"]), (1144, 112), "info.catalogue")
    checks.equal((info["seed"], info["http"], info["token_required"]), (seed, api.base, False), "info")
    env = api.get("env?format=json")
    for name in VARIABLES.split():
        checks.is_true(isinstance(env.get(name), str), f"env?format=json: {name}")
    checks.equal((env["WECHATPAY_MCHID"], env["WECHATPAY_BASE_URI"].rstrip("/")), ("1900000001", api.base), "env")
    checks.equal(api.get("env?format=json&mchid=1900000002")["WECHATPAY_MCHID"], "1900000002", "env of another merchant")
    for form in ("dotenv", "rust", "php", "node", "go", "java", "python", "postman"):
        answer = api.send("GET", f"env?format={form}")
        checks.equal(answer.status, 200, f"env?format={form}")
        checks.is_true(len(answer.text) > 40, f"env?format={form} is nearly empty")
    checks.is_true("WECHATPAY_MCHID=" in api.send("GET", "env?format=dotenv").text, "env?format=dotenv has no WECHATPAY_MCHID")
    api.refused("GET", "env?format=cobol")
    api.refused("GET", "env?format=json&mchid=1999999999", code="NOT_FOUND")


def settings(api, checks):
    api.post("reset")
    found = api.get("settings")
    checks.members(found, SETTINGS, "settings")
    checks.members(found["notify"], NOTIFY, "settings.notify")
    checks.equal(found["auto"]["refund"], {"after_s": 3, "status": "SUCCESS"}, "settings.auto.refund")
    checks.equal((found["openids"], found["code_url"], found["lang"]), ("any", "weixin", "zh"), "settings")
    checks.equal((found["triggers"], found["bills"]), ({"text": True, "amounts": {}}, {"immediate": False}), "settings")
    checks.equal((found["limits"]["on"], found["notify"]["timeout_ms"]), (False, 5000), "settings")
    for name in ("pay", "transfer", "cancel", "sharing", "return"):
        checks.is_true(name in found["auto"], f"settings.auto has no {name}")
    changed = api.patch("settings", {"notify": {"timeout_ms": 1000}, "auto": {"refund": None}, "lang": "en"})
    checks.equal((changed["notify"]["timeout_ms"], changed["notify"]["concurrency"]), (1000, 1), "a merge is deep")
    checks.equal((changed["auto"]["refund"], changed["auto"]["transfer"]), (None, found["auto"]["transfer"]), "settings.auto")
    checks.equal(api.get("settings"), changed, "settings after PATCH")
    for body in ({"notify": {"no_such": 1}}, {"openids": "some"}, {"notify": {"timeout_ms": "5"}}, {"lang": "fr"}):
        api.refused("PATCH", "settings", body)
    checks.equal(api.get("settings"), changed, "a refused PATCH changes nothing")


def rules(api, checks):
    api.post("reset")
    found = {rule["id"]: rule for rule in api.pages("rules", 1000)}
    for name in RULES.split():
        if checks.is_true(name in found, f"rule {name} is missing"):
            checks.members(found[name], "id:text value:any? default:any? source:text uncertain:bool", f"rule {name}")
            checks.equal(found[name]["value"], found[name]["default"], f"value of rule {name}")
    api.patch("rules", {"codepay.password_over": 5, "close.unknown": {"status": 404, "code": "ORDER_NOT_EXIST"}})
    rule = next(rule for rule in api.pages("rules", 1000) if rule["id"] == "codepay.password_over")
    checks.equal((rule["value"], rule["default"]), (5, 100000), "a changed rule")
    api.patch("rules", {"codepay.password_over": None, "close.unknown": None})
    rule = next(rule for rule in api.pages("rules", 1000) if rule["id"] == "codepay.password_over")
    checks.equal(rule["value"], 100000, "a rule that was given back")
    api.refused("PATCH", "rules", {"no.such.rule": 1}, code=("BAD_REQUEST", "NOT_FOUND"))
    api.refused("PATCH", "rules", {"codepay.password_over": "many"})


def resets(api, checks, merchant):
    merchant.order("RESET-0001")
    api.post("payers", {"name": "carol", "real_name": "卡萝尔", "balance": 500})
    api.post("merchants", {"mchid": "1900000077", "kind": "merchant", "appids": []})
    api.patch("settings", {"lang": "en"})
    api.patch("rules", {"codepay.password_over": 5})
    api.post("faults", {"match": {"path": "v3/*"}, "fault": "SYSTEM_ERROR", "times": 1})
    api.post("clock", {"mode": "frozen", "now": "2031-01-01T00:00:00+08:00"})
    kept = api.post("reset", {"keep": ["merchants", "settings", "rules", "faults", "clock"]})
    checks.members(kept, INFO, "reset's answer")
    checks.equal(api.items("orders"), [], "orders after a reset")
    checks.equal(api.call("GET", "merchants/1900000077").status, 200, "merchants are kept")
    checks.equal((api.get("settings")["lang"], len(api.items("faults"))), ("en", 1), "settings and faults are kept")
    checks.equal(api.get("clock")["mode"], "frozen", "the clock is kept")
    api.post("reset", {"keep": []})
    api.refused("GET", "merchants/1900000077", code="NOT_FOUND")
    checks.equal((api.get("settings")["lang"], api.items("faults")), ("zh", []), "settings and faults after a reset")
    clock = api.get("clock")
    checks.equal((clock["mode"], clock["offset_s"]), ("wall", 0), "the clock after a reset")
    checks.is_true(all(payer["name"] != "carol" for payer in api.items("payers")), "payers after a reset")
    api.refused("POST", "reset", {"keep": ["everything"]})


def state(api, checks, merchant):
    api.post("reset")
    api.post("clock", {"mode": "frozen", "now": "2031-01-01T10:00:00+08:00"})
    merchant.order("STATE-0001")
    kept, order = api.get("state"), api.get("orders/STATE-0001")
    checks.is_true("version" in kept, "state has no version")
    api.post("orders/STATE-0001/pay", {})
    api.call("PUT", "state", kept)
    back = api.get("orders/STATE-0001")
    checks.equal((back["state"], back["credential"]), ("NOTPAY", order["credential"]), "an order of a state that was put back")
    checks.equal(api.get("state"), kept, "state after it was put back")
    for rubbish in ({}, {"version": 999999}, {**kept, "colour": "red"}):
        api.refused("PUT", "state", rubbish)
    checks.equal(api.get("state"), kept, "a refused state changes nothing")
    checks.equal(api.get("invariants"), {"ok": True, "failed": []}, "invariants")


def scripts(api, checks, merchant):
    api.post("reset")
    merchant.order("SCRIPT-001")
    step = {"method": "POST", "path": "orders/SCRIPT-001/pay", "body": {"payer": "bob"}}
    api.post("script", {"steps": [{"method": "GET", "path": "clock"}, step]})
    checks.equal(api.get("orders/SCRIPT-001")["payer"]["name"], "bob", "what a script paid")
    en, fr = ({"method": "PATCH", "path": "settings", "body": {"lang": lang}} for lang in ("en", "fr"))
    answer = api.call("POST", "script", {"steps": [en, fr, {"method": "POST", "path": "reset", "body": {}}]})
    checks.is_true(answer.status in CLIENT_ERRORS, f"a script with a step that fails: {answer.status}")
    checks.equal(api.get("settings")["lang"], "en", "the step before the one that fails")
    checks.equal(len(api.items("orders")), 1, "a script stops at the first failure")
    api.refused("POST", "script", {"steps": [{"method": "GET", "path": "clock", "when": "later"}]})
    api.refused("POST", "script", {})


CLIENT_ERRORS = range(400, 500)


def run(api, checks, merchant, seed):
    forms(api, checks)
    information(api, checks, seed)
    settings(api, checks)
    rules(api, checks)
    resets(api, checks, merchant)
    state(api, checks, merchant)
    scripts(api, checks, merchant)
