//! The hosts of a client, in order of preference: which is used, which is left alone for a while, and when it is tried again.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use http::Uri;

use crate::crypto::clock::LONGEST;
use crate::uri::base_uri::BaseUri;

/// How long a host that failed is left alone, as the gateway's own library for failing over does.
pub(crate) const COOLDOWN: Duration = Duration::from_secs(180);

/// How often in a row an exchange with a host may break before it is left alone.
const BREAKS: u32 = 3;

/// Why an exchange with a host brought no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// No connection could be made.
    Unreachable,
    /// The connection broke, or the answer never came.
    Broke,
}

/// A host of a client, as it is now; from [`Client::hosts`](crate::Client::hosts).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    uri: String,
    left_alone_for: Option<Duration>,
}

impl Host {
    /// Its base URI.
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// Whether calls go to it: it did not fail, or it failed so long ago that it is tried again.
    pub fn is_available(&self) -> bool {
        self.left_alone_for.is_none()
    }

    /// For how long it is left alone yet, because it failed.
    pub fn left_alone_for(&self) -> Option<Duration> {
        self.left_alone_for
    }
}

/// All hosts, and what is known of them; shared by the clones of a client.
#[derive(Debug)]
pub(crate) struct Hosts {
    bases: Vec<BaseUri>,
    cooldown: Duration,
    /// Something is known against one of them; as long as it is not, calls take no lock that they share.
    trouble: AtomicBool,
    known: Mutex<Vec<Known>>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Known {
    breaks: u32,
    /// Left alone until then; after it one call at a time tries.
    bad_until: Option<Instant>,
}

impl Hosts {
    pub(crate) fn new(bases: Vec<BaseUri>, cooldown: Duration) -> Self {
        let known = Mutex::new(vec![Known::default(); bases.len()]);
        Self { bases, cooldown: cooldown.min(LONGEST), trouble: AtomicBool::new(false), known }
    }

    /// The base URI of a host that was picked; there is always a first one.
    pub(crate) fn base(&self, at: usize) -> &BaseUri {
        &self.bases[at]
    }

    /// All of them, in order of preference.
    #[cfg(feature = "tls")]
    pub(crate) fn bases(&self) -> &[BaseUri] {
        &self.bases
    }

    pub(crate) fn len(&self) -> usize {
        self.bases.len()
    }

    /// The best host that this call has not tried. When all of those are left alone, a good one again, then the first of them.
    pub(crate) fn pick(&self, tried: &[usize], now: Instant) -> Option<usize> {
        if self.bases.len() == 1 || tried.is_empty() && !self.trouble.load(Ordering::Acquire) {
            // Good or bad, there is no other; or there is nothing against it.
            return Some(0);
        }
        let mut known = self.lock();
        let untried: Vec<_> = (0..known.len()).filter(|at| !tried.contains(at)).collect();
        for at in &untried {
            match known[*at].bad_until {
                None => return Some(*at),
                Some(until) if until <= now => {
                    // This call is the probe; the others stay away until it has news.
                    known[*at].bad_until = Some(now + self.cooldown.min(Duration::from_secs(10)));
                    return Some(*at);
                }
                Some(_) => {}
            }
        }
        let good = tried.iter().find(|at| known.get(**at).is_some_and(|known| known.bad_until.is_none()));
        good.or(untried.first()).copied()
    }

    /// A host answered, whatever it said: there is nothing against it any more.
    pub(crate) fn answered(&self, at: usize) {
        if self.trouble.load(Ordering::Acquire) {
            self.learn(at, |known| *known = Known::default());
        }
    }

    pub(crate) fn failed(&self, at: usize, trouble: Trouble, now: Instant) {
        self.learn(at, |known| {
            known.breaks += u32::from(trouble == Trouble::Broke);
            if trouble == Trouble::Unreachable || known.breaks >= BREAKS {
                known.bad_until = Some(now + self.cooldown);
            }
        });
    }

    fn learn(&self, at: usize, what: impl FnOnce(&mut Known)) {
        let mut all = self.lock();
        let Some(known) = all.get_mut(at) else { return };
        what(known);
        let trouble = all.iter().any(|known| known.breaks > 0 || known.bad_until.is_some());
        self.trouble.store(trouble, Ordering::Release);
    }

    /// Whether a request is for the hosts: it was written for the first, not for a place of its own.
    pub(crate) fn are_asked(&self, uri: &Uri) -> bool {
        let (Some(first), Some(scheme), Some(authority)) = (self.bases.first(), uri.scheme(), uri.authority()) else {
            return false;
        };
        first.is_origin(scheme, authority)
    }

    /// The same request for another of the hosts.
    pub(crate) fn rewrite(&self, uri: &Uri, at: usize) -> Option<Uri> {
        let other = self.bases.get(at)?;
        other.uri(uri.path_and_query()?.to_string()).ok()
    }

    pub(crate) fn status(&self, now: Instant) -> Vec<Host> {
        let known = self.lock();
        let host = |(base, known): (&BaseUri, &Known)| Host {
            uri: base.to_string(),
            left_alone_for: known
                .bad_until
                .and_then(|until| until.checked_duration_since(now))
                .filter(|left| !left.is_zero()),
        };
        self.bases.iter().zip(known.iter()).map(host).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Known>> {
        // A panic elsewhere while holding the lock leaves nothing half done here.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts() -> Hosts {
        let bases = ["https://a.example/", "https://b.example/"].map(|text| BaseUri::parse(text).unwrap());
        Hosts::new(bases.to_vec(), Duration::from_secs(60))
    }

    #[test]
    fn a_host_that_cannot_be_reached_is_left_alone_and_tried_by_one() {
        let (hosts, now) = (hosts(), Instant::now());
        let later = |seconds| now + Duration::from_secs(seconds);
        assert_eq!(
            (hosts.len(), hosts.pick(&[], now), hosts.pick(&[0], now), hosts.pick(&[0, 1], now)),
            (2, Some(0), Some(1), Some(0))
        );
        hosts.failed(0, Trouble::Unreachable, now);
        assert_eq!(hosts.pick(&[], later(59)), Some(1));
        assert_eq!(hosts.status(later(20))[0].left_alone_for(), Some(Duration::from_secs(40)));
        assert!(!hosts.status(later(20))[0].is_available() && hosts.status(later(20))[1].is_available());
        // One probes, the others wait for what it finds.
        assert_eq!((hosts.pick(&[], later(60)), hosts.pick(&[], later(60))), (Some(0), Some(1)));
        hosts.failed(0, Trouble::Unreachable, later(61));
        assert_eq!(hosts.pick(&[], later(100)), Some(1));
        assert_eq!(hosts.pick(&[], later(121)), Some(0));
        hosts.answered(0);
        assert_eq!((hosts.pick(&[], later(121)), hosts.pick(&[], later(121))), (Some(0), Some(0)));
        // A good one again is better than one that is left alone.
        hosts.failed(1, Trouble::Unreachable, later(122));
        assert_eq!(hosts.pick(&[0], later(123)), Some(0));
        hosts.answered(1);
        // When none is left, the best of the bad ones is better than nothing.
        hosts.failed(0, Trouble::Unreachable, later(200));
        hosts.failed(1, Trouble::Unreachable, later(200));
        assert_eq!(hosts.pick(&[], later(201)), Some(0));
    }

    #[test]
    fn broken_exchanges_count_when_they_come_in_a_row() {
        let (hosts, now) = (hosts(), Instant::now());
        for broke in [true, true, false, true, true] {
            if broke {
                hosts.failed(0, Trouble::Broke, now);
            } else {
                hosts.answered(0);
            }
            assert_eq!(hosts.pick(&[], now), Some(0));
        }
        hosts.failed(0, Trouble::Broke, now);
        assert_eq!(hosts.pick(&[], now), Some(1));
        hosts.failed(7, Trouble::Broke, now);
    }

    #[test]
    fn only_requests_for_the_first_host_are_rewritten() {
        let hosts = hosts();
        let rewrite = |uri: &str| {
            let uri: Uri = uri.parse().unwrap();
            hosts.are_asked(&uri).then(|| hosts.rewrite(&uri, 1).unwrap().to_string())
        };
        assert_eq!(rewrite("https://a.example/v3/x%2F?a=%20").as_deref(), Some("https://b.example/v3/x%2F?a=%20"));
        assert_eq!(rewrite("https://c.example/v3/x"), None);
        assert_eq!(rewrite("http://a.example/v3/x"), None);
    }
}
