//! Faults of a connection that begins.

use super::fault::Fault;

/// What becomes of a handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Handshake {
    Reset,
    /// It is so many seconds late.
    Slow(u32),
}

impl Handshake {
    /// What a fault does, if it is one of handshakes.
    pub(crate) fn of(fault: &Fault) -> Option<Self> {
        match fault.name() {
            "TLS_RESET" => Some(Self::Reset),
            "SLOW_HANDSHAKE" => Some(Self::Slow(fault.argument())),
            _ => None,
        }
    }
}
