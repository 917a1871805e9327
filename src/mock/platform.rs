//! The platform's side of trust: which key signs, which certificates are handed out, and what was encrypted for them.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use http::Method;
use serde_json::{Value, json};

use super::journal::Call;
use super::keyring::{API_V3_KEY, PLATFORM_ID, Validity, certified, generate};
use super::merchant::Parties;
use crate::crypto::x509_builder::{Purpose, beijing};
use crate::crypto::{hash, random};
use crate::error::{BoxError, Error, Result};
use crate::protocol::gateway::{PlatformKey, is_ciphertext, seal};
use crate::protocol::v3::trust::same_serial;

/// The length of what is encrypted for one of the platform's keys, all of which have 2048 bits.
const CIPHERTEXT: usize = 344;

/// A certificate that `/v3/certificates` hands out.
#[derive(Debug)]
struct Issued {
    signatory: PlatformKey,
    period: (SystemTime, SystemTime),
    pem: String,
}

/// All keys of the platform.
#[derive(Debug, Default)]
pub(super) struct Platform {
    issued: Mutex<Vec<Issued>>,
    /// The key that signs everything, whatever a request names.
    forced: Mutex<Option<PlatformKey>>,
}

impl Platform {
    /// Who signs what nobody asked for, such as a notification: whoever was chosen, else the WeChat Pay public key.
    pub(super) fn signatory(&self, parties: &Parties) -> PlatformKey {
        lock(&self.forced).clone().unwrap_or_else(|| parties.platform.clone())
    }

    /// Who signs the answer to a call, if nobody was chosen: the key that its `Wechatpay-Serial` names, if it is one of the
    /// platform's; else the newest certificate in force. Of certificates, who holds none is told by the WeChat Pay public key.
    pub(super) fn signatory_for(&self, call: &Call, parties: &Parties) -> PlatformKey {
        let forced = lock(&self.forced).clone();
        let named = || self.named(call.serial(), parties);
        let newest = || if is_download(call) { None } else { self.newest() };
        forced.or_else(named).or_else(newest).unwrap_or_else(|| parties.platform.clone())
    }

    /// The key of the newest certificate that is valid now.
    fn newest(&self) -> Option<PlatformKey> {
        let now = SystemTime::now();
        let issued = lock(&self.issued);
        let valid = |issued: &&Issued| (issued.period.0..=issued.period.1).contains(&now);
        issued.iter().rev().find(valid).map(|issued| issued.signatory.clone())
    }

    /// Chooses who signs; false for a name that is not one of the platform's.
    pub(super) fn sign_with(&self, serial: &str, parties: &Parties) -> bool {
        let found = self.named(serial, parties);
        let known = found.is_some();
        if known {
            *lock(&self.forced) = found;
        }
        known
    }

    /// As at the start: no certificates, and nobody chosen.
    pub(super) fn reset(&self) {
        lock(&self.issued).clear();
        *lock(&self.forced) = None;
    }

    /// Makes a certificate with a key of its own and hands it out from now on.
    pub(super) fn issue(&self, validity: Validity, parties: &Parties) -> Result<String> {
        let (_, key) = generate()?;
        // 40 digits, the first not zero, as those of WeChat Pay.
        let serial = format!("7{}", &hash::sha1_hex(random::nonce()?.as_bytes()).to_ascii_uppercase()[1..]);
        let period = validity.period();
        let pem = certified(&key, &serial, period, Purpose::EndEntity, parties.platform.private_key());
        let pem = pem.ok_or_else(|| Error::config("a certificate could not be made"))?;
        lock(&self.issued).push(Issued { signatory: PlatformKey::new(serial.clone(), key), period, pem });
        Ok(serial)
    }

    /// Hands a certificate out no longer; its key can still be the one that signs.
    pub(super) fn withdraw(&self, serial: &str) {
        lock(&self.issued).retain(|issued| issued.signatory.id() != serial);
    }

    /// What `GET /v3/certificates` answers; a merchant without any has the WeChat Pay public key.
    pub(super) fn certificates(&self) -> Result<(u16, Value), BoxError> {
        let entries = lock(&self.issued).iter().map(entry).collect::<Result<Vec<_>, BoxError>>()?;
        if entries.is_empty() {
            let message = "无可用的平台证书，请在商户平台-API安全申请使用微信支付公钥";
            return Ok((404, json!({"code": "RESOURCE_NOT_EXISTS", "message": message})));
        }
        Ok((200, json!({"data": entries})))
    }

    /// Puts plain text in the place of what was encrypted for the key that `serial` names; the pointer of what was not.
    pub(super) fn decrypt(&self, parties: &Parties, serial: &str, value: &mut Value) -> Result<(), String> {
        match value {
            Value::String(text) if text.len() == CIPHERTEXT && is_ciphertext(text) => {
                let signatory = self.named(serial, parties).ok_or_else(String::new)?;
                *text = signatory.open(text).map_err(|_| String::new())?;
            }
            Value::Array(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    self.decrypt(parties, serial, item).map_err(|rest| format!("/{index}{rest}"))?;
                }
            }
            Value::Object(members) => {
                for (name, member) in members {
                    self.decrypt(parties, serial, member).map_err(|rest| format!("/{name}{rest}"))?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// The key of that name.
    fn named(&self, serial: &str, parties: &Parties) -> Option<PlatformKey> {
        if same_serial(serial, PLATFORM_ID) {
            return Some(parties.platform.clone());
        }
        let issued = lock(&self.issued);
        let issued = issued.iter().find(|issued| same_serial(issued.signatory.id(), serial));
        issued.map(|issued| issued.signatory.clone())
    }
}

/// Whether a call asks for the platform certificates.
pub(super) fn is_download(call: &Call) -> bool {
    let paths = ["/v3/certificates", "/v3/global/certificates", "/hk/v3/certificates"];
    call.method() == Method::GET && paths.contains(&call.path())
}

fn entry(issued: &Issued) -> Result<Value, BoxError> {
    let nonce = &random::nonce()?[..12];
    let (from, to) = issued.period;
    Ok(json!({
        "serial_no": issued.signatory.id(),
        "effective_time": beijing(from),
        "expire_time": beijing(to),
        "encrypt_certificate": seal(API_V3_KEY, nonce, "certificate", issued.pem.as_bytes())?,
    }))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
