//! The bills of the stand-in are what the official ones are: columns, parameters, refunds, sums, and rows of the test's own.
#![cfg(all(feature = "async", feature = "mock", feature = "sync", feature = "tls"))]

mod support;

use support::foreign::{call, get};
use wechatpay_chain::mock::{BillKind, Server};
use wechatpay_chain::{Bill, Client, ErrorKind, Result, json};

const ALL: &str = "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注";
const SUCCESS: &str = "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,商品名称,商户数据包,手续费,费率,订单金额,费率备注";
const REFUND: &str = "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,退款申请时间,退款成功时间,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注";
const FUND_FLOW: &str = "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,备注,业务凭证号";
const TRADE: &str = "v3/bill/tradebill";
const FLOW: &str = "v3/bill/fundflowbill";

fn bill(wxpay: &Client, path: &str, parameters: &[(&str, &str)]) -> Result<Bill> {
    let dated = parameters.iter().any(|(name, _)| *name == "bill_date");
    let path = if dated { path.to_owned() } else { format!("{path}?bill_date=2026-11-21") };
    let chain = parameters.iter().fold(wxpay.chain(path), |chain, (name, value)| chain.query(*name, *value));
    let mut file = Vec::new();
    wxpay.download(&chain.get()?)?.to_writer(&mut file)?;
    Bill::from_bytes(file)
}

/// The cells of a column, from the first row to the last.
fn column(bill: &Bill, name: &str) -> Vec<String> {
    bill.rows().map(|row| row.unwrap().get(name).unwrap().to_owned()).collect()
}

fn summary(bill: &Bill) -> Vec<(String, String)> {
    bill.summary().unwrap().iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn pairs<const N: usize>(pairs: [(&str, &str); N]) -> Vec<(String, String)> {
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec()
}

#[test]
fn each_type_has_its_columns_and_its_rows() {
    let gateway = Server::start().unwrap();
    gateway.bills(6);
    let wxpay = gateway.client().unwrap();
    for (kind, columns, states) in [
        ("ALL", ALL, &["SUCCESS", "SUCCESS", "REFUND", "SUCCESS", "SUCCESS", "REFUND"][..]),
        ("SUCCESS", SUCCESS, &["SUCCESS"; 4]),
        ("REFUND", REFUND, &["REFUND"; 2]),
    ] {
        for tar in [None, Some(("tar_type", "GZIP"))] {
            let asked: Vec<_> = [("bill_date", "2026-11-20"), ("bill_type", kind)].into_iter().chain(tar).collect();
            let bill = bill(&wxpay, TRADE, &asked).unwrap();
            assert_eq!(
                (bill.columns().join(","), column(&bill, "交易状态")),
                (columns.to_owned(), states.iter().map(|state| (*state).to_owned()).collect())
            );
            assert!(column(&bill, "交易时间").iter().all(|time| time.starts_with("2026-11-20 ")), "{kind}");
        }
    }
    assert_eq!([ALL, SUCCESS, REFUND].map(|columns| columns.split(',').count()), [27, 20, 29]);
    for account in ["BASIC", "OPERATION", "FEES"] {
        let bill = bill(&wxpay, FLOW, &[("bill_date", "2026-11-20"), ("account_type", account)]).unwrap();
        assert_eq!((bill.columns().join(","), bill.rows().count()), (FUND_FLOW.to_owned(), 6));
        assert!(column(&bill, "记账时间").iter().all(|time| time.starts_with("2026-11-20 ")));
    }
    let basic = bill(&wxpay, FLOW, &[("bill_date", "2026-11-20")]).unwrap();
    let fees = bill(&wxpay, FLOW, &[("bill_date", "2026-11-20"), ("account_type", "FEES")]).unwrap();
    assert_ne!(column(&basic, "业务类型"), column(&fees, "业务类型"));
}

#[test]
fn sums_are_those_of_the_rows_to_the_fen() {
    let gateway = Server::start().unwrap();
    gateway.bills(3);
    let wxpay = gateway.client().unwrap();
    let all = bill(&wxpay, TRADE, &[("bill_date", "2026-11-21")]).unwrap();
    // 1.01 and 2.05 were paid, a part of the second was given back.
    assert_eq!(column(&all, "应结订单金额"), ["1.01", "2.05", "0.00"]);
    assert_eq!(column(&all, "申请退款金额"), ["0.00", "0.00", "1.03"]);
    assert_eq!(column(&all, "手续费"), ["0.01000", "0.01000", "-0.01000"]);
    assert_eq!(column(&all, "商户退款单号")[..2], ["0", "0"]);
    assert_eq!(column(&all, "商户订单号")[1], column(&all, "商户订单号")[2]);
    assert_eq!(
        summary(&all),
        pairs([
            ("总交易单数", "3"),
            ("应结订单总金额", "3.06"),
            ("退款总金额", "1.03"),
            ("充值券退款总金额", "0.00"),
            ("手续费总金额", "0.01000"),
            ("订单总金额", "3.06"),
            ("申请退款总金额", "1.03"),
        ])
    );
    let success = bill(&wxpay, TRADE, &[("bill_date", "2026-11-21"), ("bill_type", "SUCCESS")]).unwrap();
    assert_eq!(
        summary(&success)[..3],
        pairs([("总交易单数", "2"), ("应结订单总金额", "3.06"), ("退款总金额", "0.00")])
    );
    let flow = bill(&wxpay, FLOW, &[("bill_date", "2026-11-21")]).unwrap();
    assert_eq!(column(&flow, "账户结余(元)"), ["10001.01", "10001.00", "9999.97"]);
    assert_eq!(
        summary(&flow),
        pairs([
            ("资金流水总笔数", "3"),
            ("收入笔数", "1"),
            ("收入金额", "1.01"),
            ("支出笔数", "2"),
            ("支出金额", "1.04"),
        ])
    );
}

#[test]
fn a_test_says_what_is_in_the_rows() {
    let gateway = Server::start().unwrap();
    gateway
        .bills(3)
        .rows([
            vec![("商户订单号", "A1"), ("订单金额", "1.00")],
            vec![("商户订单号", "A2"), ("应结订单金额", "8.00"), ("订单金额", "10.00"), ("手续费", "0.04801")],
            vec![("商户订单号", "A1"), ("商户退款单号", "R1"), ("退款金额", "0.30")],
        ])
        .date("2026-11-21");
    let wxpay = gateway.client().unwrap();
    let all = bill(&wxpay, TRADE, &[("bill_date", "2026-11-21")]).unwrap();
    assert_eq!(column(&all, "商户订单号"), ["A1", "A2", "A1"]);
    assert_eq!(column(&all, "交易状态"), ["SUCCESS", "SUCCESS", "REFUND"]);
    assert_eq!(column(&all, "应结订单金额"), ["1.00", "8.00", "0.00"]);
    assert_eq!(
        summary(&all).into_iter().map(|(_, value)| value).collect::<Vec<_>>(),
        ["3", "9.00", "0.30", "0.00", "0.05801", "11.00", "0.30"]
    );
    let refunds = bill(&wxpay, TRADE, &[("bill_date", "2026-11-21"), ("bill_type", "REFUND")]).unwrap();
    assert_eq!(
        (column(&refunds, "商户退款单号"), column(&refunds, "退款状态")),
        (vec!["R1".into()], vec!["SUCCESS".into()])
    );
    // More than were asked for, and fewer.
    gateway.bills(0).rows([[("商户订单号", "B1")], [("商户订单号", "B2")]]);
    assert_eq!(column(&bill(&wxpay, TRADE, &[]).unwrap(), "商户订单号"), ["B1", "B2"]);
    gateway.bills(2).rows([[("商户订单号", "C1")]]);
    let two = column(&bill(&wxpay, TRADE, &[]).unwrap(), "商户订单号");
    assert!(two.len() == 2 && two[0] == "C1" && two[1] != "C1", "{two:?}");
    // Of one kind alone.
    gateway.bills(2).rows([[("收支类型", "支出"), ("收支金额(元)", "3.30")]]).kind(BillKind::FundFlow);
    let flow = bill(&wxpay, FLOW, &[("account_type", "OPERATION")]).unwrap();
    assert_eq!(column(&flow, "账户结余(元)")[0], "9996.70");
    gateway.bills(2).kind(BillKind::TradeRefund);
    let refunds = bill(&wxpay, TRADE, &[("bill_type", "REFUND")]).unwrap();
    assert_eq!((refunds.rows().count(), refunds.summary().unwrap().fen("退款总金额").unwrap()), (2, 203));
    assert_eq!(column(&bill(&wxpay, TRADE, &[]).unwrap(), "商户订单号")[0], "C1", "the others stay");
}

#[test]
fn what_cannot_be_in_a_bill_is_named() {
    let gateway = Server::start().unwrap();
    let told = |column: &'static str, value: &'static str| {
        let bills = gateway.bills(1);
        let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            _ = bills.rows([[(column, value)]]).date(value);
        }));
        *panic.unwrap_err().downcast::<String>().unwrap()
    };
    for (column, value, text) in [
        ("商户定单号", "A1", "no bill has a column \"商户定单号\""),
        ("订单金额", "1.005", "\"订单金额\" is \"1.005\", expected yuan"),
        ("手续费", "0.000001", "expected yuan with at most 5 decimals"),
        ("商品名称", "a\r\nb", "\"商品名称\" has a line break"),
        ("收支类型", "入", "expected 收入 or 支出"),
        ("商户订单号", "2026-11-31", "\"2026-11-31\" is no day"),
    ] {
        assert!(told(column, value).contains(text), "{}", told(column, value));
    }
}

#[test]
fn parameters_are_honoured_or_refused() {
    let gateway = Server::start().unwrap();
    let wxpay = gateway.client().unwrap();
    let asked = || wxpay.chain(TRADE).query("bill_date", "2026-11-21").get().unwrap();
    assert_eq!(asked().headers()["mock-example"], "1", "nobody serves bills yet");
    gateway.bills(2).date("2026-11-21").kind(BillKind::Trade);
    gateway.bills(5).date("2026-11-22");
    for (date, rows) in [("2026-11-21", 2), ("2026-11-22", 5)] {
        assert_eq!(bill(&wxpay, TRADE, &[("bill_date", date)]).unwrap().rows().count(), rows);
    }
    for (path, name, value, code) in [
        (TRADE, "bill_date", "2026-11-20", "NO_STATEMENT_EXIST"),
        (FLOW, "bill_date", "2026-11-21", "NO_STATEMENT_EXIST"),
        (TRADE, "bill_type", "RECHARGE_REFUND", "NO_STATEMENT_EXIST"),
        (TRADE, "bill_date", "2026-02-30", "PARAM_ERROR"),
        (TRADE, "bill_date", "", "PARAM_ERROR"),
        (TRADE, "bill_type", "all", "PARAM_ERROR"),
        (TRADE, "tar_type", "ZIP", "PARAM_ERROR"),
        (FLOW, "account_type", "OTHER", "PARAM_ERROR"),
    ] {
        let error = bill(&wxpay, path, &[(name, value)]).unwrap_err();
        let rejection = error.rejection().unwrap();
        assert!(rejection.is_verified() && rejection.status() == 400, "{name}={value}: {error}");
        assert_eq!(rejection.code(), code, "{name}={value}: {error}");
        if code == "PARAM_ERROR" {
            assert_eq!(rejection.field(), Some(&*format!("/{name}")));
        }
    }
    gateway.reset();
    assert_eq!(asked().headers()["mock-example"], "1");
}

#[test]
fn the_files_url_is_of_the_name_that_the_caller_knows() {
    let (plain, tls) = (Server::start().unwrap(), Server::start_tls().unwrap());
    for (gateway, host, expected) in [
        (&plain, "localhost:8787", "http://localhost:8787/"),
        (&plain, "api.mch.weixin.qq.com", plain.url().as_str()),
        (&plain, "example.com", &plain.url()),
        (&tls, "api.mch.weixin.qq.com", "https://api.mch.weixin.qq.com/"),
        (&tls, "localhost:8787", "https://localhost:8787/"),
        (&tls, "example.com", &tls.url()),
    ] {
        gateway.bills(1);
        let answer =
            call(gateway, ("GET", "/v3/bill/tradebill?bill_date=2026-11-21"), &[("Host", host)], b"", b"").json();
        let url = answer["download_url"].as_str().unwrap();
        assert!(url.starts_with(&format!("{expected}v3/billdownload/file?token=")), "{host}: {url}");
    }
}

#[test]
fn a_file_says_what_it_is() {
    let gateway = Server::start().unwrap();
    gateway.bills(3);
    for (tar, content_type, start) in
        [("", "text/plain", &b"\xef\xbb\xbf\xe4\xba\xa4"[..]), ("&tar_type=GZIP", "application/x-gzip", &[0x1f, 0x8b])]
    {
        let answer = get(&gateway, &format!("/{TRADE}?bill_date=2026-11-21{tar}"));
        let url = answer.json()["download_url"].as_str().unwrap().to_owned();
        let file = get(&gateway, &url[url.find("/v3/").unwrap()..]);
        assert_eq!((file.header("Content-Type"), file.header("Content-Encoding")), (Some(content_type), None));
        assert!(file.body.starts_with(start));
    }
}

#[cfg(feature = "v2")]
#[test]
fn the_bills_of_apiv2_are_the_same() {
    use wechatpay_chain::Method;
    let gateway = Server::start().unwrap();
    gateway.bills(6).date("2026-11-21");
    let wxpay = gateway.client().unwrap();
    let ask = |path: &str, mut fields: wechatpay_chain::Value| {
        (fields["mch_id"], fields["appid"]) = (json!(wxpay.mchid()), json!("wx8888888888888888"));
        let mut file = Vec::new();
        wxpay.chain(path).download(Method::POST, fields)?.to_writer(&mut file)?;
        Bill::from_bytes(file)
    };
    let daily = "v2/pay/downloadbill";
    for (kind, columns, rows) in [("ALL", ALL, 6), ("SUCCESS", SUCCESS, 4), ("REFUND", REFUND, 2)] {
        for tar in ["", "GZIP"] {
            let bill = ask(daily, json!({"bill_date": "20261121", "bill_type": kind, "tar_type": tar})).unwrap();
            assert_eq!((bill.columns().join(","), bill.rows().count()), (columns.to_owned(), rows));
        }
    }
    let flow = json!({"bill_date": "20261121", "account_type": "Basic", "sign_type": "HMAC-SHA256"});
    assert_eq!(ask("v2/pay/downloadfundflow", flow.clone()).unwrap().columns().join(","), FUND_FLOW);
    for (path, fields, text) in [
        (daily, json!({"bill_date": "20261120"}), "No Bill Exist"),
        (daily, json!({"bill_date": "2026/11/21"}), "invalid bill_date"),
        (daily, json!({"bill_date": "20261121", "bill_type": "all"}), "invalid bill_type"),
        ("v2/pay/downloadfundflow", json!({"bill_date": "20261121", "account_type": "Basic"}), "invalid sign_type"),
    ] {
        let error = ask(path, fields).unwrap_err();
        assert!(error.kind() == ErrorKind::Rejected && error.to_string().contains(text), "{error}");
    }
}
