//! Strings, fields, lists of fields, values and lengths.
//!
//! | table | record |
//! |---|---|
//! | strings | start 3; one more at the end |
//! | lists | first field 2, count 2; the first record is the empty list |
//! | fields | name 2, list of members 2, list of values 2, flags 2 |
//! | values | start 2 for each list, one more at the end; strings 2 |
//! | lengths | field 2, least 2, most 2 (0xffff: unbounded), by field |

use super::bytes::{slice, u16_at, u24_at};

static TEXT: &str = include_str!("../../packed/strings.txt");
static STRINGS: &[u8] = include_bytes!("../../packed/strings");
static FIELDS: &[u8] = include_bytes!("../../packed/fields");
static LISTS: &[u8] = include_bytes!("../../packed/lists");
static VALUES: &[u8] = include_bytes!("../../packed/values");
static VALUE_STARTS: &[u8] = include_bytes!("../../packed/values.starts");
static LENGTHS: &[u8] = include_bytes!("../../packed/lengths");

const FIELD: usize = 8;
const LENGTH: usize = 6;
const UNBOUNDED: usize = 0xffff;

/// How many strings there are.
pub(crate) fn strings() -> usize {
    (STRINGS.len() / 3).saturating_sub(1)
}

/// A string by its number.
pub(crate) fn string(number: usize) -> &'static str {
    let start = u24_at(STRINGS, number * 3);
    slice(TEXT, start, u24_at(STRINGS, number * 3 + 3).saturating_sub(start))
}

/// A list of fields: the first, and the one after the last.
pub(crate) fn list(number: usize) -> (usize, usize) {
    let first = u16_at(LISTS, number * 4);
    (first, first + u16_at(LISTS, number * 4 + 2))
}

/// The number of a field's name.
pub(crate) fn name(field: usize) -> usize {
    u16_at(FIELDS, field * FIELD)
}

/// The number of the list of a field's members.
pub(crate) fn members(field: usize) -> usize {
    u16_at(FIELDS, field * FIELD + 2)
}

/// A field's values: the first, and the one after the last.
pub(crate) fn values(field: usize) -> (usize, usize) {
    let list = u16_at(FIELDS, field * FIELD + 4);
    (u16_at(VALUE_STARTS, list * 2), u16_at(VALUE_STARTS, list * 2 + 2))
}

/// A value by its place.
pub(crate) fn value(place: usize) -> &'static str {
    string(u16_at(VALUES, place * 2))
}

/// A number of `width` bits among a field's flags.
pub(crate) fn flags(field: usize, from: usize, width: usize) -> usize {
    u16_at(FIELDS, field * FIELD + 6) >> from & ((1 << width) - 1)
}

/// The least and the greatest length of a field.
pub(crate) fn lengths(field: usize) -> (Option<usize>, Option<usize>) {
    let (mut low, mut high) = (0, LENGTHS.len() / LENGTH);
    while low < high {
        let middle = usize::midpoint(low, high);
        let of = u16_at(LENGTHS, middle * LENGTH);
        if of == field {
            let bound = |at| Some(u16_at(LENGTHS, middle * LENGTH + at)).filter(|length| *length != UNBOUNDED);
            return (bound(2), bound(4));
        }
        if of < field { low = middle + 1 } else { high = middle }
    }
    (None, None)
}
