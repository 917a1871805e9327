//! Which faults have a meaning for which endpoints, and for which notices.

use wechatpay_catalog::{Operation, Verification, operation};

use super::super::call::Version;
use super::micropay::{is_charge, is_query};

/// An endpoint, as far as that question goes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Endpoint<'a> {
    pub(crate) version: Version,
    pub(crate) method: &'a str,
    /// The catalogue's.
    pub(crate) template: &'a str,
}

/// Faults that notices of APIv2 can have: these have neither signed headers nor an envelope, and are XML already.
const OF_V2: [&str; 7] = ["FORGED", "TAMPERED", "WRONG_KEY", "DUPLICATE", "LATE", "LOST", "REORDERED"];

/// Whether a fault can happen to a call. One that cannot waits for a call that it can happen to.
pub(crate) fn applies(name: &str, endpoint: Endpoint<'_>) -> bool {
    match name {
        "WRONG_HASH" => endpoint.tells_of_a_bill(),
        "BILL_TRUNCATED" => endpoint.is_bill(),
        "BILL_EXPIRED" => endpoint.template == BILL,
        "STATEMENT_CREATING" => endpoint.tells_of_a_bill() || endpoint.is_bill() && endpoint.template != BILL,
        "MICROPAY_USERPAYING" | "MICROPAY_TIMEOUT" | "MICROPAY_PAYERROR" => is_charge(endpoint.template),
        "MICROPAY_PAY_QUERY_TIMEOUT" => is_charge(endpoint.template) || is_query(endpoint.template),
        // APIv2 signs neither a time nor a key's name.
        "STALE" | "FUTURE" | "UNKNOWN_SERIAL" | "OTHER_KEY" | "PROBE" => {
            endpoint.version == Version::V3 && endpoint.is_signed()
        }
        "BAD_SIGNATURE" | "NOT_BASE64" | "UNSIGNED" | "TAMPERED" => endpoint.is_signed(),
        "NEW_MEMBERS" | "REORDERED" | "UNICODE_ESCAPED" => endpoint.has_members(),
        "EMPTY_200" => !endpoint.is_file(),
        "GZIPPED" => endpoint.is_file() || endpoint.has_members(),
        _ => true,
    }
}

/// Whether a fault of notices can happen to one of this version.
pub(crate) fn applies_to_notice(name: &str, version: Version) -> bool {
    version == Version::V3 || OF_V2.contains(&name)
}

/// Where the files of bills lie.
const BILL: &str = "v3/billdownload/file";

impl Endpoint<'_> {
    fn operation(self) -> Option<Operation> {
        operation(self.method, self.template)
    }

    /// Whether an answer has a signature.
    fn is_signed(self) -> bool {
        let kinds: &[Verification] = match self.version {
            Version::V3 => &[Verification::Signed, Verification::Digest],
            Version::V2 => &[Verification::Signed],
        };
        self.operation().is_none_or(|operation| kinds.contains(&operation.verification()))
    }

    fn is_file(self) -> bool {
        self.operation().is_some_and(Operation::is_download)
    }

    /// Whether an answer has members that can be written otherwise.
    fn has_members(self) -> bool {
        !self.is_file()
            && self.operation().is_none_or(|operation| self.version == Version::V2 || operation.has_answer())
    }

    /// Whether the answer says where a bill lies and what its hash is.
    fn tells_of_a_bill(self) -> bool {
        self.template.starts_with("v3/bill/") || self.template == "v3/profitsharing/bills"
    }

    /// Whether the answer is a bill.
    fn is_bill(self) -> bool {
        self.template == BILL || self.template.starts_with("v2/pay/download")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn happens(name: &str, method: &str, template: &str) -> bool {
        let version = if template.starts_with("v2/") { Version::V2 } else { Version::V3 };
        assert!(operation(method, template).is_some(), "{method} {template}");
        applies(name, Endpoint { version, method, template })
    }

    #[test]
    fn faults_happen_where_they_have_a_meaning() {
        let (native, bill) = (("POST", "v3/pay/transactions/native"), ("GET", "v3/bill/tradebill"));
        let close = ("POST", "v3/pay/transactions/out-trade-no/{out_trade_no}/close");
        let image = ("GET", "v3/merchant-service/images/{media_id}");
        let micropay = ("POST", "v2/pay/micropay");
        let all = [native, bill, close, ("GET", BILL), image, micropay, ("POST", "v2/pay/downloadbill")];
        for (name, expected) in [
            ("RESET_AFTER", [true; 7]),
            ("BAD_SIGNATURE", [true, true, true, false, false, true, false]),
            ("STALE", [true, true, true, false, false, false, false]),
            ("NEW_MEMBERS", [true, true, false, false, false, true, false]),
            ("GZIPPED", [true, true, false, true, true, true, true]),
            ("EMPTY_200", [true, true, true, false, false, true, false]),
            ("WRONG_HASH", [false, true, false, false, false, false, false]),
            ("BILL_TRUNCATED", [false, false, false, true, false, false, true]),
            ("BILL_EXPIRED", [false, false, false, true, false, false, false]),
            ("STATEMENT_CREATING", [false, true, false, false, false, false, true]),
            ("MICROPAY_TIMEOUT", [false, false, false, false, false, true, false]),
        ] {
            assert_eq!(all.map(|(method, template)| happens(name, method, template)), expected, "{name}");
        }
    }

    #[test]
    fn a_notice_of_apiv2_has_neither_an_envelope_nor_signed_headers() {
        for name in ["STALE", "UNKNOWN_SERIAL", "PROBE", "EMPTY_AAD", "NO_AAD", "NO_TYPE_HEADER", "V2_XML"] {
            assert!(applies_to_notice(name, Version::V3) && !applies_to_notice(name, Version::V2), "{name}");
        }
        assert!(applies_to_notice("FORGED", Version::V2));
    }
}
