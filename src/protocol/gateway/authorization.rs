//! The `Authorization` of a request: read, and verified in the gateway's order.

use std::fmt;

use super::failure::Failure;
use super::message::request_message;
use crate::crypto::base64;
use crate::keys::PublicKey;
use crate::protocol::v3::sign::Scheme;

const ITEMS: [&str; 5] = ["mchid", "nonce_str", "timestamp", "serial_no", "signature"];

/// The gateway refuses a clock that is off by more, in seconds.
const WINDOW: u64 = 300;

/// The five items of an `Authorization` header, as they were sent; `Debug` shows no signature.
#[derive(Clone)]
pub struct Authorization {
    mchid: String,
    nonce: String,
    timestamp: String,
    serial: String,
    signature: String,
}

impl fmt::Debug for Authorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { mchid, nonce, timestamp, serial, .. } = self;
        write!(
            f,
            "Authorization {{ mchid: {mchid:?}, nonce: {nonce:?}, timestamp: {timestamp:?}, serial: {serial:?}, .. }}"
        )
    }
}

impl Authorization {
    /// Reads the header's value: the scheme and the five items, in any order, each once and in quotes.
    ///
    /// # Errors
    ///
    /// `Missing` for an empty text, `Scheme`, `Repeated`, and `Malformed` for all else; what the items say is not looked at.
    ///
    /// ```
    /// use wechatpay_chain::gateway::{Authorization, Failure};
    ///
    /// let text = r#"WECHATPAY2-SHA256-RSA2048 timestamp="1554208460",mchid="1900009191",serial_no="5F3A",nonce_str="593B",signature="AQ==""#;
    /// let authorization = Authorization::parse(text)?;
    /// assert_eq!((authorization.mchid(), authorization.timestamp()), ("1900009191", Some(1_554_208_460)));
    /// assert_eq!(Authorization::parse("Basic dTpw").unwrap_err(), Failure::Scheme);
    /// # Ok::<(), Failure>(())
    /// ```
    pub fn parse(header: &str) -> Result<Self, Failure> {
        Self::read(header).map_err(|(failure, _)| failure)
    }

    /// The same; what is wrong with the header is also told more exactly.
    pub(crate) fn read(header: &str) -> Result<Self, (Failure, &'static str)> {
        const NO_ITEMS: &str = "the header Authorization has no items";
        let malformed = |why| (Failure::Malformed, why);
        if !header.is_ascii() {
            return Err(malformed("the header Authorization is not ASCII"));
        }
        if header.trim().is_empty() {
            return Err((Failure::Missing, NO_ITEMS));
        }
        let (scheme, list) = header.split_once(' ').ok_or(malformed(NO_ITEMS))?;
        if scheme != Scheme::Merchant.name() {
            return Err((Failure::Scheme, Failure::Scheme.text()));
        }
        let mut found = [None; 5];
        for item in list.split(',') {
            let (name, value) =
                item.trim().split_once('=').ok_or(malformed("an item of Authorization has no value"))?;
            let at = ITEMS.iter().position(|known| *known == name);
            let at = at.ok_or(malformed("Authorization has an unknown item"))?;
            let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
            if found[at].replace(value.ok_or(malformed("an item of Authorization is not in quotes"))?).is_some() {
                return Err((Failure::Repeated, Failure::Repeated.text()));
            }
        }
        match found.map(|value| value.map(str::to_owned)) {
            [Some(mchid), Some(nonce), Some(timestamp), Some(serial), Some(signature)] => {
                Ok(Self { mchid, nonce, timestamp, serial, signature })
            }
            _ => Err(malformed("Authorization lacks one of mchid, nonce_str, timestamp, serial_no, signature")),
        }
    }

    /// The merchant number.
    pub fn mchid(&self) -> &str {
        &self.mchid
    }

    /// The nonce, `nonce_str`.
    pub fn nonce(&self) -> &str {
        &self.nonce
    }

    /// The timestamp as it was sent, which is what is signed.
    pub fn timestamp_text(&self) -> &str {
        &self.timestamp
    }

    /// The timestamp in seconds since 1970; `None` if it is not digits alone, or too many of them.
    pub fn timestamp(&self) -> Option<u64> {
        let digits = Some(&self.timestamp).filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
        digits.and_then(|text| text.parse().ok())
    }

    /// The serial of the merchant API certificate, `serial_no`.
    pub fn serial(&self) -> &str {
        &self.serial
    }

    /// The signature, base64.
    pub fn signature(&self) -> &str {
        &self.signature
    }

    /// Whether the gateway would accept the request: time, key, nonce and signature, in its order; the first failure is told.
    ///
    /// `target` is path and query as they came, `body` what was signed of the body (of an upload its meta), `now` the gateway's clock in
    /// seconds since 1970. `key` gives the public key of a merchant number and a serial. Whether the nonce was seen before is the
    /// caller's to know.
    ///
    /// # Errors
    ///
    /// `Timestamp`, `Window`, `UnknownKey`, `Nonce`, `NotBase64` or `Mismatch`.
    pub fn verify<'k>(
        &self,
        method: &str,
        target: &str,
        body: &[u8],
        now: u64,
        key: impl FnOnce(&str, &str) -> Option<&'k PublicKey>,
    ) -> Result<(), Failure> {
        let time = self.timestamp().ok_or(Failure::Timestamp)?;
        if time.abs_diff(now) > WINDOW {
            return Err(Failure::Window);
        }
        let key = key(&self.mchid, &self.serial).ok_or(Failure::UnknownKey)?;
        if self.nonce.is_empty() || self.nonce.len() > 32 {
            return Err(Failure::Nonce);
        }
        let signature = base64::decode(&self.signature).ok_or(Failure::NotBase64)?;
        let message = request_message(method, target, &self.timestamp, &self.nonce, body);
        match key.verify(&message, &signature) {
            true => Ok(()),
            false => Err(Failure::Mismatch),
        }
    }

    /// Whether the signature is `key`'s over exactly this message, for finding out what was signed instead.
    pub fn signs(&self, message: &[u8], key: &PublicKey) -> bool {
        base64::decode(&self.signature).is_some_and(|signature| key.verify(message, &signature))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::fixtures as f;

    fn merchant() -> PublicKey {
        PublicKey::from_pem(f::MERCHANT_PUBLIC).unwrap()
    }

    #[test]
    fn vectors_pass_and_one_character_anywhere_fails() {
        let vectors: Vec<serde_json::Value> = serde_json::from_str(f::VECTORS).unwrap();
        let key = merchant();
        let mut count = 0;
        for vector in vectors.iter().filter(|vector| vector["kind"] == "v3_request_sign") {
            let text = |pointer| vector.pointer(pointer).unwrap().as_str().unwrap();
            let (method, target, body) = (text("/input/method"), text("/input/request_target"), text("/input/body"));
            let (time, nonce) = (text("/input/timestamp"), text("/input/nonce_str"));
            let message = request_message(method, target, time, nonce, body.as_bytes());
            assert_eq!(message, text("/expected/message").as_bytes());
            let header = Authorization::parse(text("/expected/authorization")).unwrap();
            assert_eq!((header.mchid(), header.serial()), (text("/input/mchid"), text("/input/serial_no")));
            assert_eq!((header.timestamp_text(), header.nonce()), (time, nonce));
            assert_eq!(header.signature(), text("/expected/signature"));
            let now = header.timestamp().unwrap();
            let check = |header: &Authorization, method: &str, target: &str, body: &str| {
                header.verify(method, target, body.as_bytes(), now, |mchid, serial| {
                    (mchid == "1900009191" && serial == f::MERCHANT_SERIAL).then_some(&key)
                })
            };
            assert_eq!(check(&header, method, target, body), Ok(()));
            assert!(header.signs(&message, &key) && !header.signs(&message[1..], &key));
            for (method, target, body) in
                [("PUT", target, body), (method, &*format!("{target}?"), body), (method, target, &*format!("{body} "))]
            {
                assert_eq!(check(&header, method, target, body), Err(Failure::Mismatch));
            }
            let other = Authorization { nonce: format!("{}x", &nonce[1..]), ..header.clone() };
            assert_eq!(check(&other, method, target, body), Err(Failure::Mismatch));
            // What is signed is the text, not the number.
            let other = Authorization { timestamp: format!("0{time}"), ..header.clone() };
            assert_eq!((other.timestamp(), check(&other, method, target, body)), (Some(now), Err(Failure::Mismatch)));
            count += 1;
        }
        assert_eq!(count, 7);
    }

    #[test]
    fn the_first_check_that_fails_is_told() {
        let key = merchant();
        let of = |timestamp: &str, serial: &str, nonce: &str, signature: &str| Authorization {
            mchid: "1".into(),
            nonce: nonce.into(),
            timestamp: timestamp.into(),
            serial: serial.into(),
            signature: signature.into(),
        };
        let long = "n".repeat(33);
        let longest = "n".repeat(32);
        for (authorization, expected) in [
            (of("+1000", "x", "", "*"), Failure::Timestamp),
            (of("", "x", "", "*"), Failure::Timestamp),
            (of("99999999999999999999", "x", "", "*"), Failure::Timestamp),
            (of("699", "x", "", "*"), Failure::Window),
            (of("1301", "x", "", "*"), Failure::Window),
            (of("1000000", "x", "", "*"), Failure::Window),
            (of("700", "x", "", "*"), Failure::UnknownKey),
            (of("1300", "5F", "", "*"), Failure::Nonce),
            (of("1000", "5F", &long, "*"), Failure::Nonce),
            (of("1000", "5F", &longest, "*"), Failure::NotBase64),
            (of("1000", "5F", "n", "QUI"), Failure::NotBase64),
            (of("1000", "5F", "n", ""), Failure::Mismatch),
            (of("1000", "5F", "n", "QUI="), Failure::Mismatch),
        ] {
            let found = authorization.verify("GET", "/", b"", 1000, |_, serial| (serial == "5F").then_some(&key));
            assert_eq!(found, Err(expected), "{authorization:?}");
        }
        assert!(!of("1", "", "", "*").signs(b"", &key));
    }

    #[test]
    fn a_header_is_read_in_any_order_and_nothing_else_is() {
        let items = r#"signature="QQ==",mchid="1", nonce_str="n",serial_no="5F",timestamp="7""#;
        let scheme = "WECHATPAY2-SHA256-RSA2048";
        let right = format!("{scheme} {items}");
        let read = Authorization::parse(&right).unwrap();
        let shown = r#"Authorization { mchid: "1", nonce: "n", timestamp: "7", serial: "5F", .. }"#;
        assert_eq!((format!("{read:?}").as_str(), read.signature()), (shown, "QQ=="));
        for (text, failure, why) in [
            (String::new(), Failure::Missing, "has no items"),
            ("  ".into(), Failure::Missing, "has no items"),
            (scheme.into(), Failure::Malformed, "has no items"),
            (right.replace("SHA256", "SHA1"), Failure::Scheme, "the scheme is not"),
            (right.to_ascii_lowercase(), Failure::Scheme, "the scheme is not"),
            (format!("{scheme} "), Failure::Malformed, "has no value"),
            (right.replace("mchid=", "mchid"), Failure::Malformed, "has no value"),
            (format!("{right},"), Failure::Malformed, "has no value"),
            (right.replace("mchid", "brand_id"), Failure::Malformed, "unknown item"),
            (right.replace("\"1\"", "1"), Failure::Malformed, "not in quotes"),
            (right.replace("\"1\"", "\""), Failure::Malformed, "not in quotes"),
            (right.replace("mchid=\"1\",", ""), Failure::Malformed, "lacks one of"),
            (format!("{right},mchid=\"1\""), Failure::Repeated, "stands twice"),
            (right.replace("\"n\"", "\"ñ\""), Failure::Malformed, "not ASCII"),
        ] {
            let (found, told) = Authorization::read(&text).unwrap_err();
            assert_eq!((found, told.contains(why)), (failure, true), "{text}: {told}");
            assert_eq!(Authorization::parse(&text).unwrap_err(), failure);
        }
    }
}
