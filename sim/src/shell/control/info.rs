//! `info`: what this program is, and where it is to be found.

use std::sync::Arc;

use serde_json::{Value, json};

use super::super::controls::Route;
use super::super::shared::{Shared, wall};
use super::merchants::blocking;
use crate::engine::control::request::ControlError;

pub(crate) const ROUTES: &[Route] = &[("GET", "info", |shared, _, _| blocking(move || info(&shared)))];

/// The name and version of this program, its clocks, addresses, and data.
pub(crate) fn info(shared: &Arc<Shared>) -> Result<Value, ControlError> {
    let addresses = shared.addresses();
    let keys = shared.keys.path("").map(|path| path.display().to_string().trim_end_matches('/').to_owned());
    let (seed, now) = shared.read(|world, moment| (world.ids.seed, moment.now.to_string()));
    Ok(json!({
        "name": "wechatpay-sim",
        "version": env!("CARGO_PKG_VERSION"),
        "started_at": shared.started_at.to_string(),
        "now": now,
        "wall": wall().to_string(),
        "http": addresses.http,
        "tls": addresses.tls,
        "proxy": addresses.proxy,
        "keys": keys,
        "seed": seed,
        "catalogue": {
            "version": wechatpay_catalog::DATE,
            "endpoints": wechatpay_catalog::operations().len(),
            "notifications": wechatpay_catalog::notifications().len(),
        },
        "token_required": addresses.token.is_some(),
    }))
}
