//! APIv2's orders, on the same store: unifiedorder, orderquery, closeorder, micropay, reverse.

use jiff::civil::DateTime;
use jiff::tz::{self, TimeZone};
use serde_json::{Map, Value, json};

use super::super::answer::{Answer, Outcome, Refusal};
use super::super::call::Call;
use super::super::codes::BadCode;
use super::super::orders::{CredentialKind, Order, State, TradeType};
use super::super::time::Time;
use super::super::world::World;
use super::codepay::{self, Charge, Refused};
use super::order_create::{self, Draft};
use super::order_query::{close_unknown, shut};
use super::order_view::description;
use super::table::Route;
use super::{parties, v2_notice};

pub(super) const ROUTES: &[Route] = &[
    ("POST", "v2/pay/unifiedorder", unifiedorder),
    ("POST", "v2/pay/orderquery", orderquery),
    ("POST", "v2/pay/closeorder", closeorder),
    ("POST", "v2/pay/micropay", micropay),
    ("POST", "v2/secapi/pay/reverse", reverse),
    ("POST", "v2/xdc/apiv2sandbox/pay/micropay", micropay),
    ("POST", "v2/xdc/apiv2sandbox/pay/orderquery", orderquery),
];

fn refusal(code: &str, message: &str) -> Refusal {
    Refusal::new(200, code, message)
}

fn not_found() -> Refusal {
    refusal("ORDERNOTEXIST", "此交易订单号不存在")
}

fn some(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

/// A member in fen.
fn fen(call: &Call, pointer: &str) -> Result<i64, Refusal> {
    let amount = call.text(pointer).parse().ok().filter(|amount| (1..=1_000_000_000).contains(amount));
    amount.ok_or_else(|| refusal("PARAM_ERROR", "total_fee参数错误，应为1到1000000000的整数，单位为分"))
}

/// The first of these members that is not there.
fn lacking(call: &Call, names: &[&str]) -> Result<(), Refusal> {
    match names.iter().find(|name| call.text(&format!("/{name}")).is_empty()) {
        None => Ok(()),
        Some(name) => Err(refusal("LACK_PARAMS", &format!("缺少参数{name}"))),
    }
}

fn unifiedorder(world: &mut World, now: Time, call: &Call) -> Outcome {
    lacking(call, &["appid", "body", "out_trade_no", "total_fee", "spbill_create_ip", "notify_url", "trade_type"])?;
    let trade_type = match call.text("/trade_type") {
        "JSAPI" => TradeType::Jsapi,
        "NATIVE" => TradeType::Native,
        "APP" => TradeType::App,
        "MWEB" => TradeType::Mweb,
        _ => return Err(refusal("PARAM_ERROR", "trade_type参数错误，应为JSAPI、NATIVE、APP或MWEB")),
    };
    let parties = parties::parties(world, call, order_create::product(trade_type))?;
    if trade_type == TradeType::Jsapi {
        parties::check_openids(world, call, &parties).map_err(|why| refusal("PARAM_ERROR", &why.message))?;
    }
    let new = Draft {
        out_trade_no: call.text("/out_trade_no"),
        total: fen(call, "/total_fee")?,
        time_expire: beijing(call.text("/time_expire")),
        sign_type: some(call.text("/sign_type")),
        auth_code: None,
    };
    let (id, credential) = order_create::place(world, now, call, trade_type, parties, &new)?;
    let mut answer = json!({"trade_type": trade_type.as_str()});
    let prepay_id = match credential.kind {
        CredentialKind::CodeUrl => {
            answer["code_url"] = (*credential.value).into();
            world.ids.prepay_id(now)
        }
        CredentialKind::H5Url => {
            answer["mweb_url"] = (*credential.value).into();
            credential.page_id().to_owned()
        }
        CredentialKind::PrepayId | CredentialKind::AuthCode => credential.value.into(),
    };
    answer["prepay_id"] = prepay_id.into();
    Ok(Answer::json(200, answer).about(id))
}

/// `20261125100000`, Beijing's.
fn beijing(text: &str) -> Option<Time> {
    let civil = DateTime::strptime("%Y%m%d%H%M%S", text).ok()?;
    let zoned = civil.to_zoned(TimeZone::fixed(tz::offset(8))).ok()?;
    Some(Time::from_millis(zoned.timestamp().as_millisecond()))
}

/// The merchant's order by either of its numbers.
fn find<'w>(world: &'w World, call: &Call) -> Result<&'w Order, Refusal> {
    let (id, number) = (call.text("/transaction_id"), call.text("/out_trade_no"));
    let order = match (some(id), some(number)) {
        (Some(id), _) => world.orders.by_transaction(id).filter(|order| order.mchid == call.mchid),
        (None, Some(number)) => world.orders.by_number(&call.mchid, number),
        (None, None) => return Err(refusal("LACK_PARAMS", "缺少参数transaction_id或out_trade_no")),
    };
    let sub = some(call.text("/sub_mch_id"));
    order.filter(|order| order.sub_mchid.as_deref() == sub && !order.is_sub()).ok_or_else(not_found)
}

fn orderquery(world: &mut World, _now: Time, call: &Call) -> Outcome {
    let order = find(world, call)?;
    Ok(Answer::json(200, shown(order)).about(order.id.as_str()))
}

/// An order as APIv2 shows it.
fn shown(order: &Order) -> Value {
    if let Some(Value::Object(mut members)) = order.paid_at.map(|_| v2_notice::payment(order)) {
        for name in ["return_code", "result_code", "appid", "mch_id", "sub_mch_id"] {
            members.remove(name);
        }
        members.insert("trade_state".to_owned(), order.state.as_str().into());
        members.insert("trade_state_desc".to_owned(), description(order.state).into());
        return Value::Object(members);
    }
    let mut members = Map::new();
    for (name, text) in [
        ("trade_state", order.state.as_str().to_owned()),
        ("trade_state_desc", description(order.state).to_owned()),
        ("out_trade_no", order.out_trade_no.to_string()),
        ("total_fee", order.total.to_string()),
    ] {
        members.insert(name.to_owned(), text.into());
    }
    if let Some(attach) = &order.attach {
        members.insert("attach".to_owned(), attach.as_str().into());
    }
    Value::Object(members)
}

fn closeorder(world: &mut World, now: Time, call: &Call) -> Outcome {
    lacking(call, &["out_trade_no"])?;
    let number = call.text("/out_trade_no");
    let Some(order) = world.orders.by_number(&call.mchid, number) else {
        close_unknown(world, call, number).map_err(|_| not_found())?;
        return Ok(Answer::json(200, json!({})));
    };
    if order.is_sub() || order.sub_mchid.as_deref() != some(call.text("/sub_mch_id")) {
        return Err(not_found().about(order.id.as_str()));
    }
    let (id, state) = (order.id.clone(), order.state);
    match state {
        State::Success | State::Refund => Err(refusal("ORDERPAID", "该订单已支付").about(id)),
        State::Notpay => {
            shut(world, now, &id, "merchant");
            Ok(Answer::json(200, json!({})).about(id))
        }
        State::Userpaying => Err(refusal("SYSTEMERROR", "当前交易不允许进行普通关单").about(id)),
        State::Closed | State::Payerror | State::Revoked => Err(refusal("ORDERCLOSED", "订单已关闭").about(id)),
    }
}

fn micropay(world: &mut World, now: Time, call: &Call) -> Outcome {
    lacking(call, &["appid", "body", "out_trade_no", "total_fee", "auth_code"])?;
    // The sandbox asks for less.
    if call.template == "v2/pay/micropay" {
        lacking(call, &["spbill_create_ip"])?;
    }
    let charge = Charge {
        out_trade_no: call.text("/out_trade_no"),
        auth_code: call.text("/auth_code"),
        total: fen(call, "/total_fee")?,
        sign_type: some(call.text("/sign_type")),
    };
    let id = codepay::charge(world, now, call, &charge).map_err(|refused| match refused {
        Refused::Code(BadCode::Used) => refusal("AUTH_CODE_INVALID", "请扫描微信支付被扫条码/二维码"),
        Refused::Code(BadCode::Expired) => refusal("AUTHCODEEXPIRE", "二维码已过期，请用户在微信上刷新后再试"),
        Refused::Code(BadCode::Malformed) => refusal("PARAM_ERROR", "auth_code参数错误"),
        Refused::Other(refusal) => refusal,
    })?;
    let order = world.orders.by_id(&id).ok_or_else(not_found)?;
    match order.state {
        State::Userpaying => Err(refusal("USERPAYING", "需要用户输入支付密码").about(id)),
        State::Payerror => Err(refusal("NOTENOUGH", "余额不足").about(id)),
        State::Revoked => Err(refusal("ORDERREVERSED", "订单已撤销").about(id)),
        State::Closed => Err(refusal("ORDERCLOSED", "订单已关闭").about(id)),
        _ => Ok(Answer::json(200, shown(order)).about(id)),
    }
}

fn reverse(world: &mut World, now: Time, call: &Call) -> Outcome {
    let id = find(world, call)?.id.clone();
    codepay::take_back(world, now, call.version, &id)?;
    Ok(Answer::json(200, json!({"recall": "N"})).about(id))
}
