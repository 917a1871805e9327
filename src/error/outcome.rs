//! What a failure says about the call: may it have taken effect, and may it be repeated.
//!
//! One pure function, so that the rule can be read and tested row by row. Codes are looked at before the status: some 500s
//! are the caller's mistake, and `SYSTEM_ERROR` leaves the outcome open whatever the status is.

use http::StatusCode;

use super::rejection::same_code;

/// What is known about a failed call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// The call may have taken effect.
    pub(crate) unknown: bool,
    /// Repeating it cannot do harm and may help.
    pub(crate) retryable: bool,
}

/// The side of the caller: what kind of call it was.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Intent {
    /// A read (`GET`, `HEAD`) changes nothing, so nothing about it can be unknown.
    pub(crate) read: bool,
    /// The caller said that repeating this write is harmless.
    pub(crate) idempotent: bool,
}

/// How far the call came.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Phase<'a> {
    /// Refused here before anything was sent, or there before anything was done: repeating it unchanged fails alike.
    Refused,
    /// Nothing was sent, for a reason that may pass: no connection, a signer that says so, a deadline while connecting.
    NotSent,
    /// Bytes left, then the connection or the deadline broke.
    Broken,
    /// A 2xx came that failed verification.
    Unverified,
    /// An answer that is not 2xx came.
    Answered { status: StatusCode, code: &'a str, verified: bool },
    /// A caller's layer failed; what it did before is not known.
    Middleware,
}

/// Codes after which the gateway itself does not know, or has not finished.
const OPEN: [&str; 3] = ["SYSTEM_ERROR", "BANK_ERROR", "USERPAYING"];

/// Of APIv2: the order was paid, perhaps by this very call.
const OPEN_V2: &str = "ORDERPAID";

/// Codes that are the caller's mistake although they come with a 500.
const PERMANENT: [&str; 2] = ["OPENID_MISMATCH", "INVALID_TRANSACTIONID"];

/// Codes that say "not accepted, slow down" whatever the status.
const SLOWER: [&str; 3] = ["FREQUENCY_LIMITED", "FREQUENCY_LIMIT_EXCEED", "RATELIMIT_EXCEEDED"];

/// What a failure at `phase` says about a call; `open` if an earlier attempt of it left its outcome open.
pub(crate) fn outcome(intent: Intent, phase: Phase<'_>, open: bool) -> Outcome {
    let (unknown, may_help) = match phase {
        Phase::Refused => (false, false),
        Phase::NotSent => (false, true),
        Phase::Broken | Phase::Unverified | Phase::Middleware => (true, true),
        Phase::Answered { status, code, verified } => {
            (leaves_open(status, code, verified), answered_may_help(status, code))
        }
    };
    let unknown = (unknown || open) && !intent.read;
    Outcome { unknown, retryable: may_help && (!unknown || intent.idempotent) }
}

/// Whether a refusal leaves it open if the call took effect.
pub(crate) fn leaves_open(status: StatusCode, code: &str, verified: bool) -> bool {
    // Only APIv2 refuses with a 200.
    if any(&OPEN, code) || status.is_success() && same_code(code, OPEN_V2) {
        return true;
    }
    if !verified && !matches!(status.as_u16(), 401 | 429) {
        return true;
    }
    status.is_server_error() && !any(&PERMANENT, code)
}

/// Whether a write that was refused with this status and code may have taken effect all the same, as
/// [`Error::outcome_unknown`](crate::Error::outcome_unknown) judges it for a refusal that is verified.
///
/// ```
/// use wechatpay_chain::may_have_happened;
///
/// assert!(may_have_happened(500, "SYSTEM_ERROR") && !may_have_happened(400, "PARAM_ERROR"));
/// ```
#[cfg(feature = "inspect")]
pub fn may_have_happened(status: u16, code: &str) -> bool {
    StatusCode::from_u16(status).is_ok_and(|status| leaves_open(status, code, true))
}

/// Whether a refusal says that there were too many calls.
pub(crate) fn is_too_often(status: StatusCode, code: &str) -> bool {
    status == StatusCode::TOO_MANY_REQUESTS || any(&SLOWER, code)
}

fn answered_may_help(status: StatusCode, code: &str) -> bool {
    if same_code(code, "USERPAYING") || any(&PERMANENT, code) {
        return false;
    }
    any(&OPEN, code) || any(&SLOWER, code) || matches!(status.as_u16(), 429 | 500 | 502..=599)
}

fn any(codes: &[&str], code: &str) -> bool {
    codes.iter().any(|known| same_code(known, code))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GET: Intent = Intent { read: true, idempotent: false };
    const POST: Intent = Intent { read: false, idempotent: false };
    const SAFE_POST: Intent = Intent { read: false, idempotent: true };

    fn answered(status: u16, code: &str, verified: bool) -> Phase<'_> {
        Phase::Answered { status: StatusCode::from_u16(status).unwrap(), code, verified }
    }

    /// An answer, whether a write's outcome is then unknown, and whether a read, a write, an idempotent write may be repeated.
    #[rustfmt::skip]
    const ROWS: &[(u16, &str, bool, [bool; 4])] = &[
        // status, code, verified,                  [unknown, read, write, idempotent]
        (400, "PARAM_ERROR", true,                  [false, false, false, false]),
        (400, "INVALID_REQUEST", true,              [false, false, false, false]),
        (400, "ORDERPAID", true,                    [false, false, false, false]),
        (400, "PARAM_ERROR", false,                 [true,  false, false, false]),
        (400, "SYSTEMERROR", true,                  [true,  true,  false, true]),
        (401, "SIGN_ERROR", true,                   [false, false, false, false]),
        (401, "SIGN_ERROR", false,                  [false, false, false, false]),
        (401, "", false,                            [false, false, false, false]),
        (401, "SYSTEM_ERROR", false,                [true,  true,  false, true]),
        (403, "RULE_LIMIT", true,                   [false, false, false, false]),
        (403, "", false,                            [true,  false, false, false]),
        (403, "USERPAYING", true,                   [true,  false, false, false]),
        (404, "ORDER_NOT_EXIST", true,              [false, false, false, false]),
        (404, "", false,                            [true,  false, false, false]),
        (429, "FREQUENCY_LIMITED", true,            [false, true,  true,  true]),
        (429, "", false,                            [false, true,  true,  true]),
        (429, "RATELIMIT_EXCEEDED", false,          [false, true,  true,  true]),
        (403, "FREQUENCY_LIMIT_EXCEED", true,       [false, true,  true,  true]),
        (500, "SYSTEM_ERROR", true,                 [true,  true,  false, true]),
        (500, "systemerror", true,                  [true,  true,  false, true]),
        (500, "BANKERROR", true,                    [true,  true,  false, true]),
        (500, "BANK_ERROR", false,                  [true,  true,  false, true]),
        (500, "OPENID_MISMATCH", true,              [false, false, false, false]),
        (500, "OPENIDMISMATCH", true,               [false, false, false, false]),
        (500, "INVALID_TRANSACTIONID", true,        [false, false, false, false]),
        (500, "OPENID_MISMATCH", false,             [true,  false, false, false]),
        (500, "SOMETHING_NEW", true,                [true,  true,  false, true]),
        (500, "", false,                            [true,  true,  false, true]),
        (501, "", true,                             [true,  false, false, false]),
        (502, "SERVICE_UNAVAILABLE", true,          [true,  true,  false, true]),
        (503, "SERVICE_UNAVAILABLE", false,         [true,  true,  false, true]),
        (504, "", false,                            [true,  true,  false, true]),
        (302, "", false,                            [true,  false, false, false]),
        (302, "", true,                             [false, false, false, false]),
        (200, "ORDERPAID", true,                    [true,  false, false, false]),
        (200, "SYSTEMERROR", true,                  [true,  true,  false, true]),
        (200, "USERPAYING", true,                   [true,  false, false, false]),
        (200, "NOTENOUGH", true,                    [false, false, false, false]),
        (200, "", false,                            [true,  false, false, false]),
    ];

    #[test]
    fn answers_row_by_row() {
        for &(status, code, verified, [unknown, read, write, idempotent]) in ROWS {
            let phase = answered(status, code, verified);
            let row = format!("{status} {code} verified={verified}");
            assert_eq!(outcome(GET, phase, false), Outcome { unknown: false, retryable: read }, "GET {row}");
            assert_eq!(outcome(POST, phase, false), Outcome { unknown, retryable: write }, "POST {row}");
            assert_eq!(
                outcome(SAFE_POST, phase, false),
                Outcome { unknown, retryable: idempotent },
                "idempotent {row}"
            );
        }
    }

    #[test]
    fn phases_without_an_answer() {
        for phase in [Phase::Broken, Phase::Unverified, Phase::Middleware] {
            assert_eq!(outcome(GET, phase, false), Outcome { unknown: false, retryable: true }, "{phase:?}");
            assert_eq!(outcome(POST, phase, false), Outcome { unknown: true, retryable: false }, "{phase:?}");
            assert_eq!(outcome(SAFE_POST, phase, false), Outcome { unknown: true, retryable: true }, "{phase:?}");
        }
        for intent in [GET, POST, SAFE_POST] {
            assert_eq!(outcome(intent, Phase::Refused, false), Outcome { unknown: false, retryable: false });
            assert_eq!(outcome(intent, Phase::NotSent, false), Outcome { unknown: false, retryable: true });
        }
    }

    #[test]
    fn what_an_earlier_attempt_left_open_stays_open() {
        for phase in [answered(400, "PARAM_ERROR", true), answered(429, "", false), Phase::NotSent, Phase::Refused] {
            let may_help = outcome(GET, phase, true).retryable;
            assert_eq!(outcome(GET, phase, true), Outcome { unknown: false, retryable: may_help }, "{phase:?}");
            assert_eq!(outcome(POST, phase, true), Outcome { unknown: true, retryable: false }, "{phase:?}");
            assert_eq!(outcome(SAFE_POST, phase, true), Outcome { unknown: true, retryable: may_help }, "{phase:?}");
        }
    }
}
