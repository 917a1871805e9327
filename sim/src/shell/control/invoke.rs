//! `POST invoke`: as the WeChat client takes the parameters of a front end.

use serde_json::{Map, Value, json};

use super::super::controls::Route;
use super::super::shared::Shared;
use super::merchants::{blocking, trouble};
use super::refs;
use crate::engine::control::invoke::{Handed, Invoked, body};
use crate::engine::control::invoke_transfer;
use crate::engine::control::orders::shown;
use crate::engine::control::request::{ControlError, ControlRequest};
use crate::engine::control::transfers;
use crate::engine::orders::Order;
use crate::gate::pay_sign::{self, Keys};
use crate::keys::KeyError;

pub(crate) const ROUTES: &[Route] =
    &[("POST", "invoke", |shared, request, _| blocking(move || invoke(&shared, &request)))];

fn invoke(shared: &Shared, request: &ControlRequest) -> Result<Value, ControlError> {
    let (kind, params) = match body(&request.body)? {
        (Invoked::Transfer, params) => return Ok(transfer(shared, request, &params)),
        (Invoked::Payment(kind), params) => (kind, params),
    };
    let handed = match Handed::read(kind, &params) {
        Ok(handed) => handed,
        Err(wrong) => return Ok(wrong.to_json()),
    };
    let (order, checked) = shared.read(|world, moment| {
        let order = world.orders.by_credential(&handed.prepay_id);
        (order.cloned(), handed.check(order, moment.now, moment.wall))
    });
    let (order, signed) = match (order, checked) {
        (Some(order), Ok(signed)) => (order, signed),
        (_, Err(wrong)) => return Ok(wrong.to_json()),
        (None, Ok(_)) => return Err(ControlError::trouble("parameters without an order were accepted")),
    };
    let (keys, secret) = keys(shared, &order).map_err(|error| trouble(&error))?;
    if let Err(wrong) = pay_sign::check(&handed, &signed, &order, &keys, &secret) {
        return Ok(wrong.to_json());
    }
    let mut order = shared.read(|world, _| shown(world, &request.base, &order));
    refs::complete(shared, &mut order);
    let pay_url = format!("{}/_/pay/{}", request.base, handed.prepay_id);
    Ok(json!({"ok": true, "order": order, "pay_url": pay_url}))
}

/// The confirmation of a transfer: its page is where a payment's would be.
fn transfer(shared: &Shared, request: &ControlRequest, params: &Map<String, Value>) -> Value {
    shared.read(|world, _| match invoke_transfer::check(world, params) {
        Err(wrong) => wrong.to_json(),
        Ok(transfer) => json!({
            "ok": true,
            "transfer": transfers::shown(&request.base, transfer),
            "pay_url": transfers::confirm_url(&request.base, transfer),
        }),
    })
}

/// The valid keys of the order's merchant, everybody's, and the merchant's APIv2 key.
fn keys(shared: &Shared, order: &Order) -> Result<(Keys, String), KeyError> {
    let met = shared.meet(&order.mchid)?;
    let own = shared.read(|world, moment| {
        let merchant = world.merchants.get(order.mchid.as_str());
        let valid = |serial: &str| merchant.is_some_and(|merchant| merchant.holds(serial, moment.wall));
        let certificates = met.certificates.iter().filter(|known| valid(&known.serial));
        certificates.map(|known| known.public_key.clone()).collect()
    });
    let platform = shared.keys.platform();
    let platform = std::iter::once(&platform.public)
        .chain(platform.certificates.iter().map(|issued| &issued.key))
        .filter_map(|key| Some((format!("the platform's {}", key.id()), key.public_key().ok()?)));
    let merchants = shared.keys.all_held().into_iter().flat_map(|(mchid, keys)| {
        let of = move |serial: &str| format!("{serial} of {mchid}");
        let certificates = keys.certificates.iter().map(|known| (of(&known.serial), known.public_key.clone()));
        certificates.collect::<Vec<_>>()
    });
    Ok((Keys { own, others: merchants.chain(platform).collect() }, met.secret.to_string()))
}
