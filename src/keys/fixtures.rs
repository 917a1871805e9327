//! Throw-away keys for the unit tests; `tests/fixtures/README.md` says whence.
#![cfg(test)]

pub(crate) const MERCHANT_SERIAL: &str = "5F3A9C01D2E47B6088A1C3F5E70912B4D6C8AA17";
pub(crate) const PLATFORM_SERIAL: &str = "7132D72A03E93CDDF8C03BBD1F37EEDF4ACEC9A1";
pub(crate) const WECHATPAY_ID: &str = "PUB_KEY_ID_0119000091912026112200388900000001";

/// One of `vectors.json`, by its id.
pub(crate) fn vector(id: &str) -> serde_json::Value {
    let vectors: Vec<serde_json::Value> = serde_json::from_str(VECTORS).unwrap();
    vectors.into_iter().find(|vector| vector["id"] == id).unwrap()
}

/// A JSON object of texts as headers.
pub(crate) fn headers(object: &serde_json::Value) -> http::HeaderMap {
    let pairs = object.as_object().unwrap().iter();
    let pair = |(name, value): (&String, &serde_json::Value)| {
        (name.parse::<http::HeaderName>().unwrap(), value.as_str().unwrap().parse().unwrap())
    };
    pairs.map(pair).collect()
}

macro_rules! fixture {
    ($($name:ident = $file:literal;)*) => {
        $(pub(crate) const $name: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/", $file));)*
    };
}

fixture! {
    EC_KEY = "ec_key.pem";
    EVENTS = "events.tsv";
    MERCHANT_CERT = "merchant_cert.pem";
    MERCHANT_KEY = "merchant_key.pem";
    MERCHANT_KEY_PKCS1 = "merchant_key_pkcs1.pem";
    MERCHANT_PUBLIC = "merchant_public.pem";
    MERCHANT_PUBLIC_PKCS1 = "merchant_public_pkcs1.pem";
    PLATFORM_CERT = "platform_cert.pem";
    SHORT_KEY = "short_key.pem";
    VECTORS = "vectors.json";
    WECHATPAY_PUBLIC = "wechatpay_public.pem";
}
