//! `invoke` of a transfer: the WeChat client is handed what opens the payer's confirmation. Nothing of it is signed.

use serde_json::{Map, Value};

use super::super::transfers::Transfer;
use super::super::world::World;
use super::invoke::Wrong;

/// The words of a client that cannot open the confirmation.
const WRONG: &str = "参数错误，请联系商家";

/// The transfer that the parameters open.
///
/// # Errors
///
/// What the client shows instead.
pub(crate) fn check<'w>(world: &'w World, params: &Map<String, Value>) -> Result<&'w Transfer, Wrong> {
    let text = |name: &str| params.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let due = |name: &str| {
        let missing = || Wrong::new("missing", format!("调用requestMerchantTransfer缺少参数：{name}"));
        text(name).ok_or_else(missing)
    };
    let (mchid, appid, package) = (due("mchId")?, due("appId")?, due("package")?);
    let found = world.transfers.iter().find(|transfer| transfer.package_info.as_deref() == Some(package));
    let transfer = found.ok_or_else(|| wrong("package", package, package_hint(package)))?;
    let sub_mchid = transfer.sub_mchid.as_deref().unwrap_or_default();
    for (name, sent, expected) in [
        ("mchId", mchid, transfer.mchid.as_str()),
        ("appId", appid, transfer.appid.as_str()),
        ("subMchId", text("subMchId").unwrap_or_default(), sub_mchid),
        ("openId", text("openId").unwrap_or(&transfer.openid), transfer.openid.as_str()),
    ] {
        if sent != expected {
            return Err(wrong(name, sent, expected));
        }
    }
    match transfer.package() {
        Some(_) => Ok(transfer),
        None => Err(Wrong::new("ended", "转账单已失效，请联系商家")),
    }
}

fn wrong(name: &'static str, sent: &str, expected: &str) -> Wrong {
    Wrong::new(name, WRONG).differs(name, sent, expected)
}

/// What may have happened to a package on its way.
fn package_hint(package: &str) -> &'static str {
    match package.contains('%') {
        true => "package_info as it was answered, not percent-encoded",
        false => "the package_info of a transfer",
    }
}
