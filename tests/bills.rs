//! Bills of all official types, whole and with odd lines in them.

use std::fmt::Write as _;
use std::io::Write as _;

use wechatpay_chain::{Bill, ErrorKind, Result, Row};

const HEAD: &str = "\u{feff}交易时间,商品名称,订单金额,手续费\r\n";
const TAIL: &str = "总交易单数,订单总金额\r\n`1,`-1.00\r\n";

/// The official types: name, columns, names of the summary (下载账单, 4013071219, 4013071217, 4012715572).
const TYPES: [(&str, &str, &str); 7] = [
    (
        "trade ALL",
        "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注",
        "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额",
    ),
    (
        "trade SUCCESS",
        "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,商品名称,商户数据包,手续费,费率,订单金额,费率备注",
        "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额",
    ),
    (
        "trade REFUND",
        "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,退款申请时间,退款成功时间,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注",
        "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额",
    ),
    (
        "fund flow BASIC",
        "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,备注,业务凭证号",
        "资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额",
    ),
    (
        "fund flow OPERATION",
        "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额（元）,账户结余（元）,资金变更提交申请人,备注,业务凭证号",
        "资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额",
    ),
    (
        "fund flow FEES",
        "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,备注,业务凭证号",
        "资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额",
    ),
    (
        "profit sharing",
        "分账时间,分账发起方,分账方,微信订单号,微信分账/回退单号,分账明细单号,商户分账/回退单号,订单金额,分账接收方,分账金额,业务类型,处理状态,分账描述,备注",
        "分账总笔数,分账总金额",
    ),
];

fn bill(data: &str) -> Bill {
    Bill::from_bytes(format!("{HEAD}{data}{TAIL}")).unwrap()
}

/// What the rows say: the name in each, or why it cannot be read.
fn names(bill: &Bill) -> Vec<String> {
    let name = |row: Result<Row>| match row {
        Ok(row) => format!("{}={}", row.line(), row.get("商品名称").unwrap()),
        Err(error) => error.to_string(),
    };
    bill.rows().map(name).collect()
}

#[test]
fn every_official_type_with_rows_and_without() {
    for (kind, columns, summary) in TYPES {
        let names: Vec<_> = columns.split(',').collect();
        let totals: Vec<_> = summary.split(',').collect();
        for count in [0, 1, 3] {
            let mut csv = format!("\u{feff}{columns}\r\n");
            for row in 0..count {
                let cells: Vec<_> = (0..names.len()).map(|at| format!("`{row}.{at:02}")).collect();
                write!(csv, "{}\r\n", cells.join(",")).unwrap();
            }
            let values: Vec<_> = (0..totals.len()).map(|at| format!("`{at}.00")).collect();
            write!(csv, "{summary}\r\n{}\r\n", values.join(",")).unwrap();
            let bill = Bill::from_bytes(csv).unwrap();
            assert_eq!(bill.columns(), names, "{kind}");
            let mut rows = bill.rows();
            for row in 0..count {
                let read = rows.next().unwrap().unwrap();
                for (at, name) in names.iter().enumerate() {
                    assert_eq!(read.fen(name).unwrap(), row * 100 + i64::try_from(at).unwrap(), "{kind} {name}");
                }
                let line = u64::try_from(row).unwrap() + 2;
                assert_eq!((read.line(), rows.line()), (line, line));
            }
            assert!(rows.next().is_none() && rows.next().is_none(), "{kind}");
            let last = totals.len() - 1;
            assert_eq!(
                rows.summary().unwrap().fen(totals[last]).unwrap(),
                100 * i64::try_from(last).unwrap(),
                "{kind}"
            );
            assert_eq!(bill.summary().unwrap().iter().count(), totals.len(), "{kind}");
        }
    }
}

#[test]
fn a_cell_is_what_stands_between_back_ticks() {
    for (cell, expected) in [
        ("`plain", "plain"),
        ("`", ""),
        ("`a,b,c", "a,b,c"),
        ("`\"特价\"", "\"特价\""),
        ("`\"特价", "\"特价"),
        ("`特价\"", "特价\""),
        ("`\"a,b\"", "\"a,b\""),
        ("`\"a \"\"x\"\", b\"", "\"a \"\"x\"\", b\""),
        ("`27寸显示器,\"27,黑色", "27寸显示器,\"27,黑色"),
        ("`\"A\"和\"B\"", "\"A\"和\"B\""),
        ("`say \"x\"", "say \"x\""),
        ("`\"\"", "\"\""),
        ("`a`b", "a`b"),
        ("``a", "`a"),
        ("`a,", "a,"),
        ("` a ", " a "),
        // As a program writes it that takes the file for ordinary CSV.
        ("\"`a,b\"", "a,b"),
        ("\"`a,`b\"", "a,`b"),
        ("\"`say \"\"x\"\"\"", "say \"x\""),
        // Line breaks.
        ("`a\nb", "a\nb"),
        ("`a\r\nb", "a\r\nb"),
        ("`a\n", "a\n"),
        ("`\na", "\na"),
        ("`a\n\n\r\nb,c", "a\n\n\r\nb,c"),
        ("`a\n\"b\n,c\"", "a\n\"b\n,c\""),
    ] {
        let data = format!("`t1,{cell},`1.00,`0.01000\r\n`t2,`next,`2.00,`0.02\r\n");
        let bill = bill(&data);
        let rows: Vec<_> = bill.rows().collect::<Result<_>>().unwrap_or_else(|error| panic!("{cell:?}: {error}"));
        assert_eq!(rows[0].get("商品名称"), Some(expected), "{cell:?}");
        assert_eq!(
            (rows.len(), rows[0].fen("订单金额").unwrap(), rows[0].fen("手续费").unwrap()),
            (2, 100, 1),
            "{cell:?}"
        );
        assert_eq!((rows[1].get("商品名称"), rows[1].fen("订单金额").unwrap()), (Some("next"), 200), "{cell:?}");
        let lines = u64::try_from(cell.matches('\n').count()).unwrap();
        assert_eq!((rows[0].line(), rows[1].line()), (2, 3 + lines), "{cell:?}");
        assert_eq!(bill.summary().unwrap().fen("订单总金额").unwrap(), -100, "{cell:?}");
    }
}

#[test]
fn an_odd_line_is_an_error_of_its_own_and_the_rows_behind_it_follow() {
    for (odd, error) in [
        ("`t,`name,`1.00", "line 3 of the bill has 3 cells, expected 4"),
        ("`t,`name,`1.00,`0.01,`0", "line 3 of the bill has 5 cells, expected 4"),
        ("`t,`a,`b,`1.00,`0.01", "line 3 of the bill has 5 cells, expected 4"),
        ("`t,`a,5.00,`1.00", "line 3 of the bill has 3 cells, expected 4"),
        ("t,name,1.00,0.01", "line 3 of the bill begins with no back-tick: it is no row, and no summary"),
        ("x", "line 3 of the bill begins with no back-tick: it is no row, and no summary"),
        ("总交易单数,订单总金额", "line 3 of the bill begins with no back-tick: it is no row, and no summary"),
        ("交易时间,商品名称,订单金额,手续费", "line 3 of the bill is the header once more: another bill follows"),
        ("`", "line 3 of the bill has 1 cells, expected 4"),
    ] {
        let bill = bill(&format!("`t1,`one,`1.00,`0\r\n{odd}\r\n`t3,`three,`3.00,`0\r\n"));
        assert_eq!(names(&bill), ["2=one", error, "4=three"], "{odd}");
        assert_eq!(bill.raw_line(3), Some(odd.as_bytes()));
        assert_eq!(bill.summary().unwrap().fen("订单总金额").unwrap(), -100, "{odd}");
        let mut rows = bill.rows();
        assert!(rows.by_ref().nth(1).unwrap().is_err());
        assert_eq!(rows.line(), 3);
    }
    // Text of another encoding in one line, and a line that is no line.
    for (odd, error) in [
        (b"`t,`\xd6\xd0\xce\xc4,`1,`1".to_vec(), "is not UTF-8 but likely GBK"),
        (b"`t,`\xff,`1,`1".to_vec(), "is not UTF-8: use the file as it was downloaded"),
        ([b"`t,`".to_vec(), vec![b'x'; 3 << 20]].concat(), "has more than 1048576 bytes"),
    ] {
        let whole = [HEAD.as_bytes(), &odd, b"\r\n`t3,`three,`3.00,`0\r\n", TAIL.as_bytes()].concat();
        let bill = Bill::from_bytes(whole).unwrap();
        let names = names(&bill);
        assert!(names[0].starts_with("line 2 of the bill ") && names[0].contains(error), "{}", &names[0]);
        assert_eq!(names[1..], ["3=three"]);
        assert_eq!(bill.raw_line(2).unwrap(), &odd[..odd.len().min(1 << 20)]);
        assert!(bill.summary().is_ok());
    }
    // The first, the last, and several.
    let odd = bill("`1\r\n`2\r\n`t,`name,`1.00,`0\r\n`4\r\n");
    assert_eq!(names(&odd).len(), 4);
    assert_eq!(names(&odd)[2], "4=name");
    assert!(odd.summary().is_ok());
}

#[test]
fn the_text_of_a_line_is_there_but_not_shown() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(&file, format!("{HEAD}`t,`张三 13800000000\r\n`t2,`b,`2.00,`0\r\n{TAIL}")).unwrap();
    let bill = Bill::open(&file).unwrap();
    let error = bill.rows().next().unwrap().unwrap_err();
    assert!(!format!("{error} {error:?} {bill:?}").contains("13800000000"), "{error:?}");
    let first = bill.raw_line(2);
    assert_eq!(first, Some("`t,`张三 13800000000".as_bytes()));
    assert_eq!(bill.raw_line(1), Some("\u{feff}交易时间,商品名称,订单金额,手续费".as_bytes()));
    assert_eq!((bill.raw_line(0), bill.raw_line(6), bill.raw_line(u64::MAX)), (None, None, None));
    // What was given out stays, also when the file has gone.
    let path = file.into_temp_path();
    std::fs::remove_file(&path).unwrap();
    assert_eq!((bill.raw_line(2), bill.raw_line(3)), (first, None));
    assert_eq!(bill.clone().raw_line(2), first);
}

#[test]
fn a_bill_that_is_not_whole_is_never_a_bill() {
    let whole = format!("{HEAD}`t,`n,`1.00,`0.01\r\n`t,`n,`1.00,`0.01\r\n{TAIL}");
    let complete = whole.trim_end().len();
    for end in (0..whole.len()).filter(|end| whole.is_char_boundary(*end)) {
        let cut = Bill::from_bytes(whole[..end].to_owned());
        let all = cut.and_then(|bill| bill.rows().collect::<Result<Vec<_>>>());
        // Within the last amount nothing but the file's digest can tell.
        assert_eq!(all.is_ok(), end > complete - "-1.00".len() - 1, "{end}: {:?}", &whole[..end]);
    }
    let end = "the bill does not end with its two lines of summary: it is incomplete, or no bill";
    for (csv, items) in [
        ("日期,金额\r\n2026-11-21,1.00\r\n2026-11-22,2.00\r\n", 3),
        ("日期,金额\r\n`2026-11-21,`1.00\r\n2026-11-22,1.00\r\n2026-11-23,2.00\r\n", 4),
        ("日期,金额\r\n`2026-11-21,`1.00\r\n2026-11-22,1.00\r\n`2026-11-23,`2.00\r\n", 4),
        ("日期,金额\r\n`2026-11-21,`1.00\r\n总数,x\r\n`1\r\n", 4),
        ("日期,金额\r\n\"`2026-11-21,`1.00\r\n`t,`1\r\n", 3),
        ("日期,金额\r\n", 1),
    ] {
        let bill = Bill::from_bytes(csv).unwrap();
        let all: Vec<_> = bill.rows().collect();
        assert_eq!(all.len(), items, "{csv}: {all:?}");
        assert_eq!(all.last().unwrap().as_ref().unwrap_err().to_string(), end, "{csv}");
        assert_eq!(bill.summary().unwrap_err().to_string(), end, "{csv}");
    }
}

#[test]
fn no_row_is_merged_with_another() {
    // Quotes that open in one row and close in a later one.
    let two = bill("`t1,`a,\"b,`1.00,`0.01\r\n`t2,`c,\"d,`2.00,`0.02\r\n");
    assert_eq!(names(&two), ["2=a,\"b", "3=c,\"d"]);
    // A row that breaks off, before one that is whole, and before the summary.
    let cut = bill("`t1,`a\r\n`t2,`b,`2.00,`0.02\r\n`t3,`c\r\n");
    assert_eq!(names(&cut)[1], "3=b");
    assert_eq!((names(&cut).len(), bill("`t1,`a\r\n").summary().is_ok()), (3, true));
    // Parts that were joined, and blank lines.
    let joined = bill("`t1,`a,`1.00,`0.01\r\n\r\n\u{feff}`t2,`b,`2.00,`0.02\n\n");
    assert_eq!(names(&joined), ["2=a", "4=b"]);
    // Two bills, one after the other: the first one's summary is not the end.
    let twice = format!("`t1,`a,`1.00,`0.01\r\n{TAIL}{}`t2,`b,`2.00,`0.02\r\n", &HEAD['\u{feff}'.len_utf8()..]);
    assert_eq!(names(&bill(&twice)).len(), 5);
    assert!(names(&bill(&twice)).contains(&"6=b".to_owned()));
}

#[test]
fn gzip_is_unpacked_and_other_forms_are_named() {
    let csv = format!("{HEAD}`t1,`a,`1.00,`0.01\r\n{TAIL}");
    let packed = |text: &str| {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        gzip.write_all(text.as_bytes()).unwrap();
        gzip.finish().unwrap()
    };
    let file = tempfile::Builder::new().suffix(".csv.gz").tempfile().unwrap();
    // In two members, as of files that were joined.
    let (front, back) = csv.split_at(csv.find('`').unwrap());
    let both = [packed(front), packed(back)].concat();
    std::fs::write(&file, &both).unwrap();
    for bill in [Bill::open(&file).unwrap(), Bill::from_bytes(both.clone()).unwrap()] {
        assert_eq!(names(&bill), ["2=a"]);
        assert_eq!(bill.summary().unwrap().fen("订单总金额").unwrap(), -100);
        assert_eq!(bill.raw_line(2), Some("`t1,`a,`1.00,`0.01".as_bytes()));
    }
    let whole = packed(&csv);
    for cut in [whole.len() - 1, whole.len() - 9, whole.len() / 2] {
        let error = Bill::from_bytes(whole[..cut].to_vec()).and_then(|bill| bill.summary()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert!(error.to_string().contains("its gzip file is damaged, or not whole"), "{error}");
    }
    let utf16: Vec<u8> = csv.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (bytes, expected) in [
        (utf16, "in UTF-16"),
        (b"\xbd\xbb\xd2\xd7\xca\xb1\xbc\xe4,\xbd\xf0\xb6\xee\r\n".to_vec(), "iconv -f GB18030 -t UTF-8"),
        (br#"{"code":"NO_STATEMENT_EXIST","message":"x"}"#.to_vec(), "is JSON: an error of the gateway"),
        (b"<xml><return_code>FAIL</return_code></xml>".to_vec(), "is XML or HTML"),
        (b"`1,`2\r\n".to_vec(), "begins with data"),
        (Vec::new(), "is empty"),
        ("\"交易时间\",\"金额\"\r\n".into(), "as a spreadsheet saves it"),
        ("交易时间;金额\r\n".into(), "as a spreadsheet saves it"),
    ] {
        let error = Bill::from_bytes(bytes).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert!(error.to_string().starts_with("the bill ") && error.to_string().contains(expected), "{error}");
    }
    let error = Bill::open("/no/such/bill.csv").unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (ErrorKind::Io, "the bill /no/such/bill.csv cannot be read")
    );
    assert_eq!(Bill::open("/").unwrap_err().kind(), ErrorKind::Io);
}

#[test]
fn a_file_that_became_another_is_told() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(&file, format!("{HEAD}{TAIL}")).unwrap();
    let bill = Bill::open(&file).unwrap();
    assert_eq!(bill.rows().count(), 0);
    std::fs::write(&file, format!("手续费,交易时间\r\n{TAIL}")).unwrap();
    assert!(bill.summary().unwrap_err().to_string().contains("its columns differ"));
    assert_eq!(bill.rows().count(), 1);
}
