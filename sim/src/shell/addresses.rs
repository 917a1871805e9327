//! Where the simulator is to be found.

/// The addresses of its listeners, known once they listen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Addresses {
    /// `http://127.0.0.1:8787`.
    pub(crate) http: String,
    pub(crate) tls: Option<String>,
    pub(crate) proxy: Option<String>,
    /// What the control interface asks for, if it is not for this machine alone.
    pub(crate) token: Option<String>,
}
