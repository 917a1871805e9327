//! `wxpay catalog`.

use super::support::{Run, run};

fn here(line: &str) -> Run {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), &line.split(' ').collect::<Vec<_>>(), &[])
}

#[test]
fn endpoints_are_found_by_words() {
    let found = here("catalog search native 下单 --json").json();
    let first = &found["results"][0];
    assert_eq!((first["method"].as_str(), first["version"].as_str()), (Some("POST"), Some("v3")), "{found}");
    assert!(found["results"].as_array().unwrap().len() <= 20);
    assert_eq!(here("catalog search refund --limit 2 --json").json()["results"].as_array().unwrap().len(), 2);
    let none = here("catalog search 没有这样的接口 --json");
    assert_eq!((none.code, none.json()["results"].as_array().map(Vec::len)), (Some(1), Some(0)));
    assert!(here("catalog search native").out.contains("v3/pay/transactions/native"));
}

#[test]
fn an_endpoint_is_shown_by_template_or_filled_in() {
    let native = here("catalog show post v3/pay/transactions/native --json").json();
    let entry = &native["operations"][0];
    let total = entry["body"].as_array().unwrap().iter().find(|member| member["name"] == "amount").unwrap();
    assert_eq!((&total["required"], total["members"][0]["name"].as_str()), (&true.into(), Some("total")));
    assert!(entry["doc"].as_str().unwrap().starts_with("https://") && !entry["answer"].as_array().unwrap().is_empty());
    let filled = here("catalog show v3/pay/transactions/out-trade-no/12 --json").json();
    assert_eq!(filled["operations"][0]["path"], "v3/pay/transactions/out-trade-no/{out_trade_no}");
    let v2 = here("catalog show v2/pay/orderquery --json").json();
    assert!(!v2["operations"][0]["body"].as_array().unwrap().is_empty());
    let text = here("catalog show post v3/profitsharing/receivers/add");
    assert!(text.out.contains("name: string  encrypted"), "{}", text.out);
    let none = here("catalog show v3/pay/transactions/nativ --json");
    assert_eq!((none.code, none.json()["nearest"][0].as_str()), (Some(1), Some("v3/pay/transactions/native")));
}

#[test]
fn types_are_code() {
    for (language, expected) in [("rust", "pub struct "), ("typescript", "export "), ("php", "array{")] {
        let line = format!("catalog types post v3/pay/transactions/native --as {language} --json");
        let code = here(&line).json()["code"].as_str().unwrap().to_owned();
        assert!(code.contains(expected) && code.contains("out_trade_no"), "{code}");
    }
    assert_eq!(here("catalog types v3/merchants --as rust --json").error()["exit"], 2);
    assert_eq!(here("catalog types v3/no/such --as rust").code, Some(1));
}
