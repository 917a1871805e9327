//! Payment codes: the 18 digits that a payer shows, good for a minute and for one payment.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::time::Time;
use super::world::World;

/// What is known of a code.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Code {
    payer: String,
    /// `None` for one that was not made here: it does not end.
    ends_at: Option<Time>,
    /// The order that was paid with it.
    used_by: Option<String>,
}

/// All codes that were made or used.
pub(crate) type Codes = BTreeMap<String, Code>;

/// Why a code cannot be paid with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BadCode {
    Malformed,
    Used,
    Expired,
}

/// A new code of a payer's, and when it ends.
pub(crate) fn make(world: &mut World, now: Time, payer: &str) -> (String, Time) {
    let first = 10 + world.ids.random() % 6;
    let code = format!("{first}{}", world.ids.digits(16));
    let ends_at = now.plus_seconds(world.rules.number("codepay.code_s"));
    world.codes.insert(code.clone(), Code { payer: payer.to_owned(), ends_at: Some(ends_at), used_by: None });
    (code, ends_at)
}

/// Whose a code is; any well-formed one that was not made here is alice's.
pub(crate) fn payer(world: &World, now: Time, code: &str) -> Result<String, BadCode> {
    let first = code.get(..2).and_then(|digits| digits.parse::<u8>().ok());
    let formed = code.len() == 18 && code.bytes().all(|byte| byte.is_ascii_digit());
    if !formed || !first.is_some_and(|first| (10..=15).contains(&first)) {
        return Err(BadCode::Malformed);
    }
    match world.codes.get(code) {
        None => Ok("alice".to_owned()),
        Some(code) if code.used_by.is_some() => Err(BadCode::Used),
        Some(code) if code.ends_at.is_some_and(|end| now > end) => Err(BadCode::Expired),
        Some(code) => Ok(code.payer.clone()),
    }
}

/// Notes that a code was used for an order.
pub(crate) fn use_up(world: &mut World, code: &str, payer: &str, order: &str) {
    let known = world.codes.entry(code.to_owned());
    known.or_insert_with(|| Code { payer: payer.to_owned(), ends_at: None, used_by: None }).used_by =
        Some(order.to_owned());
}
