//! The proof that an answer is WeChat Pay's.

/// Proof that an answer was verified, or is of an endpoint that is documented to be unsigned.
///
/// Only a check of this room makes one (`tests/rooms.rs` knows which files), and a `Response` cannot be made without it.
#[derive(Debug)]
pub(crate) struct Verified(());

impl Verified {
    /// For who has just checked it.
    pub(in crate::protocol) fn proven() -> Self {
        Self(())
    }
}
