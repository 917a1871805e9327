//! All faults that have a name of their own, with what they do in one sentence.

use Argument::{Count, Seconds};
use When::{After, Before, Handshake};

/// When a fault of a call comes: before the call is carried out, which then does not happen, or after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    Before,
    After,
    /// When a connection by TLS begins: there is no call yet.
    Handshake,
}

/// What may stand in the parentheses: what it is if nothing stands there, and the most it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Argument {
    Seconds { usual: u32 },
    Count { usual: u32 },
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Known {
    pub(crate) name: &'static str,
    /// Whether it is one of calls, and then when it comes.
    pub(crate) on_calls: Option<When>,
    pub(crate) on_notices: bool,
    pub(crate) argument: Option<Argument>,
    pub(crate) text: &'static str,
}

impl Argument {
    pub(crate) fn usual(self) -> u32 {
        match self {
            Seconds { usual } | Count { usual } => usual,
        }
    }

    /// An hour, or a hundred times.
    pub(crate) fn most(self) -> u32 {
        match self {
            Seconds { .. } => 3600,
            Count { .. } => 100,
        }
    }
}

const fn call(name: &'static str, when: When, argument: Option<Argument>, text: &'static str) -> Known {
    Known { name, on_calls: Some(when), on_notices: false, argument, text }
}

const fn notice(name: &'static str, argument: Option<Argument>, text: &'static str) -> Known {
    Known { name, on_calls: None, on_notices: true, argument, text }
}

const fn both(name: &'static str, argument: Option<Argument>, text: &'static str) -> Known {
    Known { name, on_calls: Some(After), on_notices: true, argument, text }
}

const fn seconds(usual: u32) -> Option<Argument> {
    Some(Seconds { usual })
}

const fn count(usual: u32) -> Option<Argument> {
    Some(Count { usual })
}

pub(crate) const ALL: &[Known] = &[
    call("SYSTEM_ERROR", Before, None, "Nothing is done; a signed 500."),
    call("BANK_ERROR", Before, None, "Nothing is done; a signed 500."),
    call("SYSTEM_ERROR_AFTER", After, None, "It is done; a signed 500 all the same."),
    call(
        "TIMEOUT_BEFORE",
        Before,
        seconds(60),
        "Nothing is done; no answer for so many seconds, then the connection is closed.",
    ),
    call(
        "TIMEOUT_AFTER",
        After,
        seconds(60),
        "It is done; no answer for so many seconds, then the connection is closed.",
    ),
    call("RESET_BEFORE", Before, None, "Nothing is done; the connection is reset once the request was read."),
    call("RESET_AFTER", After, None, "It is done; then the connection is reset."),
    call("SLOW", After, seconds(3), "The right answer, so many seconds later."),
    call("TRUNCATED", After, None, "It is done; half of the answer's body, then the connection is closed."),
    call("GARBAGE", After, None, "It is done; the answer is not HTTP."),
    call("OVERSIZED", After, None, "It is done; the answer's body has 17 MiB."),
    call("EMPTY_200", After, None, "It is done; a signed 200 without a body."),
    call("BAD_SIGNATURE", After, None, "It is done; the answer's signature is wrong."),
    call("NOT_BASE64", After, None, "It is done; the answer's signature is not base64."),
    call("UNSIGNED", After, None, "It is done; the answer has no signature."),
    both("TAMPERED", None, "One byte of the body was changed after it was signed."),
    both("STALE", seconds(301), "Signed so many seconds ago."),
    call("FUTURE", After, seconds(301), "It is done; the answer is signed so many seconds from now."),
    both("UNKNOWN_SERIAL", None, "Signed by a key that nobody holds."),
    call(
        "OTHER_KEY",
        After,
        None,
        "It is done; signed by the certificate instead of the public key, or the other way round.",
    ),
    both("PROBE", None, "The signature is one of the probes that begin with WECHATPAY/SIGNTEST/."),
    call("RATE_LIMIT", Before, seconds(1), "Nothing is done; a signed 429 that asks to wait so many seconds."),
    call("BAD_GATEWAY", Before, None, "Nothing is done; an unsigned 502 in HTML."),
    call("BAD_GATEWAY_AFTER", After, None, "It is done; an unsigned 502 in HTML."),
    call("SERVICE_UNAVAILABLE", Before, None, "Nothing is done; an unsigned 503 in HTML that asks to wait a second."),
    call("SERVICE_UNAVAILABLE_AFTER", After, None, "It is done; an unsigned 503 in HTML that asks to wait a second."),
    call("GATEWAY_TIMEOUT", Before, None, "Nothing is done; an unsigned 504 in HTML."),
    call("GATEWAY_TIMEOUT_AFTER", After, None, "It is done; an unsigned 504 in HTML."),
    call("REDIRECT", Before, None, "Nothing is done; a 302 to another host."),
    call("NEW_MEMBERS", After, None, "The right answer with members that nobody knows."),
    both("REORDERED", None, "Calls: the right answer, its members in another order. Notices: sent after the next one."),
    call("UNICODE_ESCAPED", After, None, "The right answer, its characters escaped."),
    call("GZIPPED", After, None, "The right answer, compressed after it was signed."),
    call("ACCEPTED_202", Before, None, "Nothing is done yet; a signed 202. The repeat is done as usual."),
    call("WRONG_HASH", After, None, "Bills: the hash is one of other bytes."),
    call("BILL_TRUNCATED", After, None, "Bills: half of the file."),
    call("BILL_EXPIRED", Before, None, "Bills: the address is too old."),
    call("STATEMENT_CREATING", Before, count(1), "Bills: still being made, so many times."),
    call("MICROPAY_USERPAYING", After, None, "Payment codes: the payer has to enter the password."),
    call("MICROPAY_TIMEOUT", After, seconds(60), "Payment codes: paid, but no answer for so many seconds."),
    call("MICROPAY_PAYERROR", After, None, "Payment codes: the payer has to enter the password, and fails."),
    call(
        "MICROPAY_PAY_QUERY_TIMEOUT",
        After,
        seconds(60),
        "Payment codes: not paid yet; neither this call nor queries are answered.",
    ),
    call("TLS_RESET", Handshake, None, "The connection is reset during the handshake."),
    call("SLOW_HANDSHAKE", Handshake, seconds(3), "The handshake takes so many seconds."),
    notice("FORGED", None, "Signed by somebody else."),
    notice("WRONG_KEY", None, "Sealed with another APIv3 key."),
    notice("EMPTY_AAD", None, "The associated data is empty."),
    notice("NO_AAD", None, "There is no associated data."),
    notice("NO_TYPE_HEADER", None, "The header of the signature's type is missing."),
    notice("DUPLICATE", count(2), "Sent so many times at once."),
    notice("LATE", seconds(60), "Sent so many seconds later."),
    notice("LOST", None, "Never sent."),
    notice("V2_XML", None, "Sent as APIv2 has it."),
];

pub(crate) fn known(name: &str) -> Option<&'static Known> {
    ALL.iter().find(|known| known.name == name)
}
