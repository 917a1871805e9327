//! What the gate remembers from call to call that is not WeChat Pay's: rates, nonces, files, and where its own nonces come from.

use std::sync::{Mutex, PoisonError};

use wechatpay_chain::gateway::PlatformKey;

use crate::engine::ids::Ids;
use crate::gate::answer::Signing;
use crate::gate::limits::Counts;
use crate::gate::media::MediaIds;
use crate::gate::nonces::Nonces;

#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) counts: Counts,
    pub(crate) nonces: Nonces,
    pub(crate) media: MediaIds,
    /// Nonces and numbers of answers, apart from those of the world: whatever is asked, its ids stay the same.
    ids: Mutex<Ids>,
}

impl Desk {
    pub(crate) fn new(seed: u64) -> Self {
        const APART: u64 = 0x6e6f_6e63_6573_0000;
        let ids = Mutex::new(Ids::new(seed ^ APART));
        Self { counts: Counts::default(), nonces: Nonces::default(), media: MediaIds::default(), ids }
    }

    /// What an answer is signed with, by a key at a second.
    pub(crate) fn signing(&self, key: PlatformKey, seconds: u64) -> Signing {
        let request_id = self.request_id();
        Signing { key, seconds, nonce: self.word(32), request_id }
    }

    /// The first part of a `Request-ID`.
    pub(crate) fn request_id(&self) -> String {
        self.with(|ids| ids.hex(32)).to_ascii_uppercase()
    }

    /// So many letters and digits.
    pub(crate) fn word(&self, count: usize) -> String {
        self.with(|ids| ids.word(count))
    }

    fn with<T>(&self, make: impl FnOnce(&mut Ids) -> T) -> T {
        make(&mut self.ids.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
