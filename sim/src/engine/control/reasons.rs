//! Reasons of failures: one of those that the documentation lists, so that nothing is tried that cannot come.

use wechatpay_catalog::{Field, Fields, Part, Protocol, notification, operation};

use super::request::ControlError;

/// A reason that is asked for, if a transfer can have it; without one, the usual.
pub(super) fn of_transfer(wanted: Option<String>, usual: &str) -> Result<String, ControlError> {
    let told = notification(Protocol::V3, "MCHTRANSFER.BILL.FINISHED");
    one_of(wanted, usual, told.and_then(|told| find(told.body(), "fail_reason")))
}

/// A reason that is asked for, if a share can have it; without one, the usual.
pub(super) fn of_share(wanted: Option<String>, usual: &str) -> Result<String, ControlError> {
    let asked = operation("POST", "v3/profitsharing/orders");
    one_of(wanted, usual, asked.and_then(|asked| find(asked.fields(Part::Answer), "fail_reason")))
}

/// A reason that is asked for, if a return can have it; without one, the usual.
pub(super) fn of_return(wanted: Option<String>, usual: &str) -> Result<String, ControlError> {
    let asked = operation("POST", "v3/profitsharing/return-orders");
    one_of(wanted, usual, asked.and_then(|asked| find(asked.fields(Part::Answer), "fail_reason")))
}

fn one_of(wanted: Option<String>, usual: &str, field: Option<Field>) -> Result<String, ControlError> {
    let Some(wanted) = wanted else { return Ok(usual.to_owned()) };
    let reasons: Vec<_> = field.into_iter().flat_map(|field| field.values().collect::<Vec<_>>()).collect();
    match reasons.contains(&wanted.as_str()) {
        true => Ok(wanted),
        false => Err(ControlError::bad(format!("fail_reason: expected one of {}", reasons.join(", ")))),
    }
}

/// The first field of that name, at whatever depth.
fn find(fields: Fields, name: &str) -> Option<Field> {
    fields.iter().find_map(|field| if field.name() == name { Some(field) } else { find(field.fields(), name) })
}
