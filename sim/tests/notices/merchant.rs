//! What merchants look at after a day: accounts, bills, and why something was refused.

use std::time::Duration;

use serde_json::Value;
use wechatpay_chain::{Client, Error, Rejection};
use wechatpay_sim::Simulator;

pub(crate) const DAY: Duration = Duration::from_secs(86_400);

/// The openid of a payer at the official account.
pub(crate) fn openid(sim: &Simulator, payer: &str) -> Value {
    sim.get(&format!("payers/{payer}")).unwrap()["openids"]["wx0000000000000001"].clone()
}

pub(crate) fn accounts(sim: &Simulator, mchid: &str) -> Value {
    sim.get(&format!("merchants/{mchid}")).unwrap()["accounts"].clone()
}

pub(crate) fn code(error: &Error) -> &str {
    error.rejection().map_or("", Rejection::code)
}

pub(crate) fn status(error: &Error) -> Option<u16> {
    error.rejection().map(|rejection| rejection.status().as_u16())
}

/// The text of a bill of the first day; the SDK compares its hash.
pub(crate) fn bill(wxpay: &Client, path: &str, query: &[(&str, &str)]) -> Result<String, Box<dyn std::error::Error>> {
    let mut chain = wxpay.chain(path).query("bill_date", "2026-11-25");
    for (name, value) in query {
        chain = chain.query(*name, *value);
    }
    let mut bytes = Vec::new();
    wxpay.download(&chain.get()?)?.to_writer(&mut bytes)?;
    Ok(String::from_utf8(bytes)?)
}
