//! What the page says, in Chinese, and in English for browsers that ask for it.

use crate::model::goods::Thing;
use crate::model::order::Shown;

/// All texts of the page.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Words {
    pub(super) lang: &'static str,
    pub(super) shop: &'static str,
    pub(super) tagline: &'static str,
    pub(super) goods: &'static str,
    pub(super) buy: &'static str,
    pub(super) order: &'static str,
    pub(super) number: &'static str,
    pub(super) scan: &'static str,
    pub(super) code: &'static str,
    pub(super) until: &'static str,
    pub(super) pay: &'static str,
    pub(super) in_wechat: &'static str,
    pub(super) preparing: &'static str,
    pub(super) back: &'static str,
    pub(super) refunded: &'static str,
    pub(super) offline: &'static str,
    pub(super) wrong: &'static str,
    pub(super) wrong_more: &'static str,
    pub(super) again: &'static str,
    pub(super) gone: &'static str,
    waiting: &'static str,
    closed: &'static str,
    paid: &'static str,
    refunding: &'static str,
    partly_refunded: &'static str,
    all_refunded: &'static str,
}

const CHINESE: Words = Words {
    lang: "zh-CN",
    shop: "小茶铺",
    tagline: "一间小店，几样好茶",
    goods: "今日在售",
    buy: "微信支付",
    order: "您的订单",
    number: "订单号",
    scan: "请用微信“扫一扫”支付",
    code: "微信支付二维码",
    until: "请在此时间前支付",
    pay: "确认支付",
    in_wechat: "请在微信中打开本页面",
    preparing: "正在取得付款信息，请稍候",
    back: "返回店铺",
    refunded: "已退",
    offline: "网络不通，正在重试",
    wrong: "没有成功",
    wrong_more: "您没有被多扣款。请稍后重试，重试不会产生第二个订单。",
    again: "重试",
    gone: "没有找到这个页面",
    waiting: "等待支付",
    closed: "订单已关闭，未付款",
    paid: "支付成功",
    refunding: "退款处理中",
    partly_refunded: "部分退款成功",
    all_refunded: "已全额退款",
};

const ENGLISH: Words = Words {
    lang: "en",
    shop: "The little tea shop",
    tagline: "A small shop with a few good teas",
    goods: "Today",
    buy: "Pay by WeChat",
    order: "Your order",
    number: "Order",
    scan: "Scan it with WeChat to pay",
    code: "QR code for WeChat Pay",
    until: "Pay before",
    pay: "Pay now",
    in_wechat: "Open this page within WeChat",
    preparing: "One moment: asking WeChat Pay",
    back: "Back to the shop",
    refunded: "Paid back",
    offline: "No connection; trying again",
    wrong: "That did not work",
    wrong_more: "You were not charged twice. Try again later; it will be the same order.",
    again: "Try again",
    gone: "There is no such page",
    waiting: "Waiting for your payment",
    closed: "Closed, and not paid",
    paid: "Paid",
    refunding: "Your money is on its way back",
    partly_refunded: "Partly paid back",
    all_refunded: "Paid back",
};

impl Words {
    /// The language that a browser wants most; Chinese unless it is English.
    pub(super) fn of(accept_language: Option<&str>) -> &'static Self {
        let wanted = accept_language.unwrap_or_default().split(',').map(preference).filter(|(_, weight)| *weight > 0.0);
        // Of equal ones the first.
        let best = wanted.reduce(|best, next| if next.1 > best.1 { next } else { best });
        match best {
            Some((language, _)) if language.eq_ignore_ascii_case("en") => &ENGLISH,
            _ => &CHINESE,
        }
    }

    /// How an order stands.
    pub(super) fn state(&self, shown: Shown) -> &'static str {
        match shown {
            Shown::Waiting => self.waiting,
            Shown::Closed => self.closed,
            Shown::Paid => self.paid,
            Shown::Refunding => self.refunding,
            Shown::PartlyRefunded => self.partly_refunded,
            Shown::Refunded => self.all_refunded,
        }
    }

    /// The name of a thing.
    pub(super) fn name(&self, thing: &Thing) -> &'static str {
        if self.lang == "en" { thing.english } else { thing.name }
    }
}

/// `en-GB;q=0.8` is `en`, 0.8.
fn preference(part: &str) -> (&str, f32) {
    let (range, weight) = part.split_once(';').unwrap_or((part, "q=1"));
    let weight = weight.trim().strip_prefix("q=").and_then(|weight| weight.parse().ok()).unwrap_or(0.0);
    (range.split('-').next().unwrap_or_default().trim(), weight)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_unless_english_is_wanted_more() {
        let lang = |accept| Words::of(accept).lang;
        for chinese in [None, Some(""), Some("zh-CN,zh;q=0.9,en;q=0.8"), Some("de"), Some("en;q=0"), Some("en;q=x")] {
            assert_eq!(lang(chinese), "zh-CN", "{chinese:?}");
        }
        for english in ["en", "EN-gb, zh;q=0.5", "zh;q=0.5, en-US;q=0.7"] {
            assert_eq!(lang(Some(english)), "en", "{english}");
        }
    }
}
