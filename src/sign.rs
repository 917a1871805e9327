//! What is signed and how it is written down, as pure functions: time and nonce are arguments.

use crate::crypto::base64;

/// Who signs: the scheme, the identity item, and the serial of the signing key.
///
/// The merchant scheme names `mchid`; the brand scheme, for `brand/…` paths, names `brand_id`.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    pub(crate) brand: bool,
    pub(crate) id: String,
    pub(crate) serial: String,
}

impl Identity {
    pub(crate) fn scheme(&self) -> &'static str {
        if self.brand { "WECHATPAY-BRAND-SHA256-RSA2048" } else { "WECHATPAY2-SHA256-RSA2048" }
    }

    pub(crate) fn item(&self) -> &'static str {
        if self.brand { "brand_id" } else { "mchid" }
    }
}

/// The five lines a request's signature covers, each ended by LF: method, path with query, Unix seconds, nonce, body.
///
/// Source: 签名生成 (4012365342). The target is what stands on the wire; `body` is the exact bytes sent, or the `meta`
/// part of an upload.
pub(crate) fn message(method: &str, target: &str, timestamp: u64, nonce: &str, body: &[u8]) -> Vec<u8> {
    let mut message = Vec::with_capacity(method.len() + target.len() + nonce.len() + body.len() + 25);
    for line in [method.as_bytes(), target.as_bytes(), timestamp.to_string().as_bytes(), nonce.as_bytes(), body] {
        message.extend_from_slice(line);
        message.push(b'\n');
    }
    message
}

/// The value of the `Authorization` header, on one line.
pub(crate) fn authorization(identity: &Identity, timestamp: u64, nonce: &str, signature: &[u8]) -> String {
    let Identity { id, serial, .. } = identity;
    format!(
        r#"{} {}="{id}",nonce_str="{nonce}",timestamp="{timestamp}",serial_no="{serial}",signature="{}""#,
        identity.scheme(),
        identity.item(),
        base64::encode(signature),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures as f;
    use crate::keys::PrivateKey;

    #[test]
    fn vectors() {
        let vectors: Vec<serde_json::Value> = serde_json::from_str(f::VECTORS).unwrap();
        let key = PrivateKey::from_pem(f::MERCHANT_KEY).unwrap();
        let mut count = 0;
        for vector in vectors.iter().filter(|vector| vector["kind"] == "v3_request_sign") {
            let text = |pointer| vector.pointer(pointer).unwrap().as_str().unwrap();
            let identity =
                Identity { brand: false, id: text("/input/mchid").into(), serial: text("/input/serial_no").into() };
            let (time, nonce) = (text("/input/timestamp").parse().unwrap(), text("/input/nonce_str"));
            let body = text("/input/body").as_bytes();
            let message = message(text("/input/method"), text("/input/request_target"), time, nonce, body);
            assert_eq!(message, text("/expected/message").as_bytes());
            let signature = key.sign(&message).unwrap();
            assert_eq!(authorization(&identity, time, nonce, &signature), text("/expected/authorization"));
            count += 1;
        }
        assert_eq!(count, 7);
    }

    #[test]
    fn a_brand_signs_with_its_own_scheme_and_item() {
        let identity = Identity { brand: true, id: "B1".into(), serial: "5F".into() };
        let expected = r#"WECHATPAY-BRAND-SHA256-RSA2048 brand_id="B1",nonce_str="n",timestamp="7",serial_no="5F",signature="AQI=""#;
        assert_eq!(authorization(&identity, 7, "n", &[1, 2]), expected);
    }
}
