//! Platform certificates: which ones a merchant is given. The gate seals them.

use serde_json::{Value, json};

use super::super::answer::{Answer, Outcome, Refusal};
use super::super::call::Call;
use super::super::merchants::KeyMode;
use super::super::platform::PlatformCertificate;
use super::super::time::Time;
use super::super::world::World;
use super::table::Route;

pub(crate) const ROUTES: &[Route] =
    &[("GET", "v3/certificates", certificates), ("GET", "v3/global/certificates", certificates)];

fn certificates(world: &mut World, now: Time, call: &Call) -> Outcome {
    let merchant = world.merchants.get(&call.mchid);
    if merchant.is_none_or(|merchant| merchant.key_mode == KeyMode::PublicKey) {
        let message = "无可用的平台证书，请在商户平台-API安全申请使用微信支付公钥。";
        return match world.rules.status("certificates.none")? {
            200 => Ok(Answer::json(200, json!({"data": []}))),
            status => Err(Refusal::new(status, "RESOURCE_NOT_EXISTS", message)),
        };
    }
    if merchant.is_some_and(|merchant| !merchant.has_api_v3_key) {
        return Err(Refusal::invalid("商户未设置APIv3密钥"));
    }
    if call.parameter("algorithm_type") == Some("SM2") {
        return Ok(Answer::json(200, json!({"data": []})));
    }
    let entry = |known: &PlatformCertificate| {
        json!({
            "serial_no": known.serial,
            "effective_time": known.not_before.to_string(),
            "expire_time": known.not_after.to_string(),
        })
    };
    let data: Vec<Value> = world.platform.listed(now).map(entry).collect();
    Ok(Answer::json(200, json!({"data": data})))
}
