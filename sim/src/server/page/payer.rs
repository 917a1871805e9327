//! What a payer's phone sees and does without the token: one order by what pays it, one transfer by its number.

use std::collections::BTreeMap;
use std::sync::Arc;

use http::Method;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::engine::control::request::{ControlError, ControlRequest};
use crate::shell::controls::{Control, control};
use crate::shell::shared::{Shared, wall};

/// Members of a transfer that its sheet shows.
const OF_TRANSFER: [&str; 6] = ["state", "amount", "payer", "mchid", "remark", "perception"];

/// Members of an order that its sheet shows.
const OF_ORDER: [&str; 4] = ["state", "total", "currency", "description"];

/// What a payer does with an order.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Try {
    payer: String,
    outcome: String,
}

/// Who takes a transfer, or leaves it.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Taking {
    #[serde(skip_serializing_if = "Option::is_none")]
    payer: Option<String>,
}

/// Answers a request below `/_/payer/`, given without that.
pub(super) async fn answer(
    shared: Arc<Shared>,
    method: &Method,
    path: &str,
    body: &[u8],
    base: String,
) -> Result<Value, ControlError> {
    let parts: Vec<&str> = path.split('/').collect();
    match (method, &parts[..]) {
        (&Method::GET, ["orders", credential]) => order(shared, credential, base).await,
        (&Method::POST, ["orders", credential, "pay"]) => pay(shared, credential, body, base).await,
        (&Method::GET, ["transfers", number]) => transfer(shared, number, base).await,
        (&Method::POST, ["transfers", number, act @ ("confirm" | "decline")]) => {
            let taking: Taking = read(body)?;
            ask(&shared, "POST", format!("transfers/{number}/{act}"), json!(taking), &base).await?;
            transfer(shared, number, base).await
        }
        _ => Err(ControlError::not_found("payers have no such thing")),
    }
}

async fn order(shared: Arc<Shared>, credential: &str, base: String) -> Result<Value, ControlError> {
    let order = by_credential(&shared, credential, &base).await?;
    Ok(seen(&shared, &order))
}

/// One try; with what came of it.
async fn pay(shared: Arc<Shared>, credential: &str, body: &[u8], base: String) -> Result<Value, ControlError> {
    let wanted: Try = read(body)?;
    by_credential(&shared, credential, &base).await?;
    let order = ask(&shared, "POST", format!("orders/{credential}/pay"), json!(wanted), &base).await?;
    let outcome = order["attempts"].as_array().and_then(|all| all.last()).map(|last| last["outcome"].clone());
    let mut seen = seen(&shared, &order);
    seen["outcome"] = outcome.unwrap_or(Value::Null);
    Ok(seen)
}

/// The order of a credential. Its numbers are the merchant's affair: whoever guesses one is not to see what it is of.
async fn by_credential(shared: &Arc<Shared>, credential: &str, base: &str) -> Result<Value, ControlError> {
    let unknown = || ControlError::not_found("没有这个订单");
    let order = ask(shared, "GET", format!("orders/{credential}"), Value::Null, base).await.map_err(|_| unknown())?;
    let numbers = ["id", "transaction_id", "out_trade_no", "combine_out_trade_no"];
    match numbers.iter().any(|name| order[*name] == credential) {
        true => Err(unknown()),
        false => Ok(order),
    }
}

async fn transfer(shared: Arc<Shared>, number: &str, base: String) -> Result<Value, ControlError> {
    let transfer = ask(&shared, "GET", format!("transfers/{number}"), Value::Null, &base).await?;
    let mut seen = only(&transfer, &OF_TRANSFER);
    seen["payers"] = payers(&shared);
    Ok(seen)
}

/// What is shown of an order, with all who could pay it.
fn seen(shared: &Shared, order: &Value) -> Value {
    let mut seen = only(order, &OF_ORDER);
    let mchid = order["sub_mchid"].as_str().or(order["mchid"].as_str()).unwrap_or_default();
    let domains = shared
        .read(|world, _| world.merchants.get(mchid).map(|merchant| merchant.h5_domains.clone()).unwrap_or_default());
    seen["mchid"] = mchid.into();
    seen["payer"] = order["payer"]["name"].clone();
    seen["payers"] = payers(shared);
    seen["h5_domains"] = domains.into();
    seen
}

fn only(whole: &Value, names: &[&str]) -> Value {
    names.iter().map(|name| ((*name).to_owned(), whole[*name].clone())).collect()
}

fn payers(shared: &Shared) -> Value {
    shared.read(|world, _| world.payers.keys().map(String::as_str).collect())
}

/// A body; none is an object without members.
fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, ControlError> {
    let body = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(body).map_err(|error| ControlError::bad(format!("body: {error}")))
}

async fn ask(
    shared: &Arc<Shared>,
    method: &'static str,
    path: String,
    body: Value,
    base: &str,
) -> Result<Value, ControlError> {
    let request = ControlRequest { method, path, query: BTreeMap::new(), body, base: base.to_owned(), wall: wall() };
    match control(Arc::clone(shared), request).await? {
        Control::Json(value) => Ok(value),
        Control::Written(..) | Control::Text(..) | Control::Stream(..) => {
            Err(ControlError::not_found("payers have no such thing"))
        }
    }
}
