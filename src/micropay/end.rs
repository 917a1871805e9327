//! How a charge ended.

use std::fmt;

use serde_json::Value;

/// How a charge ended. `Debug` shows which, not the answer.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Micropay {
    /// The customer paid: the answer of the charge, or of the query that found it.
    Paid(Value),
    /// It was refused, has failed or was closed, and was not paid: the answer that says so. Over https that may be one that never looked
    /// at the charge, such as for a wrong APIv2 key (`return_code` FAIL); `return_msg` says why.
    Failed(Value),
    /// It was not paid in time and is reversed: whatever was taken is given back.
    Reversed,
    /// At the deadline it was neither, or a refund of it was asked for, or the number was used before. Query the order before you
    /// charge again.
    Unknown {
        /// The merchant's own number of the order.
        out_trade_no: String,
    },
}

impl fmt::Debug for Micropay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Paid(_) => f.write_str("Paid"),
            Self::Failed(_) => f.write_str("Failed"),
            Self::Reversed => f.write_str("Reversed"),
            Self::Unknown { out_trade_no } => f.debug_struct("Unknown").field("out_trade_no", out_trade_no).finish(),
        }
    }
}
