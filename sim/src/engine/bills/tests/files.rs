//! The files, byte by byte.

use std::io::Read;

use sha1::{Digest, Sha1};

use super::super::format::hex;
use super::*;

const ALL: &str = "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注";
const SUMMARY: &str = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额";

fn world() -> World {
    let mut world = testing::world();
    paid(&mut world, NOW, "A00001", json!({}));
    refund(&mut world, NOW.plus_seconds(60), "A00001", "R1", 5_000);
    ends(&mut world, NOW.plus_seconds(61), "R1", "SUCCESS");
    world
}

#[test]
fn all_has_27_columns_and_payments_and_refunds() {
    let mut world = world();
    let refund_id = world.refunds.iter().next().unwrap().refund_id.clone();
    let expected = format!(
        "\u{feff}{ALL}\r\n\
         `2026-11-25 10:01:00,`wx0000000000000001,`1900000001,`0,`,`42000A00001,`A00001,`oAlice,`NATIVE,`REFUND,`OTHERS,`CNY,`0.00,`0.00,`{refund_id},`R1,`50.00,`0.00,`ORIGINAL,`SUCCESS,`a book,`,`-0.30000,`0.60%,`0.00,`50.00,`\r\n\
         `2026-11-25 10:00:00,`wx0000000000000001,`1900000001,`0,`,`42000A00001,`A00001,`oAlice,`NATIVE,`SUCCESS,`OTHERS,`CNY,`100.00,`0.00,`0,`0,`0.00,`0.00,`,`,`a book,`,`0.60000,`0.60%,`100.00,`0.00,`\r\n\
         {SUMMARY}\r\n\
         `2,`100.00,`50.00,`0.00,`0.30000,`100.00,`50.00\r\n"
    );
    assert_eq!(trade(&mut world, READY, "ALL"), expected);
    assert_eq!(ALL.split(',').count(), 27);
}

#[test]
fn success_has_20_columns_and_payments_alone() {
    let mut world = world();
    let expected = format!(
        "\u{feff}交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,商品名称,商户数据包,手续费,费率,订单金额,费率备注\r\n\
         `2026-11-25 10:00:00,`wx0000000000000001,`1900000001,`0,`,`42000A00001,`A00001,`oAlice,`NATIVE,`SUCCESS,`OTHERS,`CNY,`100.00,`0.00,`a book,`,`0.60000,`0.60%,`100.00,`\r\n\
         {SUMMARY}\r\n\
         `1,`100.00,`0.00,`0.00,`0.60000,`100.00,`0.00\r\n"
    );
    assert_eq!(trade(&mut world, READY, "SUCCESS"), expected);
}

#[test]
fn refund_has_29_columns_and_refunds_alone() {
    let mut world = world();
    let refund_id = world.refunds.iter().next().unwrap().refund_id.clone();
    let header = ALL.replace("微信退款单号", "退款申请时间,退款成功时间,微信退款单号");
    let expected = format!(
        "\u{feff}{header}\r\n\
         `2026-11-25 10:01:00,`wx0000000000000001,`1900000001,`0,`,`42000A00001,`A00001,`oAlice,`NATIVE,`REFUND,`OTHERS,`CNY,`0.00,`0.00,`2026-11-25 10:01:00,`2026-11-25 10:01:01,`{refund_id},`R1,`50.00,`0.00,`ORIGINAL,`SUCCESS,`a book,`,`-0.30000,`0.60%,`0.00,`50.00,`\r\n\
         {SUMMARY}\r\n\
         `1,`0.00,`50.00,`0.00,`-0.30000,`0.00,`50.00\r\n"
    );
    assert_eq!(trade(&mut world, READY, "REFUND"), expected);
    assert_eq!(header.split(',').count(), 29);
}

#[test]
fn other_types_are_the_header_line_alone() {
    for kind in ["RECHARGE_REFUND", "ALL_SPECIAL", "SUC_SPECIAL", "REF_SPECIAL"] {
        assert_eq!(trade(&mut world(), READY, kind), format!("\u{feff}{ALL}\r\n"));
    }
}

#[test]
fn the_fund_flow_has_a_row_for_each_posting() {
    let mut world = world();
    let refund_id = world.refunds.iter().next().unwrap().refund_id.clone();
    let bill = fundflow(&mut world, READY, "BASIC");
    let numbers: Vec<String> = cells(&bill).iter().map(|row| row[2].clone()).collect();
    assert!(numbers.iter().all(|number| number.starts_with("190000000120261125") && number.len() == 28));
    let expected = format!(
        "\u{feff}记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,备注,业务凭证号\r\n\
         `2026-11-25 10:01:00,`{refund_id},`{},`退款,`退款,`支出,`49.70,`49.70,`system,`退款总金额50.00元;含手续费0.30元,`R1\r\n\
         `2026-11-25 10:00:00,`42000A00001,`{},`交易,`扣除交易手续费,`支出,`0.60,`99.40,`system,`,`A00001\r\n\
         `2026-11-25 10:00:00,`42000A00001,`{},`交易,`交易,`收入,`100.00,`100.00,`system,`,`A00001\r\n\
         资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额\r\n\
         `3,`1,`100.00,`2,`50.30\r\n",
        numbers[0], numbers[1], numbers[2]
    );
    assert_eq!(bill, expected);
}

#[test]
fn the_hash_is_over_the_bytes_before_compression() {
    let mut world = world();
    let path = "v3/bill/tradebill?bill_date=2026-11-25";
    let plain = fields(testing::calls(&mut world, READY, get(path)));
    let zipped = fields(testing::calls(&mut world, READY, get(&format!("{path}&tar_type=GZIP"))));
    assert_eq!((&plain["hash_type"], &plain["hash_value"]), (&json!("SHA1"), &zipped["hash_value"]));
    let operation = wechatpay_catalog::operation("GET", "v3/bill/tradebill").unwrap();
    assert!(operation.check_response(&plain).is_empty());
    let of = |world: &mut World, address: &Value| {
        let url = address["download_url"].as_str().unwrap();
        assert!(url.starts_with("http://127.0.0.1:8787/v3/billdownload/file?token="));
        file(testing::calls(world, READY, get(url.strip_prefix("http://127.0.0.1:8787/").unwrap())))
    };
    let (bytes, content_type) = of(&mut world, &plain);
    assert_eq!(content_type, "text/plain");
    let (packed, content_type) = of(&mut world, &zipped);
    assert_eq!(content_type, "application/x-gzip");
    assert!(zipped["download_url"].as_str().unwrap().ends_with("&tartype=gzip"));
    let mut unpacked = Vec::new();
    flate2::read::GzDecoder::new(packed.as_slice()).read_to_end(&mut unpacked).unwrap();
    assert_eq!(unpacked, bytes);
    assert_eq!(plain["hash_value"], hex(&Sha1::digest(&bytes)));
    assert!(bytes.starts_with(b"\xef\xbb\xbf"));
}

#[test]
fn amounts_are_yuan_with_two_decimals_and_fees_with_five() {
    use super::super::format::{fee, rate, sum, units, yuan};
    assert_eq!([yuan(0), yuan(1), yuan(-5), yuan(-12_345)], ["0.00", "0.01", "-0.05", "-123.45"]);
    assert_eq!([fee(0), fee(60), fee(-60)], ["0.00000", "0.60000", "-0.60000"]);
    assert_eq!([rate(60), rate(38), rate(100)], ["0.60%", "0.38%", "1.00%"]);
    assert_eq!((units("-1.5"), units("1.234567"), units("x"), units("")), (Some(-150_000), Some(123_456), None, None));
    assert_eq!(sum(["1.10", "x", "-0.20"].into_iter(), 2), "0.90");
}
