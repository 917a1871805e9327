//! `env`: how a client finds the simulator, as variables and as snippets.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::controls::{Control, Route};
use super::super::shared::Shared;
use super::snippets;
use crate::engine::control::request::{ControlError, ControlRequest};
use crate::engine::merchants::{AppKind, MerchantKind};
use crate::engine::openids::openid;
use crate::keys::KeyError;
use crate::keys::merchant::ApiCertificate;
use crate::keys::ring::FIRST;

pub(crate) const ROUTES: &[Route] = &[("GET", "env", |shared, request, _| {
    Box::pin(async move {
        let done = tokio::task::spawn_blocking(move || get(&shared, &request)).await;
        done.unwrap_or_else(|_| Err(ControlError::trouble("the work was broken off")))
    })
})];

/// Variables by name.
pub(crate) type Variables = BTreeMap<&'static str, String>;

/// Those whose values are secrets.
const SECRET: [&str; 4] = ["WECHATPAY_PRIVATE_KEY", "WECHATPAY_API_V3_KEY", "WECHATPAY_SECRET", "WECHATPAY_SIM_TOKEN"];

fn get(shared: &Shared, request: &ControlRequest) -> Result<Control, ControlError> {
    let mchid = request.parameter("mchid").unwrap_or(FIRST);
    if !shared.read(|world, _| world.merchants.contains_key(mchid)) {
        return Err(ControlError::not_found(format!("there is no merchant {mchid}")));
    }
    let format = request.parameter("format").unwrap_or("json");
    // Scripts in Postman read no files.
    let keys = if format == "postman" { Keys::Texts } else { Keys::Paths };
    let variables =
        variables(shared, mchid, &request.base, keys).map_err(|error| ControlError::trouble(error.to_string()))?;
    if format == "json" {
        return Ok(Control::Json(json!(variables)));
    }
    let snippet = snippets::snippet(format, &variables);
    let snippet =
        snippet.ok_or_else(|| ControlError::bad(format!("format: expected json, {}", snippets::FORMATS.join(", "))))?;
    let content_type =
        if format == "postman" { "application/json; charset=utf-8" } else { "text/plain; charset=utf-8" };
    Ok(Control::Text(content_type, snippet))
}

/// The variables without what is secret in them.
pub(super) fn shown(shared: &Shared, mchid: &str, base: &str) -> Value {
    let mut variables = variables(shared, mchid, base, Keys::Paths).unwrap_or_default();
    // Where a key lies is no secret, the key is.
    variables.retain(|name, value| !SECRET.contains(name) || value.starts_with('/') && *name == SECRET[0]);
    json!(variables)
}

/// How keys are given.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keys {
    /// As absolute paths where they lie in a folder.
    Paths,
    Texts,
}

/// What a client of a merchant needs.
fn variables(shared: &Shared, mchid: &str, base: &str, as_given: Keys) -> Result<Variables, KeyError> {
    let (keys, platform) = (shared.meet(mchid)?, shared.keys.platform());
    let newest = shared.read(|world, moment| {
        let merchant = world.merchants.get(mchid);
        let valid =
            |known: &&ApiCertificate| merchant.is_some_and(|merchant| merchant.holds(&known.serial, moment.wall));
        keys.certificates.iter().rev().filter(|known| known.private_key.is_some()).find(valid).cloned()
    });
    let mut variables = Variables::new();
    let mut put = |name, value: String| _ = variables.insert(name, value);
    put("WECHATPAY_MCHID", mchid.to_owned());
    if let Some(certificate) = newest {
        put("WECHATPAY_SERIAL", certificate.serial.clone());
        let key = certificate.private_key.as_deref().cloned().unwrap_or_default();
        let path = shared.keys.private_key_path(mchid, &certificate.serial).filter(|_| as_given == Keys::Paths);
        put("WECHATPAY_PRIVATE_KEY", path.unwrap_or(key));
    }
    put("WECHATPAY_PUBLIC_KEY_ID", platform.public.id().to_owned());
    let path = |name: &str| shared.keys.path(name).filter(|_| as_given == Keys::Paths);
    let path = |name: &str| path(name).map(|path| path.display().to_string());
    put("WECHATPAY_PUBLIC_KEY", path("platform/pub_key.pem").unwrap_or_else(|| platform.public_pem.clone()));
    if shared.read(|world, _| world.merchants.get(mchid).is_some_and(|merchant| merchant.has_api_v3_key)) {
        put("WECHATPAY_API_V3_KEY", keys.api_v3_key.to_string());
    }
    put("WECHATPAY_SECRET", keys.secret.to_string());
    put("WECHATPAY_BASE_URI", format!("{base}/"));
    put("WECHATPAY_SIM_API", format!("{base}/_/api/"));
    put("WECHATPAY_SIM_CA", path("ca.pem").map_or_else(|| shared.keys.ca().map(|pem| pem.to_string()), Ok)?);
    variables.append(&mut around(shared, mchid));
    Ok(variables)
}

/// What the world has besides the merchant's keys.
fn around(shared: &Shared, mchid: &str) -> Variables {
    let addresses = shared.addresses();
    let mut variables = Variables::from([
        ("WECHATPAY_SIM_PROXY", addresses.proxy.unwrap_or_default()),
        ("WECHATPAY_SIM_TLS", addresses.tls.unwrap_or_default()),
        ("WECHATPAY_SIM_TOKEN", addresses.token.unwrap_or_default()),
    ]);
    shared.read(|world, _| {
        let merchant = world.merchants.get(mchid);
        let official = |kind: AppKind| kind == AppKind::Official;
        let app = merchant
            .and_then(|merchant| merchant.appids.iter().find(|app| official(app.kind)).or(merchant.appids.first()));
        let app = app.map(|app| app.appid.clone()).unwrap_or_default();
        let payer = world.payers.get("alice").or_else(|| world.payers.values().next());
        variables.insert("WECHATPAY_SIM_OPENID", payer.map(|payer| openid(&app, payer)).unwrap_or_default());
        variables.insert("WECHATPAY_SIM_APPID", app);
        let of_kind = |kind| world.merchants.values().filter(move |merchant| merchant.kind == kind);
        let second = of_kind(MerchantKind::Merchant).map(|merchant| &merchant.mchid).find(|other| *other != mchid);
        variables.insert("WECHATPAY_SIM_MCHID_2", second.cloned().unwrap_or_default());
        let partner = of_kind(MerchantKind::Partner).next().map(|merchant| merchant.mchid.clone());
        let sub = of_kind(MerchantKind::Sub).find(|sub| sub.parent == partner).map(|sub| sub.mchid.clone());
        variables.insert("WECHATPAY_SIM_SP_MCHID", partner.unwrap_or_default());
        variables.insert("WECHATPAY_SIM_SUB_MCHID", sub.unwrap_or_default());
    });
    variables
}

/// Writes `wxpay-sim.env` into the key folder, if there is one.
pub(crate) fn write_file(shared: &Shared) -> Result<(), KeyError> {
    if shared.keys.path(FILE).is_none() {
        return Ok(());
    }
    let variables = variables(shared, FIRST, shared.http(), Keys::Paths)?;
    let text = snippets::snippet("dotenv", &variables).unwrap_or_default();
    shared.keys.store().write(FILE, &text)
}

const FILE: &str = "wxpay-sim.env";
