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
    Refusal {
        status: u16,
        code: &'static str,
        message: &'static str,
        internal: u32,
    },
    Number(i64),
    /// The status of an answer, which a refusal may stand for.
    Status(u16),
    /// This word, which a refusal may stand for.
    Word(&'static str),
    /// One of these words, the first unless it is changed.
    OneOf(&'static [&'static str]),
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
            Self::Status(status) => status.into(),
            Self::Word(word) => word.into(),
            Self::OneOf(words) => words.first().copied().into(),
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

    /// The refusal that a rule stands for. A status alone leaves the words as they are in the table; so does a refusal without a message, but
    /// its internal code would be another refusal's.
    pub(crate) fn refusal(&self, id: &str) -> Refusal {
        let (usual, set) = (usual(id), self.0.get(id));
        let text = |name: &str| set.and_then(|set| set.get(name)).and_then(Value::as_str);
        let number = |name: &str| set.and_then(|set| set.get(name)).and_then(Value::as_u64);
        let alone = set.and_then(Value::as_u64);
        let status = number("status").or(alone).and_then(|status| u16::try_from(status).ok());
        let is_other = set.is_some() && alone.is_none();
        Refusal {
            status: status.unwrap_or(usual.status),
            code: text("code").map_or(usual.code, str::to_owned),
            message: text("message").map_or(usual.message, str::to_owned),
            internal: match is_other {
                true => number("internal").and_then(|internal| u32::try_from(internal).ok()).unwrap_or_default(),
                false => usual.internal,
            },
            ..Refusal::invalid("")
        }
    }

    /// A status, or the refusal that somebody set instead.
    pub(crate) fn status(&self, id: &str) -> Result<u16, Refusal> {
        let value = self.value(id);
        value.as_u64().and_then(|status| u16::try_from(status).ok()).ok_or_else(|| self.refusal(id))
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

/// The refusal of a rule as the table has it; one without words for a rule that is something else.
fn usual(id: &str) -> Refusal {
    match TABLE.iter().find(|rule| rule.id == id).map(|rule| rule.default) {
        Some(Default::Refusal { status, code, message, internal }) => {
            Refusal::new(status, code, message).internal(internal)
        }
        _ => Refusal::invalid(""),
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
    rule("sign.detail", Default::OneOf(&["full", "short"]), "measured, page", true),
    rule("sign.nonce_reuse", Default::OneOf(&["warn", "refuse"]), "decided", true),
    rule(
        "mismatch.mchid",
        refusal(400, "INVALID_REQUEST", "http header中的mchid与post payload中的mchid不匹配", 0),
        "pack",
        true,
    ),
    rule("certificates.none", Default::Status(404), "README of the official SDK", true),
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
    rule("order.expire_min", Default::Number(60), "page", false),
    rule("order.prepay_s", Default::Number(2 * 3600), "page", false),
    rule("order.h5_s", Default::Number(5 * 60), "page", false),
    rule("order.unknown", refusal(404, "ORDER_NOT_EXIST", "订单不存在", 268_512_771), "page", false),
    rule("order.other_merchant", refusal(400, "INVALID_REQUEST", "商户号和订单不匹配", 268_447_843), "page", false),
    rule(
        "order.other_sub_merchant",
        refusal(400, "INVALID_REQUEST", "子商户号和订单不匹配", 268_447_845),
        "code official, message not",
        true,
    ),
    rule("order.refund_when", Default::OneOf(&["accepted", "success"]), "pack", true),
    rule("close.paid", refusal(400, "ORDER_PAID", "该订单已支付", 268_449_538), "pack", true),
    rule("close.unknown", Default::Status(204), "measured 2026-09-16", true),
    rule(
        "close.codepay",
        refusal(400, "INVALID_REQUEST", "当前交易不允许进行普通关单", 268_449_641),
        "pack, code not",
        true,
    ),
    rule("codepay.userpaying", Default::Status(202), "classic table", true),
    rule("codepay.password_over", Default::Number(100_000), "classic table", true),
    rule("codepay.auth_code", refusal(400, "INVALID_REQUEST", "付款码无效，请重新扫码", 0), "pack says 500", true),
    rule("combine.merchant_least", Default::Number(2), "official page", false),
    rule("combine.merchant_most", Default::Number(10), "official page", false),
    rule("combine.partner_least", Default::Number(1), "official page", false),
    rule("combine.partner_most", Default::Number(50), "official page", false),
    rule("combine.merchant_number_length", Default::Number(6), "official page", false),
    rule("combine.partner_number_length", Default::Number(2), "official page", false),
    rule("combine.settle_changed", refusal(400, "INVALID_REQUEST", "重复下单且结算信息不一致", 0), "pack", false),
    rule(
        "combine.close_set",
        refusal(400, "INVALID_REQUEST", "关单请求中的子单与合单订单的子单不一致", 0),
        "pack says 500 with other sets",
        true,
    ),
    rule("codepay.code_s", Default::Number(60), "page", false),
    rule("reverse.within_s", Default::Number(24 * 3600), "classic table", true),
    rule("reverse.late", refusal(400, "INVALID_REQUEST", "订单已超过可撤销期限", 0), "classic table", true),
    rule("reverse.kind", refusal(400, "INVALID_REQUEST", "非付款码支付订单不支持撤销", 0), "decided", true),
    rule("reverse.refunded", refusal(400, "INVALID_REQUEST", "订单发生过退款，不支持撤销", 0), "decided", true),
    rule("reverse.not_enough", refusal(403, "NOT_ENOUGH", "商户余额不足", 0), "decided", true),
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
    rule("schema.null", Default::OneOf(&["refuse", "ignore"]), "newer rules", true),
    rule("schema.query_unknown", Default::OneOf(&["refuse", "ignore"]), "newer rules", true),
    rule("schema.v2_unknown", Default::OneOf(&["ignore", "refuse"]), "newer rules", true),
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
    rule("refund.gap_s", Default::Number(60), "page", false),
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
    rule(
        "transfer.repeat_changed",
        refusal(400, "INVALID_REQUEST", "商户单号已存在但信息不一致", 0),
        "developers' reports; ALREADY_EXISTS seen",
        true,
    ),
    rule("transfer.not_found", refusal(404, "NOT_FOUND", "记录不存在", 0), "page, code not", true),
    rule("transfer.days", Default::Number(30), "page", true),
    rule(
        "transfer.cancel_late",
        refusal(400, "INVALID_REQUEST", "转账中的单据不支持撤销", 0),
        "page; staff: possible until final (200)",
        true,
    ),
    rule("transfer.cancel_final", refusal(400, "INVALID_REQUEST", "单据已是终态，不支持撤销", 0), "decided", true),
    rule("transfer.min", Default::Number(10), "page", true),
    rule("transfer.max", Default::Number(2_000_000), "page", true),
    rule("transfer.confirm", Default::Number(24 * 3600), "developers' reports", true),
    rule("transfer.name_from", Default::Number(200_000), "developers' reports", false),
    rule(
        "transfer.name",
        refusal(400, "PARAM_ERROR", "转账金额达到2000元时，收款用户姓名必填", 0),
        "developers' reports, code not",
        true,
    ),
    rule("transfer.scene", refusal(400, "INVALID_REQUEST", "你尚未获取该转账场景", 0), "developers' reports", false),
    rule(
        "transfer.perception",
        refusal(400, "INVALID_REQUEST", "暂不支持展示当前传入的用户收款感知", 0),
        "developers' reports",
        false,
    ),
    rule("sharing.order", refusal(404, "RESOURCE_NOT_EXISTS", "订单不存在", 0), "page", true),
    rule("sharing.not_own", refusal(400, "INVALID_REQUEST", "非本商户的订单不支持分账", 0), "page", false),
    rule("sharing.not_sharing", refusal(400, "INVALID_REQUEST", "非分账订单不支持分账", 0), "page", false),
    rule("sharing.repeat_changed", refusal(400, "INVALID_REQUEST", "分账接收方与原请求不一致", 0), "page", false),
    rule("sharing.unknown", refusal(404, "RESOURCE_NOT_EXISTS", "记录不存在", 0), "page", false),
    rule("sharing.wait_s", Default::Number(60), "page", false),
    rule("sharing.early", refusal(400, "INVALID_REQUEST", "订单处理中，请稍后重试", 0), "page, code not", true),
    rule("sharing.ended", refusal(400, "INVALID_REQUEST", "订单已完结分账，不支持分账", 0), "page", false),
    rule("sharing.requests", Default::Number(50), "page", false),
    rule("sharing.requests_refused", refusal(400, "PARAM_ERROR", "订单分账次数超过限制", 0), "decided", true),
    rule("sharing.receivers", Default::Number(50), "page", false),
    rule("sharing.relations", Default::Number(20_000), "page", false),
    rule("sharing.relations_refused", refusal(400, "INVALID_REQUEST", "分账接收方数量超过限制", 0), "decided", true),
    rule("sharing.relation", refusal(400, "INVALID_REQUEST", "分账接收方关系不存在", 0), "page, code not", true),
    rule("sharing.name", refusal(400, "INVALID_REQUEST", "微信用户姓名与实名不一致", 0), "page", false),
    rule(
        "sharing.ratio",
        refusal(
            400,
            "INVALID_REQUEST",
            "分账金额超出最大分账比例，最大可分账金额需等比例扣除退款与补差回退等逆向交易金额",
            0,
        ),
        "measured 2026-08; page: 403 RULE_LIMIT",
        true,
    ),
    rule("sharing.not_enough", refusal(403, "NOT_ENOUGH", "分账金额不足", 0), "page", false),
    rule("sharing.release", Default::Number(30 * 24 * 3600), "page", false),
    rule("sharing.event", Default::OneOf(&["TRANSACTION.SUCCESS", "PROFITSHARING.SUCCESS"]), "site names both", true),
    rule("sharing.return_changed", refusal(400, "INVALID_REQUEST", "回退参数与原请求不一致", 0), "decided", true),
    rule("sharing.return_receiver", refusal(400, "INVALID_REQUEST", "回退方没有收到该笔分账", 0), "decided", true),
    rule(
        "sharing.return_not_allowed",
        refusal(400, "INVALID_REQUEST", "回退方未开启分账回退", 0),
        "page, code not",
        true,
    ),
    rule("sharing.return_days", Default::Number(180), "page", false),
    rule("sharing.return_overdue", refusal(400, "INVALID_REQUEST", "分账已超过可回退期限", 0), "page, code not", true),
    rule("sharing.returns", Default::Number(50), "page", false),
    rule("sharing.returns_refused", refusal(400, "INVALID_REQUEST", "分账回退次数超过限制", 0), "decided", true),
    rule(
        "sharing.return_too_much",
        refusal(400, "INVALID_REQUEST", "累计回退金额大于分账金额", 0),
        "page, code not",
        true,
    ),
    rule("refund.other_number", refusal(400, "INVALID_REQUEST", "退款单号与商户退款单号不匹配", 0), "decided", true),
    rule("limits.refund_429_accepted", Default::Flag(false), "page: not surely refused", true),
    rule("bills.url_s", Default::Number(300), "page; 30 in older texts", true),
    rule("bills.escape", Default::OneOf(&["on", "off"]), "page; unescaped ones were seen", true),
    rule("bills.count_text", Default::OneOf(&["3", "3.0"]), "page; 3.0 in old samples", true),
    rule("bills.refund_fee_sign", Default::OneOf(&["negative", "0"]), "page; 0 in old samples", true),
    rule("bills.ready_hour", Default::Number(10), "page", false),
    rule("bills.months", Default::Number(3), "page", false),
    rule("bills.creating", refusal(400, "STATEMENT_CREATING", "账单生成中，请稍后再试", 0), "page", false),
    rule("bills.none", refusal(400, "NO_STATEMENT_EXIST", "账单文件不存在", 0), "page", false),
    rule("bills.day", refusal(400, "INVALID_REQUEST", "账单日期不正确", 0), "page", false),
    rule("bills.token", refusal(400, "INVALID_REQUEST", "账单下载链接无效或已过期", 0), "page", false),
    rule("bills.token_owner", refusal(403, "NO_AUTH", "商户号与账单下载链接不匹配", 0), "page", false),
    rule("limits.refund_429_accepted", Default::Flag(false), "page: a 429 of a refund may be accepted", true),
    rule("complaint.unknown", refusal(404, "RESOURCE_NOT_EXISTS", "投诉单不存在", 0), "decided", true),
    rule("complaint.mchid", refusal(400, "INVALID_REQUEST", "被诉商户号与投诉单不匹配", 0), "decided", true),
    rule("complaint.done", refusal(400, "INVALID_REQUEST", "投诉单已处理完成", 0), "decided", true),
    rule("complaint.days", Default::Number(30), "official page", false),
    rule("complaint.image", refusal(404, "RESOURCE_NOT_EXISTS", "图片不存在", 0), "decided", true),
    rule(
        "complaint.address_unknown",
        refusal(400, "RESOURCE_NOT_EXISTS", "查询的通知回调不存在", 0),
        "older official page",
        true,
    ),
    rule("complaint.address_exists", refusal(400, "INVALID_REQUEST", "通知回调已存在", 0), "decided", true),
    rule("notice.same_body", Default::Flag(true), "decided", true),
    rule(
        "notice.schedule",
        Default::Numbers(&[15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10800, 10800, 10800, 21600, 21600]),
        "pack",
        true,
    ),
    rule("notice.code_fail", Default::OneOf(&["accepted", "refused"]), "decided", true),
];
