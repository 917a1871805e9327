//! The rows that sharing leaves in bills.

use super::*;

/// The lines of a file of the merchant's first day.
fn lines(world: &mut World, mchid: &str, kind: &str) -> Vec<String> {
    let file = control(world, "GET", &format!("bills/{mchid}/2026-11-25/{kind}"), Value::Null).unwrap();
    file.as_str().unwrap().trim_end().split("\r\n").map(str::to_owned).collect()
}

/// A share of 10 yuan, 4 of which come back, and one that fails.
fn day() -> World {
    let mut world = world();
    shared(&mut world, "S1", 1_000);
    share(&mut world, "S2", 500);
    control(&mut world, "POST", "sharings/S2/result", json!({"result": "CLOSED"})).unwrap();
    ask(&mut world, DONE.plus_seconds(9), give_back("S1", "B1", 400, json!({"description": "back, please"})));
    world
}

#[test]
fn the_bill_of_sharing_has_what_arrived_and_what_came_back() {
    let mut world = day();
    let lines = lines(&mut world, MERCHANT, "sharing.csv");
    assert_eq!(
        lines[0],
        "\u{feff}分账时间,分账发起方,分账方,微信订单号,微信分账/回退单号,分账明细单号,商户分账/回退单号,订单金额,分账接收方,分账金额,业务类型,处理状态,分账描述,备注"
    );
    let (share, back) = (world.sharings.iter().next().unwrap(), world.returns.iter().next().unwrap());
    let transaction = transaction(&world);
    let expected = [
        format!(
            "`2026-11-25 10:01:10,`{MERCHANT},`{MERCHANT},`{transaction},`{},`,`B1,`100.00,`{OTHER},`4.00,`分账回退,`成功,`back\\  please,`",
            back.return_id
        ),
        format!(
            "`2026-11-25 10:01:01,`{MERCHANT},`{MERCHANT},`{transaction},`{},`{},`S1,`100.00,`{OTHER},`10.00,`分账,`成功,`a share,`",
            share.order_id, share.shares[0].detail_id
        ),
    ];
    assert_eq!(lines[1..3], expected);
    assert_eq!(lines[3..], ["分账总笔数,分账总金额", "`2,`14.00"]);
}

#[test]
fn the_fund_flow_of_each_merchant_has_its_side() {
    let mut world = day();
    let own = lines(&mut world, MERCHANT, "fundflow.csv");
    let kinds = |lines: &[String]| -> Vec<String> {
        let row = |line: &String| line.split(",`").skip(3).take(5).collect::<Vec<_>>().join(" ");
        lines[1..lines.len() - 2].iter().rev().map(row).collect()
    };
    assert_eq!(
        kinds(&own),
        [
            "交易 交易 收入 100.00 100.00",
            "交易 扣除交易手续费 支出 0.60 99.40",
            "分账 分账 支出 10.00 89.40",
            "分账 分账 支出 5.00 84.40",
            "分账 分账失败退回 收入 5.00 89.40",
            "分账 分账回退 收入 4.00 93.40",
        ]
    );
    let other = lines(&mut world, OTHER, "fundflow.csv");
    assert_eq!(kinds(&other), ["分账 分账 收入 10.00 10.00", "分账 分账回退 支出 4.00 6.00"]);
    let share = world.sharings.iter().next().unwrap();
    assert!(other.iter().any(|line| line.contains(&format!(",`{},`", share.order_id)) && line.ends_with(",`S1")));
    // Released money was the merchant's all the time.
    let before = own.len();
    let call = unfreeze(&world, "U1");
    ask(&mut world, READY, call);
    assert_eq!(lines(&mut world, MERCHANT, "fundflow.csv").len(), before);
}

#[test]
fn it_is_asked_for_as_other_bills_are() {
    let mut world = day();
    let ready = Time::parse("2026-11-26T10:00:00+08:00").unwrap();
    let get = |query: &str| testing::call(MERCHANT, "GET", &format!("v3/profitsharing/bills?{query}"), Value::Null);
    let shown = ask(&mut world, ready, get("bill_date=2026-11-25&tar_type=GZIP"));
    let url = shown["download_url"].as_str().unwrap();
    assert!(
        url.starts_with("http://127.0.0.1:8787/v3/billdownload/file?token=") && shown["hash_type"] == "SHA1",
        "{url}"
    );
    let refused = |world: &mut World, now: Time, call: Call| refused_at(world, now, call).1;
    assert_eq!(refused(&mut world, ready.plus_seconds(-1), get("bill_date=2026-11-25")), "STATEMENT_CREATING");
    assert_eq!(refused(&mut world, ready, get("bill_date=2026-11-24")), "NO_STATEMENT_EXIST");
    let other = testing::call(OTHER, "GET", "v3/profitsharing/bills?bill_date=2026-11-25", Value::Null);
    assert_eq!(refused(&mut world, ready, other), "NO_STATEMENT_EXIST", "it is the sharing merchant's");
    // It is frozen when it is first made, and other bills' rows have nothing to do with it.
    let rows = json!({"mchid": MERCHANT, "kind": "trade", "date": "2026-11-25", "rows": [{"商品名称": "`odd"}]});
    assert_eq!(control(&mut world, "POST", "bills", rows).unwrap(), json!({"added": 1}));
    let first = lines(&mut world, MERCHANT, "sharing.csv");
    let call = give_back("S1", "B2", 1, json!({}));
    ask(&mut world, DONE, call);
    control(&mut world, "DELETE", "bills", Value::Null).unwrap();
    assert_eq!(lines(&mut world, MERCHANT, "sharing.csv"), first);
}
