"""A merchant that signs by hand: RSA is arithmetic, and the rest is in the standard library."""

import base64
import hashlib
import http.client
import json
import secrets
import time
from urllib.parse import urlsplit

# What PKCS#1 puts before a SHA-256 digest.
DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420")


def _children(der):
    """The elements in a piece of DER: (tag, content)."""
    found, at = [], 0
    while at < len(der):
        tag, length, at = der[at], der[at + 1], at + 2
        if length & 0x80:
            size = length & 0x7F
            length, at = int.from_bytes(der[at : at + size], "big"), at + size
        found.append((tag, der[at : at + length]))
        at += length
    return found


def _der(pem):
    return base64.b64decode("".join(line for line in pem.splitlines() if line and not line.startswith("-----")))


def private_numbers(pem):
    """Modulus and private exponent of a PKCS#8 key."""
    octets = _children(_children(_der(pem))[0][1])[2][1]
    numbers = _children(_children(octets)[0][1])
    return int.from_bytes(numbers[1][1], "big"), int.from_bytes(numbers[3][1], "big")


def public_numbers(pem):
    """Modulus and public exponent of a SubjectPublicKeyInfo."""
    bits = _children(_children(_der(pem))[0][1])[1][1][1:]
    numbers = _children(_children(bits)[0][1])
    return int.from_bytes(numbers[0][1], "big"), int.from_bytes(numbers[1][1], "big")


def _padded(message, size):
    digest = DIGEST_INFO + hashlib.sha256(message).digest()
    return b"\x00\x01" + b"\xff" * (size - len(digest) - 3) + b"\x00" + digest


def sign(private, message):
    modulus, exponent = private
    size = (modulus.bit_length() + 7) // 8
    number = pow(int.from_bytes(_padded(message.encode(), size), "big"), exponent, modulus)
    return base64.b64encode(number.to_bytes(size, "big")).decode()


def verifies(public, message, signature):
    modulus, exponent = public
    size = (modulus.bit_length() + 7) // 8
    number = pow(int.from_bytes(base64.b64decode(signature), "big"), exponent, modulus)
    return number.to_bytes(size, "big") == _padded(message, size)


def _mask(seed, size):
    pieces = [hashlib.sha1(seed + number.to_bytes(4, "big")).digest() for number in range(-(-size // 20))]
    return b"".join(pieces)[:size]


def _mixed(one, other):
    return bytes(a ^ b for a, b in zip(one, other))


def sealed(public, text):
    """A sensitive member: OAEP with SHA-1, as base64."""
    modulus, exponent = public
    size, content = (modulus.bit_length() + 7) // 8, text.encode()
    block = hashlib.sha1(b"").digest() + bytes(size - len(content) - 42) + b"\x01" + content
    seed = secrets.token_bytes(20)
    block = _mixed(block, _mask(seed, len(block)))
    seed = _mixed(seed, _mask(block, 20))
    number = pow(int.from_bytes(b"\x00" + seed + block, "big"), exponent, modulus)
    return base64.b64encode(number.to_bytes(size, "big")).decode()


class Merchant:
    """One whose keys came from `GET merchants/{mchid}/secrets`."""

    def __init__(self, http, mchid, serial, private_key):
        self.authority, self.mchid, self.serial = urlsplit(http).netloc, mchid, serial
        self.private = private_numbers(private_key)

    @classmethod
    def of(cls, api, mchid="1900000001"):
        merchant, keys = api.get(f"merchants/{mchid}"), api.get(f"merchants/{mchid}/secrets")
        return cls(api.base, mchid, merchant["serial"], keys["private_key"])

    def send(self, method, target, body=None, headers=None, spoil=""):
        """A signed call; `spoil` is put behind the message that is signed, so that it does not verify."""
        content = "" if body is None else json.dumps(body, ensure_ascii=False)
        stamp, nonce = str(int(time.time())), secrets.token_hex(16)
        signature = sign(self.private, f"{method}\n{target}\n{stamp}\n{nonce}\n{content}\n{spoil}")
        own = {
            "Authorization": "WECHATPAY2-SHA256-RSA2048 "
            f'mchid="{self.mchid}",nonce_str="{nonce}",timestamp="{stamp}",serial_no="{self.serial}",signature="{signature}"',
            "Accept": "application/json",
            "User-Agent": "control-client",
        }
        if body is not None:
            own["Content-Type"] = "application/json"
        connection = http.client.HTTPConnection(self.authority, timeout=60)
        try:
            connection.request(method, target, body=content.encode() or None, headers={**own, **(headers or {})})
            answer = connection.getresponse()
            content = answer.read()
            return answer.status, json.loads(content) if content else None
        finally:
            connection.close()

    def order(self, number, kind="native", notify_url="http://127.0.0.1:9/never", **members):
        """Places an order of one yuan, unless `members` say something else; gives what was answered."""
        body = {
            "appid": "wx0000000000000001",
            "mchid": self.mchid,
            "description": "a book",
            "out_trade_no": number,
            "notify_url": notify_url,
            "amount": {"total": 100, "currency": "CNY"},
        }
        status, answer = self.send("POST", f"/v3/pay/transactions/{kind}", {**body, **members})
        if status != 200:
            raise AssertionError(f"order {number}: {status} {answer}")
        return answer

    def refund(self, number, refund, fen, total=100, **members):
        body = {"out_trade_no": number, "out_refund_no": refund, "amount": {"refund": fen, "total": total, "currency": "CNY"}}
        status, answer = self.send("POST", "/v3/refund/domestic/refunds", {**body, **members})
        if status != 200:
            raise AssertionError(f"refund {refund}: {status} {answer}")
        return answer

    def invocation(self, appid, prepay_id):
        """What a shop's front end gets for JSAPI."""
        stamp, nonce, package = str(int(time.time())), secrets.token_hex(16), f"prepay_id={prepay_id}"
        signature = sign(self.private, f"{appid}\n{stamp}\n{nonce}\n{package}\n")
        return {
            "appId": appid,
            "timeStamp": stamp,
            "nonceStr": nonce,
            "package": package,
            "signType": "RSA",
            "paySign": signature,
        }
