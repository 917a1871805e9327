//! The upload of APIv2: a form whose `sign` covers the file's hash, not the file.

use bytes::{BufMut as _, Bytes, BytesMut};
use serde_json::Value;

use super::body::Body;
use super::media::{Media, Parts, content_type, quoted};
use crate::crypto::secret::Secret;
use crate::crypto::{hash, random};
use crate::error::{Error, Result};
use crate::protocol::v2::sign::{SignType, sign};

/// The one endpoint that takes a file, without the `v2` of the chain.
pub(super) const PATH: &str = "/secapi/mch/uploadmedia";

/// The whole form; no nonce is part of it.
pub(super) fn body(media: Media, mchid: &str, secret: &Secret) -> Result<Body> {
    let parts = media.into_parts()?;
    let boundary = format!("wechatpay-chain-{}", random::nonce()?);
    let bytes = write(&parts, &boundary, sign_type(parts.meta.as_ref())?, mchid, secret);
    let content_type = Some(format!("multipart/form-data; boundary={boundary}").into());
    Ok(Body { bytes, content_type, signed: None })
}

/// The fields first, then the file, in one buffer.
fn write(parts: &Parts, boundary: &str, kind: SignType, mchid: &str, secret: &Secret) -> Bytes {
    let hash = hash::md5_lower(&parts.content);
    let signed = [("media_hash", hash.as_str()), ("mch_id", mchid), ("sign_type", kind.as_str())];
    let sign = sign(kind, &signed, secret);
    let mut body = BytesMut::with_capacity(parts.content.len() + 1024);
    for (name, value) in signed.into_iter().chain([("sign", sign.as_str())]) {
        let field = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.put_slice(field.as_bytes());
    }
    let (name, kind) = (quoted(&parts.name), content_type(&parts.name));
    let disposition = format!("Content-Disposition: form-data; name=\"media\"; filename=\"{name}\"");
    body.put_slice(format!("--{boundary}\r\n{disposition}\r\nContent-Type: {kind}\r\n\r\n").as_bytes());
    body.put_slice(&parts.content);
    body.put_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    body.freeze()
}

/// All that a caller can choose, as the only member of the meta.
fn sign_type(meta: Option<&Value>) -> Result<SignType> {
    let members = match meta {
        None => return Ok(SignType::HmacSha256),
        Some(Value::Object(members)) => members,
        Some(_) => return Err(Error::request("media: the meta is not a JSON object")),
    };
    if let Some(name) = members.keys().find(|name| *name != "sign_type") {
        let why = "an upload of APIv2 has no meta; only `sign_type` can be chosen by it";
        return Err(Error::request(format!("media: the meta has {name:?}: {why}")));
    }
    match members.get("sign_type").and_then(Value::as_str) {
        Some("MD5") => Ok(SignType::Md5),
        Some("HMAC-SHA256") => Ok(SignType::HmacSha256),
        None if members.is_empty() => Ok(SignType::HmacSha256),
        _ => Err(Error::request("media: sign_type is neither \"MD5\" nor \"HMAC-SHA256\"")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sign_is_that_of_three_fields() {
        // By `printf 'mch_id=10000100&media_hash=…'` and openssl, in the order of the names' bytes.
        let secret = Secret::new("192006250b4c09247ec02edce69f6a2d");
        let parts = || Media::new("a\".png", "abc").into_parts().unwrap();
        let text = |kind| String::from_utf8(write(&parts(), "B", kind, "10000100", &secret).to_vec()).unwrap();
        let expected = format!(
            "--B\r\nContent-Disposition: form-data; name=\"media_hash\"\r\n\r\n900150983cd24fb0d6963f7d28e17f72\r\n\
             --B\r\nContent-Disposition: form-data; name=\"mch_id\"\r\n\r\n10000100\r\n\
             --B\r\nContent-Disposition: form-data; name=\"sign_type\"\r\n\r\nMD5\r\n\
             --B\r\nContent-Disposition: form-data; name=\"sign\"\r\n\r\n{}\r\n\
             --B\r\nContent-Disposition: form-data; name=\"media\"; filename=\"a%22.png\"\r\nContent-Type: image/png\r\n\r\nabc\r\n--B--\r\n",
            "0EC8DF922AD92831736AC6AC289309B2"
        );
        assert_eq!(text(SignType::Md5), expected);
        assert!(
            text(SignType::HmacSha256).contains("064379366FFF2F8E64710A208453B540B5FB6F8098B9E268613235C177799D49")
        );
    }
}
