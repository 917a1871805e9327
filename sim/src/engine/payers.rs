//! Payers: people with a wallet, and the openid that each app knows them by.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Payer {
    pub(crate) name: String,
    pub(crate) real_name: String,
    pub(crate) closed: bool,
    /// Set for one who came as an unknown openid: the app and the openid.
    pub(crate) known_as: Option<(String, String)>,
}

/// All payers, by name.
pub(crate) type Payers = BTreeMap<String, Payer>;

/// The payers of the world at the start; what is in their wallets the ledger knows.
pub(crate) fn at_the_start() -> Payers {
    [("alice", "爱丽丝"), ("bob", "鲍勃")]
        .map(|(name, real_name)| {
            let payer = Payer { name: name.to_owned(), real_name: real_name.to_owned(), closed: false, known_as: None };
            (name.to_owned(), payer)
        })
        .into()
}
