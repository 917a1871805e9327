"""8.6: complaints."""

import json

from chapters.orders import begin

PATH = "/v3/merchant-service/complaints-v2"


def complaints(api, checks, merchant, receiver):
    begin(api)
    status, answer = merchant.send("POST", "/v3/merchant-service/complaint-notifications", {"url": receiver.url("/complaints")})
    checks.equal((status, answer["url"]), (200, receiver.url("/complaints")), "the address of complaints")
    merchant.order("COMPLAINT1")
    api.refused("POST", "complaints", {"order": "COMPLAINT1"}, code="STATE")
    api.post("orders/COMPLAINT1/pay", {})
    api.refused("POST", "complaints", {})
    api.refused("POST", "complaints", {"order": "COMPLAINT9"}, code="NOT_FOUND")
    made = api.post("complaints?wait=notices", {"order": "COMPLAINT1", "text": "wet", "phone": "13912345678", "images": 1})
    checks.members(made, "id:text state:text order:text notices:list", "complaint")
    checks.equal(made["state"], "PENDING", "a new complaint")
    checks.equal([notice["event_type"] for notice in made["notices"]], ["COMPLAINT.CREATE"], "its notice")
    heard = receiver.wait("/complaints", 1)
    checks.equal(json.loads(heard[0][1])["event_type"], "COMPLAINT.CREATE", "what the shop heard")
    checks.equal(api.one("complaints")["id"], made["id"], "the list of complaints")
    return made


def answers(api, checks, merchant, made):
    day = "begin_date=2031-04-01&end_date=2031-04-01"
    status, answer = merchant.send("GET", f"{PATH}?{day}")
    checks.equal((status, answer["total_count"]), (200, 1), "the merchant's list")
    number = answer["data"][0]["complaint_id"]
    checks.is_true(answer["data"][0]["payer_phone"] != "13912345678", "the telephone number is encrypted")
    reply = {"complainted_mchid": merchant.mchid, "response_content": "a dry one is on its way"}
    checks.equal(merchant.send("POST", f"{PATH}/{number}/response", reply), (204, None), "the merchant's answer")
    checks.equal(api.one("complaints")["state"], "PROCESSING", "after the merchant's answer")
    told = api.post(f"complaints/{made['id']}/user_reply?wait=notices", {"text": "thank you"})
    checks.equal([notice["event_type"] for notice in told["notices"]], ["COMPLAINT.STATE_CHANGE"], "the payer's reply")
    done = {"complainted_mchid": merchant.mchid}
    checks.equal(merchant.send("POST", f"{PATH}/{number}/complete", done), (204, None), "the end")
    checks.equal(api.one("complaints")["state"], "PROCESSED", "after the end")
    api.refused("POST", "complaints/none/user_reply", {}, code="NOT_FOUND")


def run(api, checks, merchant, receiver):
    answers(api, checks, merchant, complaints(api, checks, merchant, receiver))
