//! A merchant's own public part, registered in place of a certificate that is made here. Private keys are never taken in.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use wechatpay_chain::{Certificate, PublicKey};

use super::dates::time_of;
use super::error::KeyError;
use super::forge::{Span, serial};
use super::merchant::ApiCertificate;
use crate::engine::time::Time;

/// Whether a text has anything to do with a private key.
pub(crate) fn is_private(pem: &str) -> bool {
    pem.contains("PRIVATE KEY")
}

/// Whether a certificate, PEM, is of the real WeChat Pay: issued by Tenpay, or naming it.
pub(crate) fn is_tenpays(pem: &str) -> bool {
    const NAME: &[u8] = b"tenpay";
    let names = |bytes: &[u8]| bytes.windows(NAME.len()).any(|part| part.eq_ignore_ascii_case(NAME));
    let blocks = pem.split("-----BEGIN CERTIFICATE-----").skip(1);
    let base64 =
        blocks.map(|rest| rest.split("-----END").next().unwrap_or_default().split_whitespace().collect::<String>());
    // Names stand in a certificate as they are.
    names(pem.as_bytes()) || base64.flat_map(|text| STANDARD.decode(text)).any(|certificate| names(&certificate))
}

/// Reads a certificate, PEM; none of the real WeChat Pay's.
pub(super) fn certificate(pem: &str) -> Result<ApiCertificate, KeyError> {
    if is_tenpays(pem) {
        return Err(KeyError::new(
            "certificate: it is Tenpay's or names it: nothing of the real WeChat Pay is taken in",
        ));
    }
    let read = Certificate::from_pem(pem).map_err(|error| KeyError::of("certificate", error))?;
    Ok(ApiCertificate {
        serial: read.serial().to_owned(),
        public_key: read.public_key().clone(),
        pem: Some(pem.to_owned()),
        private_key: None,
        not_before: time_of(read.not_before()),
        not_after: time_of(read.not_after()),
    })
}

/// The serial of a certificate, DER.
pub(crate) fn serial_of(der: &[u8]) -> Option<String> {
    let pem = format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", STANDARD.encode(der));
    certificate(&pem).ok().map(|certificate| certificate.serial)
}

/// Reads a public key, PEM, and gives it a serial.
pub(super) fn public_key(pem: &str, now: Time) -> Result<ApiCertificate, KeyError> {
    let serial = serial()?.iter().fold(String::new(), |text, byte| format!("{text}{byte:02X}"));
    named_public_key(pem, serial, now)
}

/// The same with the serial that it has.
pub(super) fn named_public_key(pem: &str, serial: String, now: Time) -> Result<ApiCertificate, KeyError> {
    let public_key = PublicKey::from_pem(pem).map_err(|error| KeyError::of("public_key", error))?;
    let Span { from, to } = Span::five_years(now);
    Ok(ApiCertificate { serial, public_key, pem: None, private_key: None, not_before: from, not_after: to })
}
