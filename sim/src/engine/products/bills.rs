//! Bills as merchants ask for them, and the files behind the addresses that they are given.

use std::io::Write;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;
use sha1::{Digest, Sha1};

use super::super::answer::{Answer, Content, Outcome, Refusal};
use super::super::bills::format::hex;
use super::super::bills::make::{Missing, make};
use super::super::bills::store::{BillId, Kind, Ticket, TradeType};
use super::super::call::Call;
use super::super::ledger::MerchantAccount;
use super::super::time::Time;
use super::super::world::World;
use super::parties;
use super::table::Route;

pub(super) const ROUTES: &[Route] = &[
    ("GET", "v3/bill/tradebill", trade),
    ("GET", "v3/bill/fundflowbill", fundflow),
    ("GET", "v3/profitsharing/bills", sharing),
    ("GET", "v3/billdownload/file", download),
    ("POST", "v2/pay/downloadbill", v2_trade),
    ("POST", "v2/pay/downloadfundflow", v2_fundflow),
];

fn trade(world: &mut World, now: Time, call: &Call) -> Outcome {
    let kind = TradeType::parse(call.parameter("bill_type").unwrap_or("ALL"));
    let kind = kind.ok_or_else(|| Refusal::param("/bill_type", "query", "bill_type不正确"))?;
    address(world, now, call, Kind::Trade(kind))
}

fn fundflow(world: &mut World, now: Time, call: &Call) -> Outcome {
    let account = MerchantAccount::parse(call.parameter("account_type").unwrap_or("BASIC"));
    let account = account.ok_or_else(|| Refusal::param("/account_type", "query", "account_type不正确"))?;
    address(world, now, call, Kind::Fundflow(account))
}

fn sharing(world: &mut World, now: Time, call: &Call) -> Outcome {
    parties::may_use(world, call, "sharing")?;
    address(world, now, call, Kind::Sharing)
}

/// Makes the bill, and answers where its file is.
fn address(world: &mut World, now: Time, call: &Call, kind: Kind) -> Outcome {
    let sub_mchid = sub_merchant(world, call, call.parameter("sub_mchid").unwrap_or_default())?;
    let date = call.parameter("bill_date").unwrap_or_default().to_owned();
    let id = BillId { mchid: call.mchid.clone(), sub_mchid, date, kind };
    let text = make(world, now, &id).map_err(|missing| refusal(world, missing))?;
    let hash = sha1(text.as_bytes());
    let token = world.ids.word(40);
    let is_gzip = call.parameter("tar_type") == Some("GZIP");
    let expires_at = now.plus_seconds(world.rules.number("bills.url_s"));
    world.bills.issue(now, token.clone(), Ticket { mchid: call.mchid.clone(), expires_at, is_gzip, text });
    let tar_type = if is_gzip { "&tartype=gzip" } else { "" };
    let url = format!("{}/v3/billdownload/file?token={token}{tar_type}", call.base);
    Ok(Answer::json(200, json!({"hash_type": "SHA1", "hash_value": hash, "download_url": url})))
}

fn refusal(world: &World, missing: Missing) -> Refusal {
    world.rules.refusal(match missing {
        Missing::Day => "bills.day",
        Missing::NotYet => "bills.creating",
        Missing::Empty => "bills.none",
    })
}

fn download(world: &mut World, now: Time, call: &Call) -> Outcome {
    let ticket = call.parameter("token").and_then(|token| world.bills.ticket(token));
    let Some(ticket) = ticket.filter(|ticket| now <= ticket.expires_at) else {
        return Err(world.rules.refusal("bills.token"));
    };
    if ticket.mchid != call.mchid {
        return Err(world.rules.refusal("bills.token_owner"));
    }
    file(&ticket.text, ticket.is_gzip)
}

/// The file, signed by nobody.
fn file(text: &str, is_gzip: bool) -> Outcome {
    let (bytes, content_type) = match is_gzip {
        true => (gzip(text.as_bytes())?, "application/x-gzip"),
        false => (text.to_owned().into(), "text/plain"),
    };
    Ok(Answer { content: Content::File { bytes, content_type }, ..Answer::json(200, json!(null)) })
}

/// The same bytes give the same file: there is no time in it.
fn gzip(bytes: &[u8]) -> Result<Bytes, Refusal> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    let written = encoder.write_all(bytes).and_then(|()| encoder.finish());
    written.map(Bytes::from).map_err(|_| Refusal::new(500, "SYSTEM_ERROR", "账单压缩失败"))
}

fn sha1(bytes: &[u8]) -> String {
    hex(&Sha1::digest(bytes))
}

/// Whose rows alone are asked for, if that is a sub-merchant of the caller's; whether the product may be used at all.
fn sub_merchant(world: &World, call: &Call, named: &str) -> Result<Option<String>, Refusal> {
    let merchant = parties::may_use(world, call, "bill")?;
    if named.is_empty() {
        return Ok(None);
    }
    parties::check_sub(world, merchant, named, "")?;
    Ok(Some(named.to_owned()))
}

/// APIv2's trade bill: the file at once; what is wrong is told in XML without signature, with codes of its own.
fn v2_trade(world: &mut World, now: Time, call: &Call) -> Outcome {
    let sub_mchid = sub_merchant(world, call, call.text("/sub_mch_id"))?;
    let kind = match call.text("/bill_type") {
        "" => Some(TradeType::All),
        name => TradeType::parse(name),
    };
    let Some(kind) = kind else { return Ok(v2_failure("invalid bill_type", "20001")) };
    let id = BillId { mchid: call.mchid.clone(), sub_mchid, date: v2_date(call), kind: Kind::Trade(kind) };
    match make(world, now, &id) {
        Ok(text) => file(&text, call.text("/tar_type") == "GZIP"),
        Err(Missing::Day) => Ok(v2_failure("invalid bill_date", "20001")),
        Err(Missing::NotYet) => Ok(v2_failure("Bill Creating", "20002")),
        Err(Missing::Empty) => Ok(v2_failure("No Bill Exist", "20002")),
    }
}

fn v2_failure(message: &str, code: &str) -> Answer {
    let xml = format!(
        "<xml><return_code>FAIL</return_code><return_msg>{message}</return_msg><error_code>{code}</error_code></xml>"
    );
    let content = Content::File { bytes: xml.into(), content_type: "text/plain" };
    Answer { content, ..Answer::json(200, json!(null)) }
}

/// `20261125`, as APIv2 has it, as APIv3 has it; left as it is if it is none.
fn v2_date(call: &Call) -> String {
    let text = call.text("/bill_date");
    match (text.get(..4), text.get(4..6), text.get(6..8), text.len()) {
        (Some(year), Some(month), Some(day), 8) => format!("{year}-{month}-{day}"),
        _ => text.to_owned(),
    }
}

fn v2_fundflow(world: &mut World, now: Time, call: &Call) -> Outcome {
    sub_merchant(world, call, "")?;
    let account = MerchantAccount::parse(&call.text("/account_type").to_ascii_uppercase());
    let account = account.ok_or_else(|| Refusal::new(400, "PARAM_ERROR", "account_type参数错误"))?;
    let id = BillId { mchid: call.mchid.clone(), sub_mchid: None, date: v2_date(call), kind: Kind::Fundflow(account) };
    let text = make(world, now, &id).map_err(|missing| match missing {
        Missing::Day => Refusal::new(400, "PARAM_ERROR", "账单日期不正确"),
        Missing::NotYet => Refusal::new(400, "BILL_CREATING", "账单生成中"),
        Missing::Empty => Refusal::new(400, "NO_BILL_EXIST", "账单文件不存在"),
    })?;
    file(&text, call.text("/tar_type") == "GZIP")
}
