//! Rules of bills. Each case has a day of its own, for a bill stays as it was made first.

use jiff::civil::Date;
use jiff::{Span, Timestamp, tz};
use serde_json::{Value, json};

use super::bench::{Bench, Case, M, case, refusal, said};
use super::by_hand::Ask;

pub(crate) fn cases() -> Vec<Case> {
    vec![
        case("bills.url_s", json!(30), "200", "400", |bench| {
            let target = address(bench, &trading_day(bench, false));
            bench.advance(31);
            fetch(bench, M, &target).0[..3].to_owned()
        }),
        case("bills.escape", json!("off"), r"a\ book", "a,book", |bench| {
            let day = trading_day(bench, false);
            let (_, text) = fetch(bench, M, &address(bench, &day));
            [r"a\ book", "a,book"].into_iter().find(|name| text.contains(name)).unwrap().to_owned()
        }),
        case("bills.count_text", json!("3.0"), "`2", "`2.0", |bench| {
            let day = trading_day(bench, true);
            let (_, text) = fetch(bench, M, &address(bench, &day));
            text.lines().last().unwrap().split(',').next().unwrap().to_owned()
        }),
        case("bills.refund_fee_sign", json!("0"), "`-0.06000", "`0.00000", |bench| {
            let day = trading_day(bench, true);
            let (_, text) = fetch(bench, M, &address(bench, &day));
            text.lines().nth(1).unwrap().split(',').nth(22).unwrap().to_owned()
        }),
        case("bills.ready_hour", json!(9), "400 STATEMENT_CREATING 账单生成中，请稍后再试", "200", early),
        case(
            "bills.months",
            json!(1),
            "400 NO_STATEMENT_EXIST 账单文件不存在",
            "400 INVALID_REQUEST 账单日期不正确",
            |bench| ask(bench, &before(bench, 60)),
        ),
        refusal("bills.creating", "400 STATEMENT_CREATING 账单生成中，请稍后再试", early),
        refusal("bills.none", "400 NO_STATEMENT_EXIST 账单文件不存在", |bench| ask(bench, &before(bench, 60))),
        refusal("bills.day", "400 INVALID_REQUEST 账单日期不正确", |bench| ask(bench, &before(bench, 0))),
        refusal("bills.token", "400 INVALID_REQUEST 账单下载链接无效或已过期", |bench| {
            fetch(bench, M, "/v3/billdownload/file?token=x").0
        }),
        refusal("bills.token_owner", "403 NO_AUTH 商户号与账单下载链接不匹配", |bench| {
            fetch(bench, "1900000002", &address(bench, &trading_day(bench, false))).0
        }),
    ]
}

/// The day that it is.
fn today(bench: &Bench) -> Date {
    let now = bench.sim.get("clock").unwrap()["now"].as_str().unwrap().parse::<Timestamp>().unwrap();
    now.to_zoned(tz::TimeZone::fixed(tz::offset(8))).date()
}

/// The day so many days ago.
fn before(bench: &Bench, days: i64) -> String {
    today(bench).checked_sub(Span::new().days(days)).unwrap().to_string()
}

/// Goes to a time of day, tomorrow.
fn tomorrow(bench: &Bench, time: &str) {
    let day = today(bench).tomorrow().unwrap();
    bench.sim.post("clock/advance", json!({"to": format!("{day}T{time}+08:00")})).unwrap();
}

/// A day on which an order was paid, and perhaps refunded; it is the next day at ten.
fn trading_day(bench: &Bench, refunded: bool) -> String {
    let number = bench.number();
    let mut body = Bench::order(&number);
    body["description"] = json!("a,book");
    bench.native(body).unwrap();
    bench.sim.pay(&number).send().unwrap();
    if refunded {
        bench.advance(1);
        bench.refund(&number, &bench.number(), 1000).unwrap();
    }
    let day = today(bench).to_string();
    tomorrow(bench, "10:00:00");
    day
}

fn tradebill(bench: &Bench, day: &str) -> wechatpay_chain::Result<wechatpay_chain::Response> {
    bench.wxpay.chain("v3/bill/tradebill").query("bill_date", day).get()
}

fn ask(bench: &Bench, day: &str) -> String {
    said(tradebill(bench, day))
}

/// Where a day's bill is.
fn address(bench: &Bench, day: &str) -> String {
    let url = tradebill(bench, day).unwrap()["download_url"].as_str().unwrap().to_owned();
    format!("/{}", url.strip_prefix(&bench.sim.url()).unwrap())
}

/// What came of fetching it, and the file.
fn fetch(bench: &Bench, mchid: &str, target: &str) -> (String, String) {
    let answer = Ask::of(&bench.sim, mchid, "GET", target, "").send(&bench.sim);
    let text = String::from_utf8(answer.body.clone()).unwrap();
    let refusal: Value = serde_json::from_str(&text).unwrap_or_default();
    let said = match (refusal["code"].as_str(), refusal["message"].as_str()) {
        (Some(code), Some(message)) => format!("{} {code} {message}", answer.status),
        _ => answer.status.to_string(),
    };
    (said, text)
}

/// A bill at half past nine.
fn early(bench: &Bench) -> String {
    let day = trading_day(bench, false);
    bench.sim.pay(&bench.placed()).send().unwrap();
    assert_ne!(day, today(bench).to_string());
    let day = today(bench).to_string();
    tomorrow(bench, "09:30:00");
    ask(bench, &day)
}
