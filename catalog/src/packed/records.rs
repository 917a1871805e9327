//! The records of operations and notifications.

use super::bytes::{u8_at, u16_at};

static OPERATIONS: &[u8] = include_bytes!("../../packed/operations");
static NOTIFICATIONS: &[u8] = include_bytes!("../../packed/notifications");

const OPERATION: usize = 20;
const NOTIFICATION: usize = 9;
const NONE: usize = 0xffff;

/// How many operations there are.
pub(crate) fn operations() -> usize {
    OPERATIONS.len() / OPERATION
}

/// How many notifications there are.
pub(crate) fn notifications() -> usize {
    NOTIFICATIONS.len() / NOTIFICATION
}

/// A number of an operation's record.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Of {
    Template,
    Title,
    BaseUri,
    Alias,
    Path,
    Query,
    Header,
    Body,
    Answer,
    Flags,
}

/// Reads a number of an operation's record.
pub(crate) fn operation(number: usize, of: Of) -> usize {
    u16_at(OPERATIONS, number * OPERATION + of as usize * 2)
}

/// The same where it may be absent.
pub(crate) fn optional(number: usize, of: Of) -> Option<usize> {
    Some(operation(number, of)).filter(|found| *found != NONE)
}

/// Whether a notification is one of APIv3.
pub(crate) fn is_v3(notification: usize) -> bool {
    u8_at(NOTIFICATIONS, notification * NOTIFICATION) == 1
}

/// A number of a notification's record: 0 event, 1 title, 2 body, 3 reply.
pub(crate) fn notification(number: usize, column: usize) -> usize {
    u16_at(NOTIFICATIONS, number * NOTIFICATION + 1 + column * 2)
}
