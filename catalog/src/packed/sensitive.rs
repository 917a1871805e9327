//! The members that are encrypted with the platform's key.

use super::bytes::{slice, u8_at, u16_at};

static STARTS: &[u8] = include_bytes!("../../packed/sensitive.starts");
static MEMBERS: &[u8] = include_bytes!("../../packed/sensitive.members");
static POINTERS: &str = include_str!("../../packed/sensitive.pointers");

/// The members of an operation of [`super::paths::SENSITIVE`]: the first, and the one after the last.
pub(crate) fn members(operation: usize) -> (usize, usize) {
    (u16_at(STARTS, operation * 2), u16_at(STARTS, operation * 2 + 2))
}

/// Whether a member is in the query; otherwise it is in the JSON body.
pub(crate) fn in_query(member: usize) -> bool {
    u8_at(MEMBERS, member * 4) == 0
}

/// Where a member lies.
pub(crate) fn pointer(member: usize) -> &'static str {
    slice(POINTERS, u16_at(MEMBERS, member * 4 + 1), u8_at(MEMBERS, member * 4 + 3))
}
