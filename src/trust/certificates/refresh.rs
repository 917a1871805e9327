//! Platform certificates that look after themselves: when to fetch, one job at a time in the background, and what is kept
//! when it fails.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use tokio::sync::watch;
use tokio::task::{JoinError, JoinHandle};

use super::download::Download;
use super::persistence::{CertificateStore, CertificatesStatus};
use crate::crypto::random;
use crate::error::{BoxError, Error, ErrorKind, Result};
use crate::keys::Certificate;
use crate::keys::signer::BoxFuture;
use crate::protocol::v3::trust::Trust;
use crate::transport::runtime::Drive;
use crate::trust::store::TrustStore;

/// The longest time between two downloads.
pub(crate) const INTERVAL: Duration = Duration::from_secs(12 * 60 * 60);

/// After an unknown serial was looked for, the next one waits this long.
const MINUTE: Duration = Duration::from_secs(60);

/// What `.auto_certificates()` adds to a trust store: it fetches into it, when there is need and from time to time.
pub(crate) struct Refresher {
    store: Arc<TrustStore>,
    download: Download,
    saved: Option<Arc<dyn CertificateStore>>,
    interval: Duration,
    state: Mutex<State>,
}

/// What is known of the jobs.
#[derive(Default)]
struct State {
    status: CertificatesStatus,
    /// The job under way: there is one at a time, and whoever needs one waits for it.
    job: Option<Job>,
    /// How many jobs have ended.
    jobs: u64,
    /// When an unknown serial last caused a job.
    searched: Option<Instant>,
    /// What was saved before the restart was looked at.
    loaded: bool,
    timer: Option<JoinHandle<()>>,
}

impl State {
    /// The job under way; one whose task is gone without a word, should it ever panic, no longer is.
    fn under_way(&self) -> Option<&Job> {
        self.job.as_ref().filter(|job| job.has_changed().is_ok())
    }
}

/// How a job ended; the error as kind, sentence, `Request-ID` and whether its signer says that it may pass, for all who waited.
type JobResult = Result<(), (ErrorKind, String, Option<String>, bool)>;

/// A job under way; its outcome when it has ended.
type Job = watch::Receiver<Option<JobResult>>;

/// What a job is for; what was saved may be enough.
#[derive(Clone, Debug)]
enum Goal {
    Any,
    Serial(String),
    Fresh,
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

impl fmt::Display for NotFound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooSoon => {
                f.write_str("the platform certificates were fetched for another unknown key less than a minute ago")
            }
            Self::Absent => f.write_str("it is not among the platform certificates just fetched"),
            Self::Failed(why) => write!(f, "fetching the platform certificates failed: {why}"),
        }
    }
}

impl Refresher {
    pub(crate) fn new(
        store: Arc<TrustStore>,
        download: Download,
        saved: Option<Arc<dyn CertificateStore>>,
        interval: Duration,
    ) -> Self {
        Self { store, download, saved, interval, state: Mutex::default() }
    }

    /// How the downloads went; the serials are the store's to say.
    pub(crate) fn status(&self) -> CertificatesStatus {
        self.state().status.clone()
    }

    /// Fetches now, and waits for it.
    pub(crate) async fn refresh(self: &Arc<Self>) -> Result<()> {
        finished(self.start(Goal::Fresh)?).await
    }

    /// Whether a key is held that has not ended.
    fn is_in_force(&self) -> bool {
        self.store.snapshot().is_in_force(SystemTime::now())
    }

    /// What drives the downloads.
    pub(crate) fn drive(&self) -> &Drive {
        self.download.hyper.drive()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Refresher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refresher").field("status", &self.state().status).finish_non_exhaustive()
    }
}

impl Drop for Refresher {
    fn drop(&mut self) {
        if let Some(timer) = self.state().timer.take() {
            timer.abort();
        }
    }
}

impl Refresher {
    /// The keys for a call, which waits for them if none is in force.
    pub(crate) async fn ready(self: &Arc<Self>) -> Result<Arc<Trust>> {
        self.start_timer()?;
        if !self.is_in_force() {
            finished(self.start(Goal::Any)?).await?;
        }
        Ok(self.store.snapshot())
    }

    /// Looks for a serial that is not held: at once, then at most once a minute.
    pub(crate) async fn search(self: &Arc<Self>, serial: &str) -> Result<Arc<Trust>, NotFound> {
        loop {
            let job = self.start_search(serial).map_err(|error| NotFound::Failed(error.to_string()))?;
            let searched = match &job {
                Some((job, _)) => finished(job.clone()).await,
                None => Ok(()),
            };
            // Whatever ended meanwhile may have brought it.
            let trust = self.store.snapshot();
            match (searched, job) {
                _ if trust.find(serial).is_some() => return Ok(trust),
                (Err(error), _) => return Err(NotFound::Failed(error.to_string())),
                (Ok(()), None) => return Err(NotFound::TooSoon),
                (Ok(()), Some((_, true))) => return Err(NotFound::Absent),
                // Another's job, which may have begun before the key was there.
                (Ok(()), Some((_, false))) => {}
            }
        }
    }

    /// Starts looking for a serial without waiting: for what must do no I/O.
    pub(crate) fn search_later(self: &Arc<Self>, serial: &str) {
        // How it ends is in the status; whoever asks has its answer already.
        drop(self.start_search(serial));
    }

    /// The job that looks for a serial: the one under way, or a new one (`true`) unless the last was less than a minute ago.
    fn start_search(self: &Arc<Self>, serial: &str) -> Result<Option<(Job, bool)>> {
        let new = {
            let mut state = self.state();
            let new = state.under_way().is_none();
            if new && state.searched.is_some_and(|at| at.elapsed() < MINUTE) {
                return Ok(None);
            }
            if new {
                // The first download only finds what every other client has from the start.
                state.searched = (state.jobs > 0).then(Instant::now);
            }
            new
        };
        self.start(Goal::Serial(serial.to_owned())).map(|job| Some((job, new)))
    }

    /// The job under way, or a new one. It runs in the background: a caller that goes away takes nothing with it. A thread that blocks
    /// the runtime of the one under way would wait for itself, and has one of its own.
    fn start(self: &Arc<Self>, goal: Goal) -> Result<Job> {
        self.start_timer()?;
        let mut state = self.state();
        if let Some(job) = state.under_way().filter(|_| !self.drive().is_blocked_here()) {
            return Ok(job.clone());
        }
        let (sender, receiver) = watch::channel(None);
        state.job = Some(receiver.clone());
        drop(state);
        let refresher = Arc::clone(self);
        // Where it cannot be spawned its sender is dropped, and no job is under way.
        self.drive().spawn(async move { refresher.run(goal, sender).await })?;
        Ok(receiver)
    }

    async fn run(self: Arc<Self>, goal: Goal, sender: watch::Sender<Option<JobResult>>) {
        let result = tokio::time::timeout(self.download.timeout.saturating_mul(2), self.work(&goal)).await;
        let late = || Error::new(ErrorKind::Timeout, "the platform certificates: not there in time");
        let result = result.unwrap_or_else(|_| Err(late()));
        let outcome = result.as_ref().map(drop).map_err(|error| {
            let id = error.request_id().map(str::to_owned);
            (error.kind(), error.sentence().to_owned(), id, error.is_retryable())
        });
        {
            let mut state = self.state();
            (state.job, state.jobs) = (None, state.jobs + 1);
            match &outcome {
                Err((_, message, ..)) => state.status.last_error = Some(message.clone()),
                Ok(()) if matches!(result, Ok(Some(_))) => {
                    (state.status.last_refresh, state.status.last_error) = (Some(SystemTime::now()), None);
                }
                Ok(()) => {}
            }
        }
        sender.send_replace(Some(outcome));
        if let (Ok(Some(pems)), Some(store)) = (result, &self.saved) {
            let saved = blocking(self.drive(), store, |store, pems: Vec<String>| store.save(&pems), pems).await;
            if let Err(error) = saved {
                self.state().status.last_error = Some(format!("the certificates were not saved: {error}"));
            }
        }
    }

    /// Looks at what was saved, and fetches unless that is enough; the PEM texts if it fetched.
    async fn work(&self, goal: &Goal) -> Result<Option<Vec<String>>> {
        if !std::mem::replace(&mut self.state().loaded, true) {
            self.load().await;
        }
        let enough = match goal {
            Goal::Any => self.is_in_force(),
            Goal::Serial(serial) => self.store.snapshot().find(serial).is_some(),
            Goal::Fresh => false,
        };
        if enough {
            return Ok(None);
        }
        let (certificates, pems) = self.download.certificates(&self.store.snapshot()).await?;
        self.store.update(|trust| trust.refreshed(&certificates, SystemTime::now()))?;
        Ok(Some(pems))
    }

    /// Takes what was saved before the restart; what of it cannot be used is passed over.
    async fn load(&self) {
        let Some(store) = &self.saved else { return };
        let loaded = blocking(self.drive(), store, |store, ()| store.load(), ()).await.and_then(|pems| {
            let now = SystemTime::now();
            let read: Vec<_> = pems.iter().map(Certificate::from_pem).collect();
            let bad = read.iter().filter(|certificate| certificate.is_err()).count();
            let valid: Vec<_> = read.into_iter().flatten().filter(|certificate| certificate.is_valid_at(now)).collect();
            self.store.update(|trust| trust.refreshed(&valid, now))?;
            if bad > 0 { Err(format!("{bad} of {} are no certificates", pems.len()).into()) } else { Ok(()) }
        });
        if let Err(error) = loaded {
            self.state().status.last_error = Some(format!("the saved certificates cannot be used: {error}"));
        }
    }

    /// From the first need on a task refreshes the certificates, as long as the client lives.
    fn start_timer(self: &Arc<Self>) -> Result<()> {
        let mut state = self.state();
        if state.timer.is_some() {
            return Ok(());
        }
        let (weak, interval) = (Arc::downgrade(self), self.interval);
        state.timer = Some(self.drive().spawn(async move {
            loop {
                tokio::time::sleep(random::jitter(interval)).await;
                let Some(refresher) = weak.upgrade() else { return };
                if let Ok(job) = refresher.start(Goal::Fresh) {
                    drop(refresher);
                    // A failure keeps the old set and is in the status.
                    drop(finished(job).await);
                }
            }
        })?);
        Ok(())
    }
}

/// Waits for a job.
async fn finished(mut job: Job) -> Result<()> {
    let lost = || Error::new(ErrorKind::Transport, "the platform certificates: the background task ended");
    let outcome = job.wait_for(Option::is_some).await.map_err(|_| lost())?.clone();
    match outcome {
        Some(Err((kind, message, id, may_pass))) => {
            Err(Error::new(kind, message).with_request_id(id.as_deref()).that_may_pass(may_pass))
        }
        _ => Ok(()),
    }
}

/// Runs a store's method on a thread that may block.
async fn blocking<A: Send + 'static, T: Send + 'static>(
    drive: &Drive,
    store: &Arc<dyn CertificateStore>,
    method: impl FnOnce(&dyn CertificateStore, A) -> Result<T, BoxError> + Send + 'static,
    argument: A,
) -> Result<T, BoxError> {
    let store = Arc::clone(store);
    let task: BoxFuture<'_, _> = Box::pin(drive.driver()?.handle().spawn_blocking(move || method(&*store, argument)));
    let ended = |error: JoinError| match error.is_panic() {
        true => "the certificate store panicked",
        false => "the runtime was shut down",
    };
    task.await.map_err(ended)?
}
