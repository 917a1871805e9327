//! What is signed, from the texts that came over the wire.

use crate::protocol::v3::sign::lines;

/// What the signature of a request covers: five lines, each ended by LF.
///
/// `target` is path and query as they came, `timestamp` and `nonce` the texts of the header, `body` the body's bytes, of an upload
/// those of its meta ([`Form::meta`](super::Form::meta)).
///
/// ```
/// let message = wechatpay_chain::gateway::request_message("GET", "/v3/certificates", "1554208460", "593BEC0C", b"");
/// assert_eq!(message, b"GET\n/v3/certificates\n1554208460\n593BEC0C\n\n");
/// ```
pub fn request_message(method: &str, target: &str, timestamp: &str, nonce: &str, body: &[u8]) -> Vec<u8> {
    lines([method.as_bytes(), target.as_bytes(), timestamp.as_bytes(), nonce.as_bytes(), body])
}

/// What the signature of an answer or a notice covers: three lines, each ended by LF.
///
/// ```
/// let message = wechatpay_chain::gateway::answer_message("1554208460", "593BEC0C", br#"{"data":[]}"#);
/// assert_eq!(message, b"1554208460\n593BEC0C\n{\"data\":[]}\n");
/// ```
pub fn answer_message(timestamp: &str, nonce: &str, body: &[u8]) -> Vec<u8> {
    lines([timestamp.as_bytes(), nonce.as_bytes(), body])
}
