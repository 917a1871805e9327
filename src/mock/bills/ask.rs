//! What a request for a bill asks for, in either protocol.

use super::kind::BillKind;
use crate::crypto::x509::rfc3339;

/// One bill of one day.
#[derive(Debug)]
pub(super) struct Ask {
    pub(super) kind: BillKind,
    /// `None` where the request names none.
    pub(super) date: Option<String>,
    pub(super) gzip: bool,
}

/// A parameter that the gateway would refuse.
#[derive(Debug)]
pub(super) struct Wrong {
    pub(super) field: &'static str,
    pub(super) value: String,
}

impl Ask {
    /// Of a trade bill; `get` gives a parameter's text.
    pub(super) fn trade(get: impl Fn(&str) -> Option<String>) -> Result<Self, Wrong> {
        Self::new(&get, "bill_type", |name| match name {
            "" | "ALL" | "ALL_SPECIAL" => Some(BillKind::TradeAll),
            "SUCCESS" | "SUC_SPECIAL" => Some(BillKind::TradeSuccess),
            "REFUND" | "REF_SPECIAL" => Some(BillKind::TradeRefund),
            "RECHARGE_REFUND" => Some(BillKind::TradeRechargeRefund),
            _ => None,
        })
    }

    /// Of a fund-flow bill; APIv2 writes the accounts in another case.
    pub(super) fn fund_flow(get: impl Fn(&str) -> Option<String>) -> Result<Self, Wrong> {
        Self::new(&get, "account_type", |name| match name.to_ascii_uppercase().as_str() {
            "" | "BASIC" | "ALL" | "DEPOSIT" => Some(BillKind::FundFlowBasic),
            "OPERATION" => Some(BillKind::FundFlowOperation),
            "FEES" => Some(BillKind::FundFlowFees),
            _ => None,
        })
    }

    fn new(
        get: impl Fn(&str) -> Option<String>,
        type_name: &'static str,
        kind: impl Fn(&str) -> Option<BillKind>,
    ) -> Result<Self, Wrong> {
        let text = |name: &str| get(name).unwrap_or_default();
        let wrong = |field: &'static str| Wrong { field, value: text(field) };
        let kind = kind(&text(type_name)).ok_or_else(|| wrong(type_name))?;
        let date = get("bill_date").map(|date| day(&date).ok_or_else(|| wrong("bill_date"))).transpose()?;
        match text("tar_type").as_str() {
            "" => Ok(Self { kind, date, gzip: false }),
            "GZIP" => Ok(Self { kind, date, gzip: true }),
            _ => Err(wrong("tar_type")),
        }
    }
}

/// A day such as `2026-11-21`.
pub(super) fn day(text: &str) -> Option<String> {
    let dashes = text.len() == 10 && text.match_indices('-').map(|(at, _)| at).eq([4, 7]);
    (dashes && rfc3339(&format!("{text}T00:00:00Z")).is_some()).then(|| text.to_owned())
}

/// A day as APIv2 writes it, `20261121`, in the form of APIv3; nothing for another text.
#[cfg(feature = "v2")]
pub(super) fn dashed(text: &str) -> String {
    let digits = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..]) } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_days() {
        assert_eq!(day("2026-11-21").as_deref(), Some("2026-11-21"));
        for text in
            ["", "20261121", "2026-11-31", "2026-13-01", "2026/11/21", "21-11-2026", "2026-1-21", "二〇二六1121"]
        {
            assert_eq!(day(text), None, "{text}");
        }
    }
}
