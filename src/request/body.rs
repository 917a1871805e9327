//! What a payload becomes, and the marks that a request carries to whoever signs and sends it.

use std::borrow::Cow;

use bytes::Bytes;

/// A payload as it goes over the wire.
#[derive(Debug)]
pub(crate) struct Body {
    pub(crate) bytes: Bytes,
    /// `None` without a body.
    pub(crate) content_type: Option<Cow<'static, str>>,
    /// What is signed in the place of the bytes: the meta of an upload.
    pub(crate) signed: Option<Bytes>,
}

/// [`Body::signed`] on its way to the signing layer, in the request's extensions.
#[derive(Clone, Debug)]
pub(crate) struct SignedPart(pub(crate) Bytes);

/// In a request's extensions: it goes without `Authorization`.
#[derive(Clone, Debug)]
pub(crate) struct Unsigned;

/// In a request's extensions: the merchant certificate is presented in the TLS handshake.
#[derive(Clone, Debug)]
pub(crate) struct PresentCertificate;
