//! What goes wrong with keys: files, and what is in them. No text quotes a key.

use std::fmt;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeyError(String);

impl KeyError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }

    /// The same, saying of which file or thing it is.
    pub(super) fn of(name: &str, error: impl fmt::Display) -> Self {
        Self(format!("{name}: {error}"))
    }
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for KeyError {}
