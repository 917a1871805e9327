//! Whether a transfer may be: amount, name, scene, openid.

use serde_json::Value;

use super::super::super::answer::Refusal;
use super::super::super::call::Call;
use super::super::super::world::World;
use super::super::parties;
use super::scenes;

/// Looks at a new request, whose money `owner` is.
///
/// # Errors
///
/// Why it is refused.
pub(super) fn check(world: &World, call: &Call, owner: &str) -> Result<(), Refusal> {
    amount(world, call)?;
    name(world, call)?;
    scene(world, call, owner)?;
    parties::check_openid(world, call.text("/appid"), call.text("/openid"), call.is_partner())
}

fn amount(world: &World, call: &Call) -> Result<(), Refusal> {
    let amount = call.integer("/transfer_amount").unwrap_or_default();
    let (least, most) = (world.rules.number("transfer.min"), world.rules.number("transfer.max"));
    let wrong = match amount {
        _ if amount < least.max(1) => format!("值低于最小值 {}", least.max(1)),
        _ if amount > most => format!("值高于最大值 {most}"),
        _ => return Ok(()),
    };
    let text = format!("输入源“/body/transfer_amount”映射到数值字段“转账金额”规则校验失败，{wrong}");
    Err(Refusal::param("/transfer_amount", "body", text))
}

/// From an amount on the payer's real name is due.
fn name(world: &World, call: &Call) -> Result<(), Refusal> {
    let amount = call.integer("/transfer_amount").unwrap_or_default();
    let due = amount >= world.rules.number("transfer.name_from");
    match due && call.text("/user_name").is_empty() {
        true => Err(world.rules.refusal("transfer.name")),
        false => Ok(()),
    }
}

fn scene(world: &World, call: &Call, owner: &str) -> Result<(), Refusal> {
    let scene = call.text("/transfer_scene_id");
    let has = world.merchants.get(owner).is_some_and(|owner| owner.transfer_scenes.iter().any(|own| own == scene));
    if !has {
        return Err(world.rules.refusal("transfer.scene"));
    }
    reports(call, scene)?;
    let perception = call.text("/user_recv_perception");
    match perception.is_empty() || scenes::has_perception(scene, perception) {
        true => Ok(()),
        false => Err(world.rules.refusal("transfer.perception")),
    }
}

/// Every kind of report that the scene wants must be there, with a content.
fn reports(call: &Call, scene: &str) -> Result<(), Refusal> {
    let infos = call.body.pointer("/transfer_scene_report_infos").and_then(Value::as_array);
    let reported: Vec<_> = infos.into_iter().flatten().filter_map(kind_of_report).collect();
    match scenes::missing_report(scene, &reported) {
        None => Ok(()),
        Some(kind) => {
            let text = format!("转账场景报备信息不完整，缺少“{kind}”");
            Err(Refusal::param("/transfer_scene_report_infos", "body", text))
        }
    }
}

/// What is reported, unless nothing is said about it.
fn kind_of_report(info: &Value) -> Option<&str> {
    let text = |name: &str| info.get(name).and_then(Value::as_str).unwrap_or_default();
    Some(text("info_type")).filter(|_| !text("info_content").trim().is_empty())
}
