//! What is looked for in a file or a text.

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Want {
    PrivateKey,
    PublicKey,
    Certificate,
}

impl Want {
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Self::PrivateKey => "private key",
            Self::PublicKey => "public key",
            Self::Certificate => "certificate",
        }
    }
}
