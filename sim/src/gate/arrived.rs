//! A request as it came over the wire.

use bytes::Bytes;
use http::{HeaderMap, Method};
use percent_encoding::percent_decode_str;

use crate::keys::hosts;

/// What the listener read; nothing of it has been looked at.
#[derive(Clone, Debug)]
pub(crate) struct Arrived {
    /// `http` or `tls`.
    pub(crate) listener: &'static str,
    pub(crate) method: Method,
    /// Path and query, exactly as they came.
    pub(crate) target: String,
    /// The authority that the request was sent to: `Host`.
    pub(crate) authority: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// The serial of the certificate that the client showed in the handshake; one of the simulator's.
    pub(crate) certificate: Option<String>,
}

impl Arrived {
    pub(crate) fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// What stands after the question mark; `None` without one.
    pub(crate) fn query(&self) -> Option<&str> {
        self.target.split_once('?').map(|(_, query)| query)
    }

    /// The names and values of the query, decoded.
    pub(crate) fn pairs(&self) -> Vec<(String, String)> {
        let pairs = form_urlencoded::parse(self.query().unwrap_or_default().as_bytes());
        pairs.map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
    }

    /// A header as text; empty if it is absent or is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// A header of which empty is as good as absent.
    pub(crate) fn named(&self, name: &str) -> Option<&str> {
        Some(self.header(name)).filter(|text| !text.is_empty())
    }

    /// Scheme and authority: what URLs in answers begin with.
    pub(crate) fn base(&self) -> String {
        let scheme = if self.listener == "tls" { "https" } else { "http" };
        format!("{scheme}://{}", self.authority)
    }

    /// The same for pages that a payer opens: a host of WeChat Pay would not lead back here, so there it is where the simulator listens.
    pub(crate) fn pages(&self, listens: &str) -> String {
        if hosts::is_at_wechat(&self.authority) { listens.to_owned() } else { self.base() }
    }

    pub(crate) fn content_type(&self) -> &str {
        self.header("content-type").split(';').next().unwrap_or_default().trim()
    }
}

/// A piece of a path, decoded.
pub(crate) fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}
