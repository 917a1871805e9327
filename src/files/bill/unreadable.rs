//! The error of a bill that cannot be read.

use crate::error::{Error, ErrorKind};

pub(super) fn decode(message: String) -> Error {
    Error::new(ErrorKind::Decode, message)
}
