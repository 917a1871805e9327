//! What a field or an operation can be.

/// The protocol of an operation or a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Protocol {
    /// APIv2: XML, signed by a shared key.
    V2,
    /// APIv3: JSON, signed by RSA.
    V3,
}

/// How an answer is verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Verification {
    /// The answer is signed.
    Signed,
    /// What is signed is the SHA-1 of the file.
    Digest,
    /// The answer has no signature.
    Unsigned,
    /// APIv2: an answer without `sign` is one all the same; a `sign` that is there counts.
    Optional,
}

/// The type of a field; of each item when it is a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A text.
    String,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// An object.
    Object,
}

/// Whether a field must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Required {
    /// Always.
    Yes,
    /// It may be absent.
    No,
    /// When the request carries ciphertext: `Wechatpay-Serial`.
    IfEncrypted,
}

/// By which key a field is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Encryption {
    /// Of a request: the platform's public key. Of an answer: the merchant's certificate.
    Platform,
    /// APIv2: the RSA key of `v2/risk/getpublickey`.
    Bank,
    /// Of a notification: AES-256-GCM with the `APIv3` key.
    AesGcm,
    /// Of a notification of APIv2: AES-256-ECB.
    AesEcb,
}

/// What a string holds that is more than a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Text {
    /// JSON with an object at its root, which has the field's members.
    Object,
    /// JSON with a list at its root; each item has the field's members.
    Objects,
    /// JSON with a list of strings at its root.
    Strings,
    /// JSON; what stands at its root is not documented.
    AnyJson,
    /// `key=value` pairs, percent-encoded, joined by `&`.
    Pairs,
}
