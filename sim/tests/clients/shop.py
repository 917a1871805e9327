"""A shop on wechatpayv3, against the simulator: the settings are the snippet that the simulator gives."""

import gzip
import hashlib
import json
import os
import queue
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer

ORDER, REFUND = "PYTHON-000001", "PYTHON-R00001"
API = os.environ["WECHATPAY_SIM_API"]


def control(method, path, body=None):
    data = None if method == "GET" else json.dumps(body or {}).encode()
    request = urllib.request.Request(API + path, data, {"Content-Type": "application/json"}, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.read().decode()


notices = queue.Queue()


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        notices.put((self.headers, self.rfile.read(int(self.headers["Content-Length"])).decode()))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Receiver)
threading.Thread(target=server.serve_forever, daemon=True).start()
notify_url = f"http://127.0.0.1:{server.server_port}/notify"

exec(control("GET", "env?format=python"))


def opened():
    """What the next notice says, if it is signed by the platform."""
    headers, body = notices.get(timeout=10)
    assert wxpay.callback(headers, body + " ") is None, "a changed notice was believed"
    notice = wxpay.callback(headers, body)
    assert notice, "a notice was not believed"
    return notice["event_type"], notice["resource"]


def called(call):
    status, text = call
    assert status == 200, (status, text)
    return json.loads(text)


amount = {"total": 10000, "currency": "CNY"}
order = called(wxpay.pay(description="一杯茶", out_trade_no=ORDER, amount=amount, notify_url=notify_url))
assert order["code_url"].startswith("weixin://"), order

control("POST", f"orders/{ORDER}/pay", {"payer": "alice"})
event, paid = opened()
assert event == "TRANSACTION.SUCCESS", event
assert (paid["out_trade_no"], paid["trade_state"], paid["amount"]["total"]) == (ORDER, "SUCCESS", 10000), paid

query = called(wxpay.query(out_trade_no=ORDER))
assert (query["trade_state"], query["transaction_id"]) == ("SUCCESS", paid["transaction_id"]), query

amount = {"refund": 3000, "total": 10000, "currency": "CNY"}
refund = called(wxpay.refund(out_refund_no=REFUND, out_trade_no=ORDER, amount=amount, reason="凉了", notify_url=notify_url))
assert refund["status"] == "PROCESSING", refund
control("POST", f"refunds/{REFUND}/result", {"status": "SUCCESS"})
event, refunded = opened()
assert event == "REFUND.SUCCESS", event
found = refunded["out_refund_no"], refunded["refund_status"], refunded["amount"]["refund"]
assert found == (REFUND, "SUCCESS", 3000), refunded

control("PATCH", "settings", {"bills": {"immediate": True}})
date = json.loads(control("GET", "clock"))["now"][:10]
bill = called(wxpay.trade_bill(bill_date=date, bill_type="ALL", tar_type="GZIP"))
status, file = wxpay.download_bill(bill["download_url"])
assert status == 200, (status, file)
file = gzip.decompress(file)
assert hashlib.sha1(file).hexdigest() == bill["hash_value"].lower(), "the bill is not what was announced"
last = file.decode().strip().split("\r\n")[-1]
assert last == os.environ["SUMS"], last
