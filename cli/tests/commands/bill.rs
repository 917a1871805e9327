//! `wxpay bill`.

use std::fs;

use serde_json::json;
use wechatpay_chain::mock::{BillFault, Server};

use super::gateway::{run, words};
use super::support::{self, Run};

const TRADE: &str = "\u{feff}交易时间,商户订单号,交易状态,应结订单金额,手续费,费率\r\n\
    `2026-11-24 10:00:00,`A-1,`SUCCESS,`0.10,`0.00060,`0.60%\r\n\
    `2026-11-24 10:00:01,`A-2,`SUCCESS,`0.20,`0.00120,`0.60%\r\n\
    `2026-11-24 10:00:02,`A-2,`REFUND,`0.00,`-0.00060,`0.60%\r\n\
    总交易单数,应结订单总金额,手续费总金额\r\n";

fn bill(summary: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("bill.csv"), format!("{TRADE}{summary}")).unwrap();
    folder
}

fn here(folder: &tempfile::TempDir, line: &str) -> Run {
    support::run(folder.path(), &line.split_whitespace().collect::<Vec<_>>(), &[])
}

#[test]
fn a_bill_is_added_up_exactly() {
    let folder = bill("`3,`0.30,`0.00120\r\n");
    let run = here(&folder, "bill sum bill.csv --by 交易状态 --json");
    let document = run.json();
    assert_eq!((run.code, &document["ok"], document["rows"].as_u64()), (Some(0), &json!(true), Some(3)), "{document}");
    assert_eq!(document["columns"]["应结订单金额"], json!({"yuan": "0.30", "fen": 30}));
    assert_eq!(document["columns"]["手续费"], json!({"yuan": "0.0012", "fen": null}));
    assert!(document["columns"].get("费率").is_none());
    assert_eq!(
        document["checks"][0],
        json!({"summary": "总交易单数", "column": null, "rows": 3, "stated": 3, "ok": true})
    );
    assert_eq!(document["checks"].as_array().unwrap().len(), 3);
    assert_eq!(document["groups"][1]["columns"]["手续费"]["yuan"], "-0.0006");
    let wrong = here(&bill("`3,`0.31,`0.00120\r\n"), "bill sum bill.csv");
    assert!(wrong.code == Some(1) && wrong.out.contains("✗ 应结订单总金额  0.31 ≠ 0.30"), "{}", wrong.out);
    assert_eq!(here(&bill("`4,`0.30,`0.00120\r\n"), "bill sum bill.csv").code, Some(1));
    assert_eq!(here(&folder, "bill sum bill.csv --by 没有 --json").error()["exit"], 2);
}

#[test]
fn what_is_no_whole_bill_is_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let cut: String = TRADE.split_inclusive("\r\n").take(3).collect();
    for (content, reason) in [(cut.as_str(), "incomplete"), ("{\"code\":1}", "not_a_bill"), ("", "not_a_bill")] {
        fs::write(folder.path().join("bill.csv"), content).unwrap();
        for command in ["sum bill.csv", "show bill.csv", "reconcile bill.csv bill.csv"] {
            let error = here(&folder, &format!("bill {command} --json")).error();
            assert_eq!((error["exit"].as_i64(), error["reason"].as_str()), (Some(5), Some(reason)), "{command}");
        }
    }
    let amount = TRADE.replace("`0.20", "`0,20x") + "`3,`0.30,`0.00120\r\n";
    fs::write(folder.path().join("bill.csv"), amount).unwrap();
    assert_eq!(here(&folder, "bill sum bill.csv --json").error()["exit"], 5);
    assert_eq!(here(&folder, "bill sum none.csv --json").error()["exit"], 8);
}

#[test]
fn rows_are_shown_and_chosen() {
    let folder = bill("`3,`0.30,`0.00120\r\n");
    let document =
        here(&folder, "bill show bill.csv --where 交易状态=SUCCESS --columns 商户订单号,手续费 --limit 1 --json")
            .json();
    assert_eq!(document["columns"], json!(["商户订单号", "手续费"]));
    assert_eq!(
        (&document["rows"], document["total"].as_u64()),
        (&json!([{"商户订单号": "A-1", "手续费": "0.00060"}]), Some(2))
    );
    let text = here(&folder, "bill show bill.csv --columns 商户订单号,应结订单金额");
    assert_eq!(text.out, "商户订单号  应结订单金额\nA-1         0.10\nA-2         0.20\nA-2         0.00\n");
    assert_eq!(here(&folder, "bill show bill.csv --columns 没有 --json").error()["exit"], 2);
    assert_eq!(here(&folder, "bill show bill.csv --where 没有=1 --json").error()["exit"], 2);
}

#[test]
fn a_bill_is_reconciled_with_ones_own_rows() {
    let folder = bill("`3,`0.30,`0.00120\r\n");
    let with = |csv: &str, line: &str| {
        fs::write(folder.path().join("own.csv"), csv).unwrap();
        here(&folder, &format!("bill reconcile bill.csv own.csv --json {line}"))
    };
    let same = with("no,total\nA-1,10\nA-2,20\n", "--their-key no --their-amount total --unit fen");
    assert_eq!((same.code, &same.json()["matched"]), (Some(0), &json!(2)), "{}", same.out);
    let other = with("商户订单号,应结订单金额\nA-1,0.11\nA-3,1\n", "");
    let document = other.json();
    assert_eq!((other.code, &document["ok"]), (Some(1), &json!(false)));
    assert_eq!(document["different"][0]["own"], json!({"yuan": "0.11", "fen": 11}));
    assert_eq!((&document["only_bill"], &document["only_own"]), (&json!(["A-2"]), &json!(["A-3"])));
    assert_eq!(with("no,total\n", "").error()["exit"], 2);
}

#[test]
fn a_bill_is_downloaded_and_checked() {
    let (gateway, folder) = (Server::start().unwrap(), tempfile::tempdir().unwrap());
    let bills = gateway.bills(5);
    let got = run(&gateway, folder.path(), "bill get trade 2026-11-24 --gzip --json");
    let document = got.json();
    assert_eq!(
        (got.code, document["file"].as_str(), document["rows"].as_u64()),
        (Some(0), Some("2026-11-24-trade.csv"), Some(5))
    );
    assert_eq!((document["hash_type"].as_str(), &document["hash_verified"]), (Some("SHA1"), &json!(true)));
    let sum = here(&folder, "bill sum 2026-11-24-trade.csv --json");
    assert_eq!((sum.code, sum.json()["checks"].as_array().unwrap().len()), (Some(0), 7), "{}", sum.out);
    let funds = run(&gateway, folder.path(), "bill get fundflow 2026-11-24 --account BASIC -o funds.csv");
    assert!(funds.code == Some(0) && funds.out.starts_with("funds.csv: "), "{}{}", funds.out, funds.err);
    let sum = here(&folder, "bill sum funds.csv --json");
    assert_eq!((sum.code, sum.json()["checks"].as_array().unwrap().len()), (Some(0), 5), "{}", sum.out);
    assert_eq!(run(&gateway, folder.path(), "bill get trade 2026-11-24 --json").error()["exit"], 8);
    assert_eq!(run(&gateway, folder.path(), "bill get trade 2026-11-24 --account BASIC --json").error()["exit"], 2);
    assert_eq!(run(&gateway, folder.path(), "bill get trade yesterday --json").error()["exit"], 2);
    bills.fault(BillFault::WrongHash);
    let wrong = words(&gateway, folder.path(), &["bill", "get", "trade", "2026-11-24", "-o", "w.csv", "--json"]);
    assert_eq!(wrong.error()["exit"], 5);
    assert!(!folder.path().join("w.csv").exists());
    bills.date("2026-11-21");
    let none = run(&gateway, folder.path(), "bill get trade 2026-11-24 -o n.csv --json").error();
    assert_eq!((none["exit"].as_i64(), none["code"].as_str()), (Some(4), Some("NO_STATEMENT_EXIST")));
}
