//! What the gate remembers from call to call that is not WeChat Pay's: rates, nonces, files, and where its own nonces come from.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use wechatpay_chain::gateway::PlatformKey;

use crate::engine::ids::Ids;
use crate::gate::answer::Signing;
use crate::gate::limits::Counts;
use crate::gate::media::MediaIds;
use crate::gate::nonces::{Nonce, Nonces};

#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) counts: Counts,
    pub(crate) nonces: Nonces,
    pub(crate) media: MediaIds,
    /// Nonces and numbers of answers, apart from those of the world: whatever is asked, its ids stay the same.
    ids: Mutex<Ids>,
}

/// What of it stands in the state's file: everything but the counts of the second that is running.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Drawer {
    ids: Ids,
    nonces: Vec<Nonce>,
    media: BTreeSet<String>,
}

impl Drawer {
    /// At the start nothing is in it.
    pub(crate) fn new(seed: u64) -> Self {
        const APART: u64 = 0x6e6f_6e63_6573_0000;
        Self { ids: Ids::new(seed ^ APART), nonces: Vec::new(), media: BTreeSet::new() }
    }
}

impl Desk {
    pub(crate) fn new(drawer: Drawer) -> Self {
        let ids = Mutex::new(drawer.ids.clone());
        let desk = Self { counts: Counts::default(), nonces: Nonces::default(), media: MediaIds::default(), ids };
        desk.put(drawer);
        desk
    }

    pub(crate) fn drawer(&self) -> Drawer {
        Drawer { ids: self.ids().clone(), nonces: self.nonces.all(), media: self.media.all() }
    }

    /// Remembers what is in a drawer, and nothing else.
    pub(crate) fn put(&self, drawer: Drawer) {
        let Drawer { ids, nonces, media } = drawer;
        *self.ids() = ids;
        self.nonces.replace(nonces);
        self.media.replace(media);
    }

    /// What an answer is signed with, by a key at a second.
    pub(crate) fn signing(&self, key: PlatformKey, seconds: u64) -> Signing {
        let request_id = self.request_id();
        Signing { key, seconds, nonce: self.word(32), request_id }
    }

    /// The first part of a `Request-ID`.
    pub(crate) fn request_id(&self) -> String {
        self.ids().hex(32).to_ascii_uppercase()
    }

    /// So many letters and digits.
    pub(crate) fn word(&self, count: usize) -> String {
        self.ids().word(count)
    }

    fn ids(&self) -> MutexGuard<'_, Ids> {
        self.ids.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
