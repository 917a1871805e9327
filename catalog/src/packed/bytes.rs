//! Numbers in bytes, the lowest byte first. What is not there is 0: a table is never read beyond its end.

/// Two bytes.
pub(crate) const fn u16_at(bytes: &[u8], at: usize) -> usize {
    if at + 1 < bytes.len() { bytes[at] as usize | (bytes[at + 1] as usize) << 8 } else { 0 }
}

/// Three bytes.
pub(crate) const fn u24_at(bytes: &[u8], at: usize) -> usize {
    if at + 2 < bytes.len() { u16_at(bytes, at) | (bytes[at + 2] as usize) << 16 } else { 0 }
}

/// One byte.
pub(crate) const fn u8_at(bytes: &[u8], at: usize) -> usize {
    if at < bytes.len() { bytes[at] as usize } else { 0 }
}

/// A number of a record, which fits: the packer refuses data for which it does not.
#[allow(clippy::cast_possible_truncation)]
pub(crate) const fn narrow(number: usize) -> u16 {
    if number > u16::MAX as usize { u16::MAX } else { number as u16 }
}

/// A part of a text; of bounds that do not fit, nothing.
pub(crate) fn slice(text: &'static str, start: usize, length: usize) -> &'static str {
    text.get(start..start + length).unwrap_or("")
}
