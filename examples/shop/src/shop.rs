//! The shop: its database, its access to WeChat Pay, its settings.

use std::sync::Arc;

use wechatpay_chain::Client;

use crate::error::{Error, Result};
use crate::model::number::Random;
use crate::settings::Settings;
use crate::store::Store;
use crate::store::books::Books;

/// The shop. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Shop {
    /// The access to WeChat Pay.
    pub wxpay: Client,
    /// The database; it blocks, [`books`](Self::books) does not.
    pub store: Store,
    /// What differs between shops.
    pub settings: Arc<Settings>,
}

impl Shop {
    /// A shop of these parts.
    pub fn new(wxpay: Client, store: Store, settings: Settings) -> Self {
        Self { wxpay, store, settings: Arc::new(settings) }
    }

    /// Does something in one transaction, on a thread that may wait for the database.
    pub async fn books<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut dyn Books) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let store = self.store.clone();
        tokio::task::spawn_blocking(move || store.write(work)).await?
    }

    /// The merchant number of the maker who gets a share, if there is one.
    pub(crate) fn maker(&self) -> Option<String> {
        self.settings.maker.as_ref().map(|maker| maker.mchid.clone())
    }

    /// Randomness for a new number.
    pub(crate) fn random() -> Result<Random> {
        let mut random = Random::default();
        getrandom::fill(&mut random).map_err(|error| Error::Machine(format!("no randomness: {error}")))?;
        Ok(random)
    }
}
