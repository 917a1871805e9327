//! Uploads: a `multipart/form-data` body whose meta JSON alone is signed.

use std::fmt;
use std::path::Path;

use bytes::{BufMut as _, Bytes, BytesMut};
use serde_json::{Value, json};

use super::body::Body;
use crate::crypto::{hash, random};
use crate::error::{Error, ErrorKind, Result};

/// The largest file; the largest documented one has 7.5 MB.
const LIMIT: usize = 16 * 1024 * 1024;

/// A file to upload: its name, its content, and what the gateway is told about it.
///
#[cfg_attr(feature = "mock", doc = "```")]
#[cfg_attr(not(feature = "mock"), doc = "```ignore")]
/// # use wechatpay_chain::{Media, Method, json};
/// # let gateway = wechatpay_chain::mock::Server::start()?;
/// # gateway.on(Method::POST, "v3/merchant/media/upload").reply(json!({"media_id": "H1ihR9JUtVj"}));
/// # let wxpay = gateway.client()?;
/// let image = Media::new("license.png", vec![0x89, b'P', b'N', b'G']);
/// let response = wxpay.chain("v3/merchant/media/upload").post(image)?;
/// assert_eq!(response.get::<String>("/media_id")?, "H1ihR9JUtVj");
/// # Ok::<(), wechatpay_chain::Error>(())
/// ```
#[derive(Clone)]
pub struct Media {
    name: String,
    content: Bytes,
    meta: Option<Value>,
}

/// What a [`Media`] is made of.
#[cfg(feature = "v2")]
pub(super) struct Parts {
    pub(super) name: String,
    pub(super) content: Bytes,
    pub(super) meta: Option<Value>,
}

impl Media {
    /// A file from memory, at most 16 MiB; a larger one is a `Request` error of the terminal.
    pub fn new(name: impl Into<String>, content: impl Into<Bytes>) -> Self {
        Self { name: name.into(), content: content.into(), meta: None }
    }

    /// Reads a file; its name is the last part of the path.
    ///
    /// # Errors
    ///
    /// `Io`, naming the path, when it cannot be read; `Request` for a path without a name, or a file over 16 MiB.
    pub fn from_path(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let shown = path.display();
        let name = path.file_name().and_then(|name| name.to_str());
        let name = name.ok_or_else(|| Error::request(format!("media: {shown} has no file name in Unicode")))?;
        let io =
            |error: std::io::Error| Error::new(ErrorKind::Io, format!("media: cannot read {shown}")).with_source(error);
        let length = std::fs::metadata(path).map_err(io)?.len();
        check_length(name, usize::try_from(length).unwrap_or(usize::MAX))?;
        Ok(Self::new(name, std::fs::read(path).map_err(io)?))
    }

    /// Tells the gateway something else than `{"filename", "sha256"}`, for the endpoints that want other members.
    ///
    /// The upload of APIv2, `v2/secapi/mch/uploadmedia`, has no meta; `{"sign_type": "MD5"}` signs its form by MD5 instead of
    /// HMAC-SHA256.
    pub fn meta(mut self, meta: Value) -> Self {
        self.meta = Some(meta);
        self
    }

    /// The SHA-256 of the content in lower-case hexadecimal, as most endpoints want it.
    pub fn sha256(&self) -> String {
        hash::sha256_hex(&self.content)
    }

    /// The SM3 of the content in lower-case hexadecimal, as the invoice (发票) endpoints want it.
    #[cfg(feature = "sm3")]
    #[cfg_attr(docsrs, doc(cfg(feature = "sm3")))]
    pub fn sm3(&self) -> String {
        hash::sm3_hex(&self.content)
    }

    /// What it is made of, for another form than that of APIv3.
    #[cfg(feature = "v2")]
    pub(super) fn into_parts(self) -> Result<Parts> {
        check_length(&self.name, self.content.len())?;
        Ok(Parts { name: self.name, content: self.content, meta: self.meta })
    }

    /// The whole body, with the boundary it is divided by.
    pub(crate) fn into_body(self) -> Result<Body> {
        check_length(&self.name, self.content.len())?;
        let boundary = format!("wechatpay-chain-{}", random::nonce()?);
        self.write(&boundary)
    }

    /// Meta first, then the file, in one buffer.
    fn write(self, boundary: &str) -> Result<Body> {
        let meta = match &self.meta {
            Some(meta @ Value::Object(_)) => meta.to_string(),
            Some(_) => return Err(Error::request("media: the meta is not a JSON object")),
            None => json!({"filename": self.name, "sha256": self.sha256()}).to_string(),
        };
        let (name, kind) = (quoted(&self.name), content_type(&self.name));
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"meta\"\r\nContent-Type: application/json\r\n\r\n{meta}\r\n\
             --{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: {kind}\r\n\r\n"
        );
        let tail = format!("\r\n--{boundary}--\r\n");
        let mut body = BytesMut::with_capacity(head.len() + self.content.len() + tail.len());
        body.put_slice(head.as_bytes());
        body.put_slice(&self.content);
        body.put_slice(tail.as_bytes());
        Ok(Body {
            bytes: body.freeze(),
            content_type: Some(format!("multipart/form-data; boundary={boundary}").into()),
            signed: Some(meta.into()),
        })
    }
}

impl fmt::Debug for Media {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Media({:?}, {} bytes)", self.name, self.content.len())
    }
}

fn check_length(name: &str, length: usize) -> Result<()> {
    match length > LIMIT {
        true => Err(Error::request(format!("media: {name} has {length} bytes, at most {LIMIT} can be uploaded"))),
        false => Ok(()),
    }
}

/// A file name between quotes (RFC 7578, section 2, by the escapes of the WHATWG's form data).
pub(super) fn quoted(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

pub(super) fn content_type(name: &str) -> &'static str {
    let extension = name.rsplit_once('.').map_or(String::new(), |(_, extension)| extension.to_ascii_lowercase());
    match extension.as_str() {
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "bmp" => "image/bmp",
        "gif" => "image/gif",
        "pdf" => "application/pdf",
        "mp4" | "m4v" => "video/mp4",
        "mov" => "video/quicktime",
        "avi" => "video/x-msvideo",
        "wmv" => "video/x-ms-wmv",
        "mpeg" => "video/mpeg",
        "mkv" => "video/x-matroska",
        "flv" | "f4v" => "video/x-flv",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::base64;
    use crate::keys::fixtures as f;

    #[test]
    fn the_body_is_byte_for_byte_the_vectors() {
        let vector = f::vector("v3-sign-upload-meta");
        let text = |name: &str| vector["input"][name].as_str().unwrap();
        let content = base64::decode(text("file_base64")).unwrap();
        let body = Media::new("营业执照.jpg", content).write(text("boundary")).unwrap();
        assert_eq!(body.bytes, base64::decode(text("multipart_base64")).unwrap());
        assert_eq!(body.content_type.unwrap(), text("multipart_content_type"));
        assert_eq!(body.signed.unwrap(), text("body"));
    }

    #[test]
    fn names_cannot_break_out_of_their_quotes() {
        let body = Media::new("a\"\r\nx: y.PNG", "x").write("b").unwrap();
        let text = String::from_utf8(body.bytes.to_vec()).unwrap();
        assert!(
            text.contains("filename=\"a%22%0D%0Ax: y.PNG\"\r\nContent-Type: image/png\r\n\r\nx\r\n--b--"),
            "{text}"
        );
        assert!(text.contains(r#"{"filename":"a\"\r\nx: y.PNG""#), "{text}");
        assert_eq!(content_type("x"), "application/octet-stream");
    }

    #[test]
    fn what_cannot_be_uploaded_is_named() {
        let error = Media::new("big.jpg", vec![0; LIMIT + 1]).into_body().unwrap_err();
        assert!(
            error.kind() == ErrorKind::Request && error.to_string().contains("big.jpg has 16777217 bytes"),
            "{error}"
        );
        assert!(Media::new("x", "y").meta(json!([])).into_body().is_err());
        let error = Media::from_path("/no/such/license.jpg").unwrap_err();
        assert!(error.kind() == ErrorKind::Io && error.to_string().contains("/no/such/license.jpg"), "{error}");
        assert_eq!(Media::from_path("/").unwrap_err().kind(), ErrorKind::Request);
        let fixture = Media::from_path(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/tls_ca.pem")).unwrap();
        assert!(format!("{fixture:?}").starts_with("Media(\"tls_ca.pem\", "));
    }

    #[cfg(feature = "sm3")]
    #[test]
    fn sm3_of_the_standards_example() {
        let expected = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0";
        assert_eq!(Media::new("x", "abc").sm3(), expected);
    }
}
