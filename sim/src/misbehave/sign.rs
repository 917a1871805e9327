//! How an answer of APIv3 is signed wrongly.

use std::error::Error;

use wechatpay_chain::gateway::PlatformKey;

use super::body::tamper;
use crate::engine::faults::act::Signing as How;
use crate::gate::answer::{Given, Signing};
use crate::gate::outgoing::Outgoing;
use crate::keys::platform::PlatformKeys;
use crate::keys::stranger::stranger;

/// Signs an answer as a fault has it; `right` is how it would be signed.
///
/// # Errors
///
/// When the cryptographic library fails.
pub(super) fn sign(given: Given, how: How, right: &Signing, keys: &PlatformKeys) -> Result<Outgoing, Box<dyn Error>> {
    let seconds = match how {
        How::Stale(ago) => right.seconds.saturating_sub(ago.into()),
        // From the next second on: it is still so far ahead when the answer arrives.
        How::Future(ahead) => right.seconds.saturating_add(1).saturating_add(ahead.into()),
        _ => right.seconds,
    };
    let key = match how {
        How::Absent => return Ok(given.unsigned(&right.request_id)),
        How::UnknownSerial => stranger()?,
        How::OtherKey => other(&right.key, keys),
        _ => right.key.clone(),
    };
    let mut outgoing = given.signed(&Signing { key, seconds, ..right.clone() })?;
    for (_, value) in outgoing.headers.iter_mut().filter(|(name, _)| name == "Wechatpay-Signature") {
        *value = spoilt(how, value);
    }
    if how == How::Tampered {
        change_one(&mut outgoing);
    }
    Ok(outgoing)
}

/// The key of the other kind: the newest certificate's instead of the public key, or the public key.
fn other(right: &PlatformKey, keys: &PlatformKeys) -> PlatformKey {
    let certificate = keys.certificates.last().map(|issued| &issued.key).filter(|_| right.id() == keys.public.id());
    certificate.unwrap_or(&keys.public).clone()
}

/// The signature as a fault leaves it.
fn spoilt(how: How, signature: &str) -> String {
    match how {
        How::Wrong => flipped(signature),
        How::NotBase64 => format!("?{signature}?"),
        How::Probe => format!("WECHATPAY/SIGNTEST/{signature}"),
        _ => signature.to_owned(),
    }
}

/// Base64 of other bytes of the same length.
fn flipped(signature: &str) -> String {
    let other = |c: char| if c == 'A' { 'B' } else { 'A' };
    let mut chars = signature.chars();
    chars.next().map(other).into_iter().chain(chars).collect()
}

/// Changes a byte of what was signed: of the body, or of the nonce if there is none.
fn change_one(outgoing: &mut Outgoing) {
    let mut body = outgoing.body.to_vec();
    if tamper(&mut body) {
        outgoing.body = body.into();
        return;
    }
    for (_, value) in outgoing.headers.iter_mut().filter(|(name, _)| name == "Wechatpay-Nonce") {
        value.push('0');
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use wechatpay_chain::PublicKey;
    use wechatpay_chain::gateway::answer_message;

    use super::*;
    use crate::engine::time::Time;
    use crate::keys::ring::Keyring;

    struct Signed {
        outgoing: Outgoing,
        right: PlatformKey,
        other: PlatformKey,
    }

    fn signed(how: How, body: &'static str) -> Signed {
        let keys = Keyring::in_memory(Time::from_millis(1_795_000_000_000)).unwrap().platform();
        let (right, other) = (keys.public.clone(), keys.certificates[0].key.clone());
        let given = Given { body: body.into(), ..Given::empty(200) };
        let signing = Signing { key: right.clone(), seconds: 1000, nonce: "abc".into(), request_id: "ID".into() };
        Signed { outgoing: sign(given, how, &signing, &keys).unwrap(), right, other }
    }

    impl Signed {
        fn header(&self, name: &str) -> &str {
            self.outgoing.header(name).unwrap_or_default()
        }

        fn verifies(&self, key: &PlatformKey) -> bool {
            let message =
                answer_message(self.header("Wechatpay-Timestamp"), self.header("Wechatpay-Nonce"), &self.outgoing.body);
            let key: PublicKey = key.public_key().unwrap();
            let signature = base64::engine::general_purpose::STANDARD.decode(self.header("Wechatpay-Signature"));
            signature.is_ok_and(|signature| key.verify(&message, &signature))
        }
    }

    #[test]
    fn what_must_not_verify_does_not() {
        for how in [How::Wrong, How::NotBase64, How::Tampered, How::UnknownSerial, How::Probe] {
            for body in ["{\"a\":1}", ""] {
                let signed = signed(how, body);
                assert!(!signed.verifies(&signed.right), "{how:?}");
                assert!(!signed.header("Wechatpay-Signature").is_empty(), "{how:?}");
            }
        }
        assert_eq!(signed(How::Absent, "{}").outgoing.headers, [("Request-ID".to_owned(), "ID-0".to_owned())]);
        assert!(signed(How::Probe, "").header("Wechatpay-Signature").starts_with("WECHATPAY/SIGNTEST/"));
        assert_eq!(signed(How::Tampered, "{\"a\":1}").outgoing.body, &b"{\"a\":2}"[..]);
        assert_eq!(signed(How::Tampered, "").header("Wechatpay-Nonce"), "abc0");
    }

    #[test]
    fn what_verifies_is_of_another_time_or_another_key() {
        let stale = signed(How::Stale(301), "{}");
        assert!(stale.verifies(&stale.right) && stale.header("Wechatpay-Timestamp") == "699");
        let future = signed(How::Future(301), "{}");
        assert!(future.verifies(&future.right) && future.header("Wechatpay-Timestamp") == "1302");
        let other = signed(How::OtherKey, "{}");
        assert!(other.verifies(&other.other) && other.header("Wechatpay-Serial") == other.other.id());
        let stranger = signed(How::UnknownSerial, "{}");
        let key = super::stranger().unwrap();
        assert!(stranger.verifies(&key) && stranger.header("Wechatpay-Serial") == key.id());
    }
}
