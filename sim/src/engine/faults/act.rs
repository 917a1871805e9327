//! What a fault does to a call, as data: decided here, done to bytes and sockets outside.

use super::super::answer::{Refusal, Warning};
use super::super::call::Version;
use super::super::rules::Rules;
use super::bound::applies;
use super::documented;
use super::facts::CallFacts;
use super::fault::Fault;
use super::known::When;
use super::micropay::Case;

/// A fault that fires on a call.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Planned {
    /// As `Sim-Fault` and the journal have it.
    pub(crate) name: String,
    /// Whether the call is carried out.
    pub(crate) executes: bool,
    /// How a payment by code goes, if that is what the fault is about.
    pub(crate) case: Option<Case>,
    pub(crate) act: Act,
    pub(crate) warning: Option<Warning>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Act {
    /// The answer goes out as it is.
    Nothing,
    /// This instead of the answer, signed; `Retry-After` in seconds.
    Refuse(Refusal, Option<u32>),
    /// No answer for so many seconds, then the connection is closed.
    Silence(u32),
    Reset,
    /// The answer, so many seconds later.
    Slow(u32),
    Truncated,
    Garbage,
    Oversized,
    Empty,
    Sign(Signing),
    /// An unsigned 502, 503 or 504 in HTML.
    Gateway(u16),
    Redirect,
    Rewrite(Rewriting),
    Gzipped,
    /// The bill's hash is one of other bytes.
    WrongHash,
    /// Half of the file, as if that were all.
    HalfFile,
}

/// How an answer is signed wrongly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signing {
    Wrong,
    NotBase64,
    Absent,
    /// A byte is changed afterwards.
    Tampered,
    /// Seconds ago.
    Stale(u32),
    /// Seconds from now.
    Future(u32),
    UnknownSerial,
    OtherKey,
    Probe,
}

/// How the text of a right answer is written otherwise, before it is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rewriting {
    NewMembers,
    Reordered,
    Escaped,
}

/// What a fault does to a call; `None` if it has no meaning for the endpoint.
pub(crate) fn plan(rules: &Rules, facts: &CallFacts<'_>, fault: &Fault) -> Option<Planned> {
    if !applies(fault.name(), facts.endpoint()) {
        return None;
    }
    let plain = |executes, act| Planned { name: fault.to_string(), executes, case: None, act, warning: None };
    let Some(known) = fault.known() else {
        let (refusal, documented) = documented::refusal(rules, facts.version, facts.template, fault.name());
        let warning = (!documented).then(|| undocumented(fault.name(), facts.template));
        return Some(Planned { warning, ..plain(false, Act::Refuse(refusal, None)) });
    };
    let executes = match known.on_calls {
        Some(When::After) => true,
        Some(When::Before) => false,
        Some(When::Handshake) | None => return None,
    };
    let executes = executes || fault.name() == "RATE_LIMIT" && is_accepted(rules, facts.template);
    let act = act(rules, facts, fault);
    Some(Planned { case: Case::of(fault.name()), ..plain(executes, act) })
}

/// Whether a refund that is told to come later is accepted all the same, by rule.
fn is_accepted(rules: &Rules, template: &str) -> bool {
    let is_refund = matches!(template, "v3/refund/domestic/refunds" | "v2/secapi/pay/refund");
    is_refund && rules.flag("limits.refund_429_accepted")
}

fn act(rules: &Rules, facts: &CallFacts<'_>, fault: &Fault) -> Act {
    let number = fault.argument();
    let code = |name| documented::always(rules, facts.version, facts.template, name);
    match fault.name() {
        "SYSTEM_ERROR_AFTER" => Act::Refuse(code("SYSTEM_ERROR"), None),
        "TIMEOUT_BEFORE" | "TIMEOUT_AFTER" | "MICROPAY_TIMEOUT" | "MICROPAY_PAY_QUERY_TIMEOUT" => Act::Silence(number),
        "RESET_BEFORE" | "RESET_AFTER" => Act::Reset,
        "SLOW" => Act::Slow(number),
        "TRUNCATED" => Act::Truncated,
        "GARBAGE" => Act::Garbage,
        "OVERSIZED" => Act::Oversized,
        "EMPTY_200" => Act::Empty,
        "RATE_LIMIT" => Act::Refuse(code("FREQUENCY_LIMITED"), Some(number)),
        "BAD_GATEWAY" | "BAD_GATEWAY_AFTER" => Act::Gateway(502),
        "SERVICE_UNAVAILABLE" | "SERVICE_UNAVAILABLE_AFTER" => Act::Gateway(503),
        "GATEWAY_TIMEOUT" | "GATEWAY_TIMEOUT_AFTER" => Act::Gateway(504),
        "REDIRECT" => Act::Redirect,
        "NEW_MEMBERS" => Act::Rewrite(Rewriting::NewMembers),
        "REORDERED" => Act::Rewrite(Rewriting::Reordered),
        "UNICODE_ESCAPED" => Act::Rewrite(Rewriting::Escaped),
        "GZIPPED" => Act::Gzipped,
        "ACCEPTED_202" => Act::Refuse(accepted(facts.version), None),
        "WRONG_HASH" => Act::WrongHash,
        "BILL_TRUNCATED" => Act::HalfFile,
        "STATEMENT_CREATING" if facts.version == Version::V2 => Act::Refuse(creating(facts.template), None),
        "BILL_EXPIRED" => Act::Refuse(Refusal::invalid("账单下载链接已过期，请重新申请"), None),
        "MICROPAY_USERPAYING" | "MICROPAY_PAYERROR" => Act::Nothing,
        name => signing(name, number).map_or_else(|| Act::Refuse(code(name), None), Act::Sign),
    }
}

fn signing(name: &str, number: u32) -> Option<Signing> {
    Some(match name {
        "BAD_SIGNATURE" => Signing::Wrong,
        "NOT_BASE64" => Signing::NotBase64,
        "UNSIGNED" => Signing::Absent,
        "TAMPERED" => Signing::Tampered,
        "STALE" => Signing::Stale(number),
        "FUTURE" => Signing::Future(number),
        "UNKNOWN_SERIAL" => Signing::UnknownSerial,
        "OTHER_KEY" => Signing::OtherKey,
        "PROBE" => Signing::Probe,
        _ => return None,
    })
}

/// Accepted, and not done yet. APIv2 has no statuses, and says the same as `SYSTEMERROR`: ask again.
fn accepted(version: Version) -> Refusal {
    match version {
        Version::V3 => Refusal::new(202, "ACCEPTED", "已受理，请稍后以相同参数重试"),
        Version::V2 => Refusal::new(200, "SYSTEMERROR", "已受理，请稍后以相同参数重试"),
    }
}

/// A bill of APIv2 that is still being made: each of the two endpoints has its own words.
fn creating(template: &str) -> Refusal {
    match template {
        "v2/pay/downloadbill" => Refusal::new(200, "20002", "Bill Creating"),
        _ => Refusal::new(200, "BILL_CREATING", "账单生成中"),
    }
}

fn undocumented(name: &str, template: &str) -> Warning {
    Warning { id: "fault.undocumented".to_owned(), text: format!("{name} is not a documented code of {template}") }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::Value;

    use super::*;
    use crate::engine::faults::known::ALL;

    /// What a fault does to a call of this endpoint.
    fn planned_at(template: &str, name: &str) -> Option<Planned> {
        let none = BTreeMap::new();
        let facts = CallFacts {
            version: if template.starts_with("v2/") { Version::V2 } else { Version::V3 },
            method: if template.starts_with("v3/bill") { "GET" } else { "POST" },
            template,
            path: template,
            mchid: "1900000001",
            header: None,
            variables: &none,
            query: &none,
            body: &Value::Null,
        };
        plan(&Rules::default(), &facts, &Fault::parse(name).unwrap())
    }

    /// What a fault does to an order, or to whatever it has a meaning for.
    fn planned(name: &str) -> Option<Planned> {
        let templates = ["v3/pay/transactions/native", "v3/bill/tradebill", "v3/billdownload/file", "v2/pay/micropay"];
        templates.into_iter().find_map(|template| planned_at(template, name))
    }

    #[test]
    fn each_fault_of_calls_has_an_act_and_is_carried_out_or_not_as_the_table_says() {
        for known in ALL {
            let found = planned(known.name);
            let expected = match known.on_calls {
                Some(When::Before) => Some(false),
                Some(When::After) => Some(true),
                Some(When::Handshake) | None => None,
            };
            assert_eq!(found.as_ref().map(|planned| planned.executes), expected, "{}", known.name);
            let refused = found.and_then(|planned| planned.warning);
            assert_eq!(refused, None, "{} was taken for a code", known.name);
        }
    }

    #[test]
    fn acts_are_those_of_the_table() {
        for (name, act) in [
            ("TIMEOUT_BEFORE", Act::Silence(60)),
            ("TIMEOUT_AFTER(5)", Act::Silence(5)),
            ("RESET_AFTER", Act::Reset),
            ("SLOW", Act::Slow(3)),
            ("EMPTY_200", Act::Empty),
            ("STALE", Act::Sign(Signing::Stale(301))),
            ("FUTURE(400)", Act::Sign(Signing::Future(400))),
            ("SERVICE_UNAVAILABLE_AFTER", Act::Gateway(503)),
            ("BAD_GATEWAY", Act::Gateway(502)),
            ("GATEWAY_TIMEOUT", Act::Gateway(504)),
            ("BILL_TRUNCATED", Act::HalfFile),
        ] {
            assert_eq!(planned(name).unwrap().act, act, "{name}");
        }
    }

    #[test]
    fn what_the_table_calls_a_500_is_one_everywhere() {
        for (template, expected) in [
            ("v3/marketing/favor/stocks", (500, "BANK_ERROR")),
            ("v2/mmpaymkttransfers/sendredpack", (200, "BANKERROR")),
        ] {
            let planned = planned_at(template, "BANK_ERROR").unwrap();
            let Act::Refuse(refusal, None) = planned.act else { panic!("it refuses") };
            assert_eq!((refusal.status, refusal.code.as_str()), expected, "{template}");
        }
    }

    #[test]
    fn refusals_are_those_of_the_table() {
        for (name, status, code, wait) in [
            ("SYSTEM_ERROR", 500, "SYSTEM_ERROR", None),
            ("BANK_ERROR", 500, "BANK_ERROR", None),
            ("SYSTEM_ERROR_AFTER", 500, "SYSTEM_ERROR", None),
            ("RATE_LIMIT", 429, "FREQUENCY_LIMITED", Some(1)),
            ("RATE_LIMIT(9)", 429, "FREQUENCY_LIMITED", Some(9)),
            ("ACCEPTED_202", 202, "ACCEPTED", None),
            ("BILL_EXPIRED", 400, "INVALID_REQUEST", None),
            ("STATEMENT_CREATING(2)", 400, "STATEMENT_CREATING", None),
        ] {
            let Act::Refuse(refusal, after) = planned(name).unwrap().act else { panic!("{name} refuses") };
            assert_eq!((refusal.status, refusal.code.as_str(), after), (status, code, wait), "{name}");
        }
    }
}
