//! Platform certificates that look after themselves: when to fetch, one at a time, and what is kept when it fails.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use crate::certificate::Certificate;
use crate::crypto::random;
use crate::error::{BoxError, Error, ErrorKind, Result};
use crate::fetch::Fetch;
use crate::keys::PublicKey;
use crate::runtime;
use crate::signer::BoxFuture;
use crate::store::TrustStore;
use crate::trust::Trust;

/// The longest time between two downloads.
pub(crate) const INTERVAL: Duration = Duration::from_secs(12 * 60 * 60);

/// After an unknown serial was looked for, the next one waits this long.
const MINUTE: Duration = Duration::from_secs(60);

/// Keeps platform certificates over a restart; see [`ClientBuilder::certificate_store`](crate::ClientBuilder::certificate_store).
///
/// Called on a thread that may block. What `load` gives is trusted as it is, so the place must be writable by the
/// application alone.
pub trait CertificateStore: Send + Sync + 'static {
    /// The PEM texts that were saved last; none if there are none.
    ///
    /// # Errors
    ///
    /// Anything; the certificates are then fetched.
    fn load(&self) -> Result<Vec<String>, BoxError>;

    /// Replaces what is saved by these PEM texts.
    ///
    /// # Errors
    ///
    /// Anything; it is shown by [`CertificatesStatus::last_error`] and does not fail the call.
    fn save(&self, pems: &[String]) -> Result<(), BoxError>;
}

/// How the self-refreshing certificates of a client are doing.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct CertificatesStatus {
    /// The serials and ids of all platform keys held, configured ones too.
    pub serials: Vec<String>,
    /// When certificates were last fetched successfully.
    pub last_refresh: Option<SystemTime>,
    /// What went wrong since: the last failure of a download, of loading or of saving.
    pub last_error: Option<String>,
}

/// The platform keys of a client: certificates and public keys, and how the certificates refresh themselves; from [`Client::certificates`](crate::Client::certificates).
#[derive(Clone, Debug)]
pub struct Certificates(pub(crate) Arc<TrustStore>);

impl Certificates {
    /// What is held and how the last download went; no I/O.
    pub fn status(&self) -> CertificatesStatus {
        let mut status = self.0.auto.as_ref().map(|auto| auto.state().status.clone()).unwrap_or_default();
        status.serials = self.0.snapshot().serials().map(str::to_owned).collect();
        status
    }

    /// Fetches the certificates now and waits for it; the old ones stay if it fails.
    ///
    /// # Errors
    ///
    /// `Config` without `.auto_certificates()`, or when the merchant uses the WeChat Pay public key; otherwise as a call.
    #[cfg(feature = "sync")]
    #[cfg_attr(docsrs, doc(cfg(feature = "sync")))]
    pub fn refresh(&self) -> Result<()> {
        let _background = runtime::handle()?.enter();
        crate::sync::block_on(self.refresh_now())
    }

    /// Fetches the certificates now; the old ones stay if it fails.
    ///
    /// # Errors
    ///
    /// As [`refresh`](Self::refresh).
    #[cfg(feature = "async")]
    #[cfg_attr(docsrs, doc(cfg(feature = "async")))]
    pub async fn refresh_async(&self) -> Result<()> {
        self.refresh_now().await
    }

    /// Adds a WeChat Pay public key while the client is in use, as for a switch from certificates; the next call names it.
    ///
    /// # Errors
    ///
    /// `Config` as for [`ClientBuilder::platform_key`](crate::ClientBuilder::platform_key).
    pub fn add_platform_key(&self, id: impl AsRef<str>, key: PublicKey) -> Result<()> {
        self.0.update(|trust| {
            let mut next = trust.clone();
            next.add_public_key(id.as_ref(), key)?;
            Ok(next)
        })
    }

    /// Adds a platform certificate while the client is in use.
    ///
    /// # Errors
    ///
    /// `Config` as for [`ClientBuilder::platform_certificate`](crate::ClientBuilder::platform_certificate).
    pub fn add_platform_certificate(&self, certificate: &Certificate) -> Result<()> {
        self.0.update(|trust| {
            let mut next = trust.clone();
            next.add_certificate(certificate)?;
            Ok(next)
        })
    }

    /// Trusts the key of this serial or id no longer.
    ///
    /// # Errors
    ///
    /// `Config` for a key that is not held, or the last one: a set that is empty verifies nothing.
    pub fn remove(&self, serial: impl AsRef<str>) -> Result<()> {
        let serial = serial.as_ref();
        self.0.update(|trust| match trust.find(serial) {
            None => Err(Error::config(format!("no platform key {serial:?} is held"))),
            Some(_) if trust.serials().count() == 1 => {
                Err(Error::config(format!("{serial:?} is the last platform key held")))
            }
            Some(_) => Ok(trust.without(serial)),
        })
    }

    async fn refresh_now(&self) -> Result<()> {
        let missing = || Error::config("the certificates refresh themselves only with .auto_certificates()");
        let auto = self.0.auto.as_ref().ok_or_else(missing)?;
        let seen = auto.state().downloads;
        self.0.download(auto, seen).await
    }
}

/// What `.auto_certificates()` adds to a trust store.
pub(crate) struct Auto {
    pub(crate) fetch: Fetch,
    pub(crate) saved: Option<Arc<dyn CertificateStore>>,
    pub(crate) interval: Duration,
    /// Held while a download is under way: there is one at a time.
    gate: tokio::sync::Mutex<()>,
    state: Mutex<State>,
    timer: AtomicBool,
}

#[derive(Debug, Default)]
struct State {
    status: CertificatesStatus,
    /// How many downloads have ended; who waited for one shares its result.
    downloads: u64,
    failure: Option<(ErrorKind, String)>,
    /// When an unknown serial last caused a download.
    searched: Option<Instant>,
}

/// Why an unknown serial stayed unknown.
#[derive(Debug)]
pub(crate) enum NotFound {
    /// It was looked for less than a minute ago.
    TooSoon,
    /// The download failed.
    Failed(String),
    /// It is not among the certificates just fetched.
    Absent,
}

impl Auto {
    pub(crate) fn new(fetch: Fetch, saved: Option<Arc<dyn CertificateStore>>, interval: Duration) -> Self {
        let (gate, state, timer) = (tokio::sync::Mutex::default(), Mutex::default(), AtomicBool::new(false));
        Self { fetch, saved, interval, gate, state, timer }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Auto {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Auto").field("state", &self.state()).finish_non_exhaustive()
    }
}

impl TrustStore {
    /// The keys for a call; with `.auto_certificates()` the first call waits for them.
    pub(crate) async fn ready(self: &Arc<Self>) -> Result<Arc<Trust>> {
        let trust = self.snapshot();
        let Some(auto) = self.auto.as_ref().filter(|_| trust.is_empty()) else { return Ok(trust) };
        let seen = auto.state().downloads;
        self.load(auto).await;
        if self.snapshot().is_empty() {
            self.download(auto, seen).await?;
        }
        self.start_timer(auto);
        Ok(self.snapshot())
    }

    /// Looks for a serial that is not held: at once, then at most once a minute.
    pub(crate) async fn search(self: &Arc<Self>, auto: &Auto, serial: &str) -> Result<Arc<Trust>, NotFound> {
        let seen = auto.state().downloads;
        let _gate = auto.gate.lock().await;
        let trust = self.snapshot();
        if trust.find(serial).is_some() {
            return Ok(trust);
        }
        {
            let mut state = auto.state();
            if state.searched.is_some_and(|at| at.elapsed() < MINUTE) {
                return Err(match state.failure.as_ref().filter(|_| state.downloads > seen) {
                    Some((_, message)) => NotFound::Failed(message.clone()),
                    None => NotFound::TooSoon,
                });
            }
            // The first download only finds what every other client has from the start.
            state.searched = (state.downloads > 0).then(Instant::now);
        }
        self.download_alone(auto).await.map_err(|error| NotFound::Failed(error.to_string()))?;
        self.start_timer(auto);
        let trust = self.snapshot();
        if trust.find(serial).is_some() { Ok(trust) } else { Err(NotFound::Absent) }
    }

    /// Starts looking for a serial without waiting: for what must do no I/O.
    pub(crate) fn search_later(self: &Arc<Self>, serial: &str) {
        let (store, serial) = (Arc::clone(self), serial.to_owned());
        if let (true, Ok(runtime)) = (self.auto.is_some(), runtime::handle()) {
            runtime.spawn(async move {
                if let Some(auto) = &store.auto {
                    // How it ended is in the status; whoever asked has its answer already.
                    drop(store.search(auto, &serial).await);
                }
            });
        }
    }

    /// One download, shared by all who asked while it was under way.
    async fn download(self: &Arc<Self>, auto: &Auto, seen: u64) -> Result<()> {
        let _gate = auto.gate.lock().await;
        {
            let state = auto.state();
            if state.downloads > seen {
                let failure = state.failure.clone();
                return failure.map_or(Ok(()), |(kind, message)| Err(Error::new(kind, message)));
            }
        }
        self.download_alone(auto).await
    }

    /// A download; the gate is held.
    async fn download_alone(&self, auto: &Auto) -> Result<()> {
        let fetched = auto.fetch.certificates(&self.snapshot()).await;
        let now = SystemTime::now();
        let result = fetched.and_then(|(certificates, pems)| {
            self.update(|trust| trust.refreshed(&certificates, now))?;
            Ok(pems)
        });
        let saved = match (&auto.saved, &result) {
            (Some(store), Ok(pems)) => blocking(store, |store, pems| store.save(&pems), pems.clone()).await,
            _ => Ok(()),
        };
        let mut state = auto.state();
        state.downloads += 1;
        state.failure = result.as_ref().err().map(|error| (error.kind(), error.to_string()));
        state.status.last_error = state.failure.as_ref().map(|(_, message)| message.clone());
        if result.is_ok() {
            state.status.last_refresh = Some(now);
            state.status.last_error = saved.err().map(|error| format!("the certificates were not saved: {error}"));
        }
        result.map(drop)
    }

    /// Takes what was saved before the restart, once.
    async fn load(&self, auto: &Auto) {
        let Some(store) = &auto.saved else { return };
        let _gate = auto.gate.lock().await;
        if !self.snapshot().is_empty() {
            return;
        }
        let loaded = blocking(store, |store, ()| store.load(), ()).await.and_then(|pems| {
            let now = SystemTime::now();
            let certificates = pems.iter().map(Certificate::from_pem).collect::<Result<Vec<_>>>()?;
            let valid: Vec<_> = certificates.into_iter().filter(|certificate| certificate.is_valid_at(now)).collect();
            self.update(|trust| trust.refreshed(&valid, now))?;
            Ok(())
        });
        if let Err(error) = loaded {
            auto.state().status.last_error = Some(format!("the saved certificates cannot be used: {error}"));
        }
    }

    /// From the first need on a task refreshes the certificates, as long as the client lives.
    fn start_timer(self: &Arc<Self>, auto: &Auto) {
        let Ok(runtime) = runtime::handle() else { return };
        if auto.timer.swap(true, Ordering::Relaxed) {
            return;
        }
        let (weak, interval) = (Arc::downgrade(self), auto.interval);
        runtime.spawn(async move {
            loop {
                tokio::time::sleep(random::jitter(interval)).await;
                let Some(store) = weak.upgrade() else { return };
                if let Some(auto) = &store.auto {
                    let seen = auto.state().downloads;
                    // A failure keeps the old set and is in the status.
                    drop(store.download(auto, seen).await);
                }
            }
        });
    }
}

/// Runs a store's method on a thread that may block.
async fn blocking<A: Send + 'static, T: Send + 'static>(
    store: &Arc<dyn CertificateStore>,
    method: impl FnOnce(&dyn CertificateStore, A) -> Result<T, BoxError> + Send + 'static,
    argument: A,
) -> Result<T, BoxError> {
    let store = Arc::clone(store);
    let task: BoxFuture<'_, _> = Box::pin(runtime::handle()?.spawn_blocking(move || method(&*store, argument)));
    task.await.map_err(|_| "the certificate store panicked")?
}
