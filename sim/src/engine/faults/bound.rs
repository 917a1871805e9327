//! Which faults have a meaning for which endpoints.

use super::super::call::Version;
use super::facts::CallFacts;
use super::micropay::{is_charge, is_query};

/// Whether a fault can happen to a call. One that cannot waits for a call that it can happen to.
pub(crate) fn applies(name: &str, facts: &CallFacts<'_>) -> bool {
    match name {
        "WRONG_HASH" => is_bill(facts),
        "BILL_TRUNCATED" => is_file(facts) || facts.template.starts_with("v2/pay/download"),
        "BILL_EXPIRED" => facts.template == "v3/billdownload/file",
        "STATEMENT_CREATING" => is_bill(facts) || facts.template.starts_with("v2/pay/download"),
        "MICROPAY_USERPAYING" | "MICROPAY_TIMEOUT" | "MICROPAY_PAYERROR" => is_charge(facts.template),
        "MICROPAY_PAY_QUERY_TIMEOUT" => is_charge(facts.template) || is_query(facts.template),
        "STALE" | "FUTURE" | "UNKNOWN_SERIAL" | "OTHER_KEY" | "PROBE" => is_signed(facts),
        "BAD_SIGNATURE" | "NOT_BASE64" | "UNSIGNED" | "TAMPERED" | "EMPTY_200" | "NEW_MEMBERS" | "REORDERED"
        | "UNICODE_ESCAPED" => !is_file(facts),
        _ => true,
    }
}

/// APIv2 signs neither a time nor a key's name.
fn is_signed(facts: &CallFacts<'_>) -> bool {
    facts.version == Version::V3 && !is_file(facts)
}

/// Whether the answer is a file, which is not signed.
fn is_file(facts: &CallFacts<'_>) -> bool {
    facts.template == "v3/billdownload/file" || facts.template.starts_with("v3/merchant-service/images/")
}

/// Whether the answer says where a bill lies and what its hash is.
fn is_bill(facts: &CallFacts<'_>) -> bool {
    facts.template.starts_with("v3/bill/") || facts.template == "v3/profitsharing/bills"
}
