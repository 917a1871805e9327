//! What a request says of the sub-orders.

use serde_json::Value;

use super::super::super::answer::Refusal;
use super::super::super::call::Call;
use super::super::super::world::World;

/// A sub-order as it is asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sub<'c> {
    /// Its place in the list.
    pub(super) at: usize,
    value: &'c Value,
}

/// The sub-orders of a request's body.
pub(super) fn subs(call: &Call) -> Vec<Sub<'_>> {
    let list = call.body.get("sub_orders").and_then(Value::as_array);
    list.into_iter().flatten().enumerate().map(|(at, value)| Sub { at, value }).collect()
}

impl<'c> Sub<'c> {
    /// A member that is a text; empty if it is absent.
    pub(super) fn text(self, name: &str) -> &'c str {
        self.value.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// A member that is a text and not empty.
    pub(super) fn some(self, name: &str) -> Option<&'c str> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }

    pub(super) fn has(self, name: &str) -> bool {
        self.value.get(name).is_some()
    }

    /// Fen.
    pub(super) fn total(self) -> i64 {
        self.value.pointer("/amount/total_amount").and_then(Value::as_i64).unwrap_or_default()
    }

    pub(super) fn currency(self) -> &'c str {
        self.value.pointer("/amount/currency").and_then(Value::as_str).unwrap_or("CNY")
    }

    /// Whether its money is to be shared: JSAPI may say it beside the settlement too.
    pub(super) fn profit_sharing(self) -> bool {
        let flag = |pointer| self.value.pointer(pointer).and_then(Value::as_bool);
        flag("/settle_info/profit_sharing").or_else(|| flag("/profit_sharing")).unwrap_or_default()
    }

    /// Whether the merchant wants to add money of its own.
    pub(super) fn has_subsidy(self) -> bool {
        self.value.pointer("/settle_info/subsidy_amount").and_then(Value::as_i64).is_some_and(|amount| amount > 0)
    }

    /// What it is known by: its merchant and number.
    pub(super) fn number(self) -> (&'c str, &'c str) {
        (self.text("mchid"), self.text("out_trade_no"))
    }
}

/// Whether as many sub-orders, and as long a number, as this merchant may have.
///
/// # Errors
///
/// 400 `PARAM_ERROR` about the member.
pub(super) fn check(world: &World, call: &Call, subs: &[Sub], is_partner: bool) -> Result<(), Refusal> {
    let family = if is_partner { "partner" } else { "merchant" };
    let number = |what: &str| usize::try_from(world.rules.number(&format!("combine.{family}_{what}"))).unwrap_or(0);
    let (least, most) = (number("least"), number("most"));
    if !(least..=most).contains(&subs.len()) {
        let message =
            format!("输入源“/body/sub_orders”映射到字段“子单信息”规则校验失败，子单数量应为{least}到{most}个");
        return Err(Refusal::param("/sub_orders", "body", message));
    }
    let shortest = number("number_length");
    let whole = (call.text("/combine_out_trade_no"), "/combine_out_trade_no".to_owned());
    let each = subs.iter().map(|sub| (sub.text("out_trade_no"), format!("/sub_orders/{}/out_trade_no", sub.at)));
    for (text, field) in std::iter::once(whole).chain(each) {
        let length = text.chars().count();
        if length < shortest {
            let message = format!(
                "输入源“/body{field}”映射到字符串字段“商户订单号”规则校验失败，字符串长度 {length}，小于最小值 {shortest}"
            );
            return Err(Refusal::param(&field, "body", message));
        }
    }
    match subs.iter().find(|sub| sub.has("sub_mchid") && !is_partner) {
        None => Ok(()),
        Some(sub) => Err(of_partners(sub.at)),
    }
}

/// What only a partner may send is, from others, a member that the documentation does not have.
fn of_partners(at: usize) -> Refusal {
    let detail = serde_json::json!({"location": null, "value": [format!("/body/sub_orders/{at}/sub_mchid")]});
    let refusal = Refusal::new(400, "PARAM_ERROR", "请求中含有未在API文档中定义的参数").internal(270_924_358);
    Refusal { detail: Some(detail), ..refusal }
}
