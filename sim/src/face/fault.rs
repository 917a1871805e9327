//! Faults by name.

use std::borrow::Cow;
use std::fmt;

/// What is to go wrong with a call or a notice.
///
/// ```
/// use wechatpay_sim::Fault;
///
/// assert_eq!(Fault::TimeoutAfter.to_string(), "TIMEOUT_AFTER");
/// assert_eq!(Fault::TimeoutAfter.of(5).to_string(), "TIMEOUT_AFTER(5)");
/// assert_eq!(Fault::code("NOT_ENOUGH").to_string(), "NOT_ENOUGH");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// `SYSTEM_ERROR`: nothing is done; a signed 500.
    SystemError,
    /// `BANK_ERROR`: nothing is done; a signed 500.
    BankError,
    /// `SYSTEM_ERROR_AFTER`: it is done; a signed 500 all the same.
    SystemErrorAfter,
    /// `TIMEOUT_BEFORE`: nothing is done; no answer for so many seconds, then the connection is closed.
    TimeoutBefore,
    /// `TIMEOUT_AFTER`: it is done; no answer for so many seconds, then the connection is closed.
    TimeoutAfter,
    /// `RESET_BEFORE`: nothing is done; the connection is reset once the request was read.
    ResetBefore,
    /// `RESET_AFTER`: it is done; then the connection is reset.
    ResetAfter,
    /// `SLOW`: the right answer, so many seconds later.
    Slow,
    /// `TRUNCATED`: it is done; half of the answer's body, then the connection is closed.
    Truncated,
    /// `GARBAGE`: it is done; the answer is not HTTP.
    Garbage,
    /// `OVERSIZED`: it is done; the answer's body has 17 MiB.
    Oversized,
    /// `EMPTY_200`: it is done; a signed 200 without a body.
    Empty200,
    /// `BAD_SIGNATURE`: it is done; the answer's signature is wrong.
    BadSignature,
    /// `NOT_BASE64`: it is done; the answer's signature is not base64.
    NotBase64,
    /// `UNSIGNED`: it is done; the answer has no signature.
    Unsigned,
    /// `TAMPERED`: one byte of the body was changed after it was signed.
    Tampered,
    /// `STALE`: signed so many seconds ago.
    Stale,
    /// `FUTURE`: it is done; the answer is signed so many seconds from now.
    Future,
    /// `UNKNOWN_SERIAL`: signed by a key that nobody holds.
    UnknownSerial,
    /// `OTHER_KEY`: it is done; signed by the certificate instead of the public key, or the other way round.
    OtherKey,
    /// `PROBE`: the signature is one of the probes that begin with WECHATPAY/SIGNTEST/.
    Probe,
    /// `RATE_LIMIT`: nothing is done; a signed 429 that asks to wait so many seconds.
    RateLimit,
    /// `BAD_GATEWAY`: nothing is done; an unsigned 502 in HTML.
    BadGateway,
    /// `BAD_GATEWAY_AFTER`: it is done; an unsigned 502 in HTML.
    BadGatewayAfter,
    /// `SERVICE_UNAVAILABLE`: nothing is done; an unsigned 503 in HTML that asks to wait a second.
    ServiceUnavailable,
    /// `SERVICE_UNAVAILABLE_AFTER`: it is done; an unsigned 503 in HTML that asks to wait a second.
    ServiceUnavailableAfter,
    /// `GATEWAY_TIMEOUT`: nothing is done; an unsigned 504 in HTML.
    GatewayTimeout,
    /// `GATEWAY_TIMEOUT_AFTER`: it is done; an unsigned 504 in HTML.
    GatewayTimeoutAfter,
    /// `REDIRECT`: nothing is done; a 302 to another host.
    Redirect,
    /// `NEW_MEMBERS`: the right answer with members that nobody knows.
    NewMembers,
    /// `REORDERED`: Calls: the right answer, its members in another order. Notices: sent after the next one.
    Reordered,
    /// `UNICODE_ESCAPED`: the right answer, its characters escaped.
    UnicodeEscaped,
    /// `GZIPPED`: the right answer, compressed after it was signed.
    Gzipped,
    /// `ACCEPTED_202`: nothing is done yet; a signed 202. The repeat is done as usual.
    Accepted202,
    /// `WRONG_HASH`: Bills: the hash is one of other bytes.
    WrongHash,
    /// `BILL_TRUNCATED`: Bills: half of the file.
    BillTruncated,
    /// `BILL_EXPIRED`: Bills: the address is too old.
    BillExpired,
    /// `STATEMENT_CREATING`: Bills: still being made, so many times.
    StatementCreating,
    /// `MICROPAY_USERPAYING`: Payment codes: the payer has to enter the password.
    MicropayUserpaying,
    /// `MICROPAY_TIMEOUT`: Payment codes: paid, but no answer for so many seconds.
    MicropayTimeout,
    /// `MICROPAY_PAYERROR`: Payment codes: the payer has to enter the password, and fails.
    MicropayPayerror,
    /// `MICROPAY_PAY_QUERY_TIMEOUT`: Payment codes: not paid yet; neither this call nor queries are answered.
    MicropayPayQueryTimeout,
    /// `TLS_RESET`: the connection is reset during the handshake; of whichever client, for there is no call yet that could be matched.
    TlsReset,
    /// `SLOW_HANDSHAKE`: the handshake takes so many seconds; of whichever client.
    SlowHandshake,
    /// `FORGED`: signed by somebody else.
    Forged,
    /// `WRONG_KEY`: sealed with another APIv3 key.
    WrongKey,
    /// `EMPTY_AAD`: the associated data is empty.
    EmptyAad,
    /// `NO_AAD`: there is no associated data.
    NoAad,
    /// `NO_TYPE_HEADER`: the header of the signature's type is missing.
    NoTypeHeader,
    /// `DUPLICATE`: sent so many times at once.
    Duplicate,
    /// `LATE`: sent so many seconds later.
    Late,
    /// `LOST`: never sent.
    Lost,
    /// `V2_XML`: sent as APIv2 has it.
    V2Xml,
    /// Any other: a documented code of the endpoint, or a name with a number in parentheses.
    Named(Cow<'static, str>),
}

impl Fault {
    /// A refusal by one of the endpoint's documented codes, such as `NOT_ENOUGH`.
    pub fn code(code: impl Into<Cow<'static, str>>) -> Self {
        Self::Named(code.into())
    }

    /// The same with a number: seconds, or how many.
    pub fn of(self, number: u32) -> Self {
        Self::Named(format!("{}({number})", self.name()).into())
    }

    fn name(&self) -> &str {
        match self {
            Self::SystemError => "SYSTEM_ERROR",
            Self::BankError => "BANK_ERROR",
            Self::SystemErrorAfter => "SYSTEM_ERROR_AFTER",
            Self::TimeoutBefore => "TIMEOUT_BEFORE",
            Self::TimeoutAfter => "TIMEOUT_AFTER",
            Self::ResetBefore => "RESET_BEFORE",
            Self::ResetAfter => "RESET_AFTER",
            Self::Slow => "SLOW",
            Self::Truncated => "TRUNCATED",
            Self::Garbage => "GARBAGE",
            Self::Oversized => "OVERSIZED",
            Self::Empty200 => "EMPTY_200",
            Self::BadSignature => "BAD_SIGNATURE",
            Self::NotBase64 => "NOT_BASE64",
            Self::Unsigned => "UNSIGNED",
            Self::Tampered => "TAMPERED",
            Self::Stale => "STALE",
            Self::Future => "FUTURE",
            Self::UnknownSerial => "UNKNOWN_SERIAL",
            Self::OtherKey => "OTHER_KEY",
            Self::Probe => "PROBE",
            Self::RateLimit => "RATE_LIMIT",
            Self::BadGateway => "BAD_GATEWAY",
            Self::BadGatewayAfter => "BAD_GATEWAY_AFTER",
            Self::ServiceUnavailable => "SERVICE_UNAVAILABLE",
            Self::ServiceUnavailableAfter => "SERVICE_UNAVAILABLE_AFTER",
            Self::GatewayTimeout => "GATEWAY_TIMEOUT",
            Self::GatewayTimeoutAfter => "GATEWAY_TIMEOUT_AFTER",
            Self::Redirect => "REDIRECT",
            Self::NewMembers => "NEW_MEMBERS",
            Self::Reordered => "REORDERED",
            Self::UnicodeEscaped => "UNICODE_ESCAPED",
            Self::Gzipped => "GZIPPED",
            Self::Accepted202 => "ACCEPTED_202",
            Self::WrongHash => "WRONG_HASH",
            Self::BillTruncated => "BILL_TRUNCATED",
            Self::BillExpired => "BILL_EXPIRED",
            Self::StatementCreating => "STATEMENT_CREATING",
            Self::MicropayUserpaying => "MICROPAY_USERPAYING",
            Self::MicropayTimeout => "MICROPAY_TIMEOUT",
            Self::MicropayPayerror => "MICROPAY_PAYERROR",
            Self::MicropayPayQueryTimeout => "MICROPAY_PAY_QUERY_TIMEOUT",
            Self::TlsReset => "TLS_RESET",
            Self::SlowHandshake => "SLOW_HANDSHAKE",
            Self::Forged => "FORGED",
            Self::WrongKey => "WRONG_KEY",
            Self::EmptyAad => "EMPTY_AAD",
            Self::NoAad => "NO_AAD",
            Self::NoTypeHeader => "NO_TYPE_HEADER",
            Self::Duplicate => "DUPLICATE",
            Self::Late => "LATE",
            Self::Lost => "LOST",
            Self::V2Xml => "V2_XML",
            Self::Named(name) => name,
        }
    }
}

/// As the control interface has it: `TIMEOUT_AFTER`.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::faults::known;

    #[test]
    fn every_fault_that_there_is_has_its_name() {
        let named = [
            Fault::SystemError,
            Fault::BankError,
            Fault::SystemErrorAfter,
            Fault::TimeoutBefore,
            Fault::TimeoutAfter,
            Fault::ResetBefore,
            Fault::ResetAfter,
            Fault::Slow,
            Fault::Truncated,
            Fault::Garbage,
            Fault::Oversized,
            Fault::Empty200,
            Fault::BadSignature,
            Fault::NotBase64,
            Fault::Unsigned,
            Fault::Tampered,
            Fault::Stale,
            Fault::Future,
            Fault::UnknownSerial,
            Fault::OtherKey,
            Fault::Probe,
            Fault::RateLimit,
            Fault::BadGateway,
            Fault::BadGatewayAfter,
            Fault::ServiceUnavailable,
            Fault::ServiceUnavailableAfter,
            Fault::GatewayTimeout,
            Fault::GatewayTimeoutAfter,
            Fault::Redirect,
            Fault::NewMembers,
            Fault::Reordered,
            Fault::UnicodeEscaped,
            Fault::Gzipped,
            Fault::Accepted202,
            Fault::WrongHash,
            Fault::BillTruncated,
            Fault::BillExpired,
            Fault::StatementCreating,
            Fault::MicropayUserpaying,
            Fault::MicropayTimeout,
            Fault::MicropayPayerror,
            Fault::MicropayPayQueryTimeout,
            Fault::TlsReset,
            Fault::SlowHandshake,
            Fault::Forged,
            Fault::WrongKey,
            Fault::EmptyAad,
            Fault::NoAad,
            Fault::NoTypeHeader,
            Fault::Duplicate,
            Fault::Late,
            Fault::Lost,
            Fault::V2Xml,
        ];
        let names: Vec<_> = named.iter().map(Fault::to_string).collect();
        assert_eq!(names, known::ALL.iter().map(|known| known.name).collect::<Vec<_>>());
    }
}
