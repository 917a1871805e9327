//! Why something did not work.

use std::fmt;

use crate::engine::control::request::ControlError;
use crate::keys::KeyError;

/// What did not work, in a sentence; of the control interface with its code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    code: &'static str,
    message: String,
}

impl Error {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// The control interface's code, such as `NOT_FOUND` or `STATE`; `IO` and `KEYS` for what is this machine's.
    pub fn code(&self) -> &str {
        self.code
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl std::error::Error for Error {}

impl From<ControlError> for Error {
    fn from(error: ControlError) -> Self {
        let hint = error.hint.map(|hint| format!(" ({hint})")).unwrap_or_default();
        Self::new(error.code, format!("{}{hint}", error.message))
    }
}

impl From<KeyError> for Error {
    fn from(error: KeyError) -> Self {
        Self::new("KEYS", error.to_string())
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::new("IO", error.to_string())
    }
}

impl From<wechatpay_chain::Error> for Error {
    fn from(error: wechatpay_chain::Error) -> Self {
        Self::new("CLIENT", error.to_string())
    }
}
