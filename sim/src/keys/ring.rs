//! All keys of a simulator, held ready: read or made at first use.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use rustls::ServerConfig;

use super::error::KeyError;
use super::forge::{self, Authority, Span};
use super::load;
use super::merchant::{ApiCertificate, MerchantKeys};
use super::own;
use super::platform::PlatformKeys;
use super::store::{Store, Text};
use crate::engine::time::Time;

/// The keys of the merchants and of the platform.
pub(crate) struct Keyring {
    store: Store,
    authority: Authority,
    /// One at a time changes keys that are there.
    changing: Mutex<()>,
    merchants: RwLock<BTreeMap<String, Arc<MerchantKeys>>>,
    platform: RwLock<Arc<PlatformKeys>>,
}

/// One at a time reads what is there and makes what is not: simulators in one process share what they make.
static MAKING: Mutex<()> = Mutex::new(());

/// The merchant whose keys are there from the start.
pub(crate) const FIRST: &str = "1900000001";

impl Keyring {
    /// The ring of a folder, which is made if it is not there.
    ///
    /// # Errors
    ///
    /// Names the file that cannot be read or written, or is not what it should be.
    pub(crate) fn open(folder: &Path, now: Time) -> Result<Self, KeyError> {
        Self::of(Store::folder(folder)?, now)
    }

    /// A ring without a folder; its keys are those of the process, until they are changed.
    ///
    /// # Errors
    ///
    /// Should the cryptographic library fail.
    pub(crate) fn in_memory(now: Time) -> Result<Self, KeyError> {
        Self::of(Store::memory(), now)
    }

    fn of(store: Store, now: Time) -> Result<Self, KeyError> {
        let _making = MAKING.lock().unwrap_or_else(PoisonError::into_inner);
        let authority = load::authority(&store, now)?;
        let (platform, first) = load::first(&store, &authority, FIRST, now)?;
        let merchants = RwLock::new(BTreeMap::from([(FIRST.to_owned(), Arc::new(first))]));
        Ok(Self { store, authority, changing: Mutex::default(), merchants, platform: RwLock::new(Arc::new(platform)) })
    }

    /// Where a file of the folder lies; `None` without a folder.
    pub(crate) fn path(&self, name: &str) -> Option<PathBuf> {
        self.store.path(name)
    }

    /// Where the private key of a merchant's certificate lies; `None` without a folder.
    pub(crate) fn private_key_path(&self, mchid: &str, serial: &str) -> Option<String> {
        let file = |name: &str| load::merchant_file(mchid, name);
        let usual = self.store.read(&file("apiclient_cert.pem")).ok()??;
        let is_usual = own::certificate(&usual).is_ok_and(|usual| usual.serial == serial);
        let name = if is_usual { file("apiclient_key.pem") } else { file(&format!("cert_{serial}.key.pem")) };
        self.path(&name).map(|path| path.display().to_string())
    }

    /// The certificate of the authority that issues all others, PEM.
    pub(crate) fn ca(&self) -> Result<Text, KeyError> {
        load::ca(&self.store)
    }

    /// How the TLS listener shakes hands.
    pub(crate) fn tls(&self) -> Result<ServerConfig, KeyError> {
        load::tls(&self.store)
    }

    /// The folder's files that are no keys: `rules.json` and such.
    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    /// A merchant's keys if they were used before.
    pub(crate) fn held(&self, mchid: &str) -> Option<Arc<MerchantKeys>> {
        self.merchants.read().unwrap_or_else(PoisonError::into_inner).get(mchid).cloned()
    }

    /// A merchant's keys, read or made at first use. Only for merchants that there are, whose numbers are digits.
    pub(crate) fn merchant(&self, mchid: &str, now: Time) -> Result<Arc<MerchantKeys>, KeyError> {
        if let Some(held) = self.held(mchid) {
            return Ok(held);
        }
        let _making = MAKING.lock().unwrap_or_else(PoisonError::into_inner);
        self.read_again(mchid, now)
    }

    /// All keys that were used before, by merchant.
    pub(crate) fn all_held(&self) -> Vec<(String, Arc<MerchantKeys>)> {
        let merchants = self.merchants.read().unwrap_or_else(PoisonError::into_inner);
        merchants.iter().map(|(mchid, keys)| (mchid.clone(), Arc::clone(keys))).collect()
    }

    /// A new API certificate with a new key; the one with the usual names before it keeps its serial's.
    pub(crate) fn new_certificate(&self, mchid: &str, now: Time) -> Result<ApiCertificate, KeyError> {
        let _changing = self.changing();
        let before = self.merchant(mchid, now)?;
        let file = |name: &str| load::merchant_file(mchid, name);
        let usual = self.store.read(&file("apiclient_cert.pem"))?.map(|pem| own::certificate(&pem)).transpose()?;
        for old in before.certificates.iter().filter(|old| usual.as_ref().is_some_and(|it| it.serial == old.serial)) {
            if let (Some(pem), Some(key)) = (&old.pem, &old.private_key) {
                self.store.write(&file(&format!("cert_{}.key.pem", old.serial)), key)?;
                self.store.write(&file(&format!("cert_{}.pem", old.serial)), pem)?;
            }
        }
        load::api_certificate(&self.authority, mchid, now, |name, text| self.store.write(&file(name), text))?;
        let pem = self.store.read(&file("apiclient_cert.pem"))?.unwrap_or_default();
        let mut made = own::certificate(&pem)?;
        made.private_key = self.store.read(&file("apiclient_key.pem"))?;
        Ok(self.add(mchid, &before, made))
    }

    /// Registers a merchant's own certificate, PEM.
    pub(crate) fn register_certificate(&self, mchid: &str, pem: &str, now: Time) -> Result<ApiCertificate, KeyError> {
        let _changing = self.changing();
        let made = own::certificate(pem)?;
        let before = self.unlike(mchid, &made, now)?;
        self.store.write(&load::merchant_file(mchid, &format!("cert_{}.pem", made.serial)), pem)?;
        Ok(self.add(mchid, &before, made))
    }

    /// Registers a merchant's own public key, PEM, and gives it a serial.
    pub(crate) fn register_public_key(&self, mchid: &str, pem: &str, now: Time) -> Result<ApiCertificate, KeyError> {
        let _changing = self.changing();
        let made = own::public_key(pem, now)?;
        let before = self.unlike(mchid, &made, now)?;
        self.store.write(&load::merchant_file(mchid, &format!("pub_{}.pem", made.serial)), pem)?;
        Ok(self.add(mchid, &before, made))
    }

    /// A new APIv3 key.
    pub(crate) fn new_api_v3_key(&self, mchid: &str, now: Time) -> Result<Arc<MerchantKeys>, KeyError> {
        let _changing = self.changing();
        let key = forge::word(32)?;
        let before = self.merchant(mchid, now)?;
        self.store.write(&load::merchant_file(mchid, "api_v3_key.txt"), &key)?;
        Ok(self.hold(mchid, MerchantKeys { api_v3_key: key, ..(*before).clone() }))
    }

    /// A new APIv2 key.
    pub(crate) fn new_secret(&self, mchid: &str, now: Time) -> Result<Arc<MerchantKeys>, KeyError> {
        let _changing = self.changing();
        let secret = forge::word(32)?;
        let before = self.merchant(mchid, now)?;
        self.store.write(&load::merchant_file(mchid, "secret.txt"), &secret)?;
        Ok(self.hold(mchid, MerchantKeys { secret, ..(*before).clone() }))
    }

    /// The platform's keys.
    pub(crate) fn platform(&self) -> Arc<PlatformKeys> {
        Arc::clone(&self.platform.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// A new platform certificate, valid from now on for so many seconds, or five years; its serial.
    pub(crate) fn new_platform_certificate(&self, now: Time, lifetime: Option<i64>) -> Result<String, KeyError> {
        let _changing = self.changing();
        let span = lifetime.map_or(Span::five_years(now), |span| Span { from: now, to: now.plus_seconds(span) });
        let keep = |name: &str, text: &str| self.store.write(name, text);
        let serial = load::platform_certificate(&self.authority, span, keep)?;
        self.read_platform_again(now)?;
        Ok(serial)
    }

    /// Throws a platform certificate away.
    pub(crate) fn withdraw(&self, serial: &str, now: Time) -> Result<(), KeyError> {
        let _changing = self.changing();
        for name in load::platform_files(serial) {
            self.store.remove(&name)?;
        }
        self.read_platform_again(now)
    }

    /// A new key behind the WeChat Pay public key, with a new id.
    pub(crate) fn new_public_key(&self, now: Time) -> Result<Arc<PlatformKeys>, KeyError> {
        let _changing = self.changing();
        load::public_key(|name, text| self.store.write(name, text))?;
        self.read_platform_again(now)?;
        Ok(self.platform())
    }

    fn changing(&self) -> MutexGuard<'_, ()> {
        self.changing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read_platform_again(&self, now: Time) -> Result<(), KeyError> {
        let _making = MAKING.lock().unwrap_or_else(PoisonError::into_inner);
        let keys = load::platform(&self.store, &self.authority, now)?;
        *self.platform.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
        Ok(())
    }

    fn read_again(&self, mchid: &str, now: Time) -> Result<Arc<MerchantKeys>, KeyError> {
        if mchid.is_empty() || !mchid.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(KeyError::new("a merchant number has digits alone"));
        }
        Ok(self.hold(mchid, load::merchant(&self.store, &self.authority, mchid, now)?))
    }

    /// The merchant's keys, if they have no certificate of that serial or key.
    fn unlike(&self, mchid: &str, made: &ApiCertificate, now: Time) -> Result<Arc<MerchantKeys>, KeyError> {
        let before = self.merchant(mchid, now)?;
        let same = |known: &ApiCertificate| known.serial == made.serial || known.public_key == made.public_key;
        match before.certificates.iter().any(same) {
            true => Err(KeyError::new("this certificate or key is registered already")),
            false => Ok(before),
        }
    }

    fn add(&self, mchid: &str, before: &MerchantKeys, made: ApiCertificate) -> ApiCertificate {
        let mut keys = before.clone();
        keys.certificates.push(made.clone());
        self.hold(mchid, keys);
        made
    }

    fn hold(&self, mchid: &str, keys: MerchantKeys) -> Arc<MerchantKeys> {
        let keys = Arc::new(keys);
        let mut merchants = self.merchants.write().unwrap_or_else(PoisonError::into_inner);
        merchants.insert(mchid.to_owned(), Arc::clone(&keys));
        keys
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyring").field("platform", &self.platform()).finish_non_exhaustive()
    }
}
