use std::collections::HashMap;

use wechatpay_chain::Client;

/// One client for each merchant; they share threads and connections by themselves.
#[derive(Clone)]
pub struct Merchants(HashMap<String, Client>);

impl Merchants {
    pub fn new(clients: impl IntoIterator<Item = Client>) -> Self {
        Self(
            clients
                .into_iter()
                .map(|client| (client.mchid().to_owned(), client))
                .collect(),
        )
    }

    pub fn get(&self, mchid: &str) -> Option<&Client> {
        self.0.get(mchid)
    }
}
