//! Rules that sources do not settle: each has an id, a default, and can be changed while the simulator runs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::answer::Refusal;

/// One rule as it is known from the start.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rule {
    pub(crate) id: &'static str,
    pub(crate) default: Default,
    pub(crate) source: &'static str,
    /// Whether no source settles it.
    pub(crate) uncertain: bool,
}

/// A rule's value as it can stand in a table.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Default {
    Refusal { status: u16, code: &'static str, message: &'static str, internal: u32 },
    Number(i64),
    Word(&'static str),
    Flag(bool),
    Numbers(&'static [i64]),
}

impl Default {
    pub(crate) fn value(self) -> Value {
        match self {
            Self::Refusal { status, code, message, internal } => {
                json!({"status": status, "code": code, "message": message, "internal": internal})
            }
            Self::Number(number) => number.into(),
            Self::Word(word) => word.into(),
            Self::Flag(flag) => flag.into(),
            Self::Numbers(numbers) => numbers.into(),
        }
    }
}

/// What was changed; everything else is as in the table.
#[derive(Clone, Debug, std::default::Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Rules(BTreeMap<String, Value>);

impl Rules {
    /// A rule's value: what was set, else the default. Null for an id that the table does not have.
    pub(crate) fn value(&self, id: &str) -> Value {
        let known = || TABLE.iter().find(|rule| rule.id == id).map_or(Value::Null, |rule| rule.default.value());
        self.0.get(id).cloned().unwrap_or_else(known)
    }

    pub(crate) fn number(&self, id: &str) -> i64 {
        self.value(id).as_i64().unwrap_or_default()
    }

    pub(crate) fn flag(&self, id: &str) -> bool {
        self.value(id).as_bool().unwrap_or_default()
    }

    pub(crate) fn is(&self, id: &str, word: &str) -> bool {
        self.value(id).as_str() == Some(word)
    }

    /// The refusal that a rule stands for.
    pub(crate) fn refusal(&self, id: &str) -> Refusal {
        let value = self.value(id);
        let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default();
        let number = |name: &str| value.get(name).and_then(Value::as_u64).unwrap_or_default();
        let status = u16::try_from(number("status")).unwrap_or(400);
        let code = if text("code").is_empty() { "INVALID_REQUEST" } else { text("code") };
        Refusal::new(status, code, text("message")).internal(u32::try_from(number("internal")).unwrap_or_default())
    }

    /// Whether all is as in the table.
    #[cfg(test)]
    pub(crate) fn is_unchanged(&self) -> bool {
        self.0.is_empty()
    }

    /// Sets a rule, or puts it back with `None`.
    pub(crate) fn set(&mut self, id: &str, value: Option<Value>) {
        match value {
            Some(value) => _ = self.0.insert(id.to_owned(), value),
            None => _ = self.0.remove(id),
        }
    }
}

const fn refusal(status: u16, code: &'static str, message: &'static str, internal: u32) -> Default {
    Default::Refusal { status, code, message, internal }
}

const fn rule(id: &'static str, default: Default, source: &'static str, uncertain: bool) -> Rule {
    Rule { id, default, source, uncertain }
}

/// All rules, by product.
pub(crate) const TABLE: &[Rule] = &[
    rule("sign.detail", Default::Word("full"), "measured, page", true),
    rule("sign.nonce_reuse", Default::Word("warn"), "decided", true),
    rule(
        "mismatch.mchid",
        refusal(400, "INVALID_REQUEST", "http header中的mchid与post payload中的mchid不匹配", 0),
        "pack",
        true,
    ),
    rule("certificates.none", Default::Number(404), "README of the official SDK", true),
    rule(
        "order.repeat_changed",
        refusal(400, "INVALID_REQUEST", "请求重入时，参数与首次请求时不一致", 268_498_688),
        "measured 2026-09-16",
        true,
    ),
    rule("order.repeat_type", refusal(403, "OUT_TRADE_NO_USED", "商户订单号重复", 0), "page", true),
    rule("order.repeat_paid", refusal(400, "INVALID_REQUEST", "该订单已支付", 268_498_689), "pack", true),
    rule("order.repeat_closed", refusal(400, "ORDER_CLOSED", "订单已关闭", 268_447_914), "page", true),
    rule("order.expire_max", Default::Number(7 * 24 * 3600), "page", true),
    rule("order.auto_close", Default::Number(7 * 24 * 3600), "pack", true),
    rule("order.refund_when", Default::Word("accepted"), "pack", true),
    rule("close.paid", refusal(400, "ORDER_PAID", "该订单已支付", 268_449_538), "pack", true),
    rule("close.unknown", Default::Number(204), "measured 2026-09-16", true),
    rule("codepay.userpaying", Default::Number(202), "classic table", true),
    rule("codepay.password_over", Default::Number(100_000), "classic table", true),
    rule("codepay.auth_code", refusal(400, "INVALID_REQUEST", "付款码无效，请重新扫码", 0), "pack says 500", true),
    rule(
        "mismatch.openid",
        refusal(400, "INVALID_REQUEST", "appid与openid不匹配", 0),
        "message official, code not",
        true,
    ),
    rule(
        "partner.relation",
        refusal(400, "INVALID_REQUEST", "受理关系不存在", 268_443_701),
        "message official, code not",
        true,
    ),
    rule("schema.null", Default::Word("refuse"), "newer rules", true),
    rule("schema.query_unknown", Default::Word("refuse"), "newer rules", true),
    rule("schema.v2_unknown", Default::Word("ignore"), "newer rules", true),
    rule(
        "refund.repeat_changed",
        refusal(400, "INVALID_REQUEST", "订单金额或退款金额与之前请求不一致，请核实后再试", 0),
        "page, code not",
        true,
    ),
    rule(
        "refund.total",
        refusal(400, "INVALID_REQUEST", "订单金额或退款金额与之前请求不一致，请核实后再试", 0),
        "page, code not",
        true,
    ),
    rule("refund.order", refusal(404, "RESOURCE_NOT_EXISTS", "订单不存在", 0), "page", false),
    rule("refund.unknown", refusal(404, "RESOURCE_NOT_EXISTS", "退款单不存在", 0), "page", false),
    rule("refund.too_much", refusal(400, "INVALID_REQUEST", "累计退款金额大于支付金额", 0), "FAQ, status not", true),
    rule("refund.count", Default::Number(50), "page", true),
    rule("refund.count_refused", refusal(400, "INVALID_REQUEST", "订单退款次数超过限制", 0), "decided", true),
    rule("refund.gap", Default::Word("warn"), "page says to wait", true),
    rule("refund.days", Default::Number(365), "page", false),
    rule("refund.overdue", refusal(400, "INVALID_REQUEST", "订单已超过可退款期限", 0), "FAQ, status not", true),
    rule("refund.payer", refusal(403, "USER_ACCOUNT_ABNORMAL", "用户账户异常或已注销", 0), "page", false),
    rule("refund.not_enough", refusal(403, "NOT_ENOUGH", "基本账户余额不足，请充值后重新发起", 0), "page", false),
    rule(
        "refund.not_abnormal",
        refusal(400, "INVALID_REQUEST", "退款单状态不是退款异常，不能发起异常退款", 0),
        "decided",
        true,
    ),
    rule("bills.url_s", Default::Number(300), "page; 30 in older texts", true),
    rule("bills.escape", Default::Word("on"), "page; unescaped ones were seen", true),
    rule("bills.count_text", Default::Word("3"), "page; 3.0 in old samples", true),
    rule("bills.refund_fee_sign", Default::Word("negative"), "page; 0 in old samples", true),
    rule("bills.ready_hour", Default::Number(10), "page", false),
    rule("bills.months", Default::Number(3), "page", false),
    rule("bills.creating", refusal(400, "STATEMENT_CREATING", "账单生成中，请稍后再试", 0), "page", false),
    rule("bills.none", refusal(400, "NO_STATEMENT_EXIST", "账单文件不存在", 0), "page", false),
    rule("bills.day", refusal(400, "INVALID_REQUEST", "账单日期不正确", 0), "page", false),
    rule("bills.token", refusal(400, "INVALID_REQUEST", "账单下载链接无效或已过期", 0), "page", false),
    rule("bills.token_owner", refusal(403, "NO_AUTH", "商户号与账单下载链接不匹配", 0), "page", false),
    rule("limits.refund_429_accepted", Default::Flag(false), "page: a 429 of a refund may be accepted", true),
    rule("notice.same_body", Default::Flag(true), "decided", true),
    rule(
        "notice.schedule",
        Default::Numbers(&[15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10800, 10800, 10800, 21600, 21600]),
        "pack",
        true,
    ),
    rule("notice.code_fail", Default::Word("accepted"), "decided", true),
];
