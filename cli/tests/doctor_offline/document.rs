//! The document, the text, and what may be asked for.

use super::examined;
use super::merchant::{Merchant, PLATFORM_SERIAL, SERIAL};
use super::support::run;
use super::verdicts::check;

#[test]
fn the_document_holds_every_check_once_and_the_choice_is_kept() {
    let merchant = Merchant::new().set("MCHID", "1");
    let document = examined(&merchant, &["--skip", "mchid.format"], &[]).json();
    assert_eq!(check(&document, "mchid.format")["reason"], "asked");
    // What was left out counts as right for what needs it.
    assert_eq!(document["first"], "mchid.match");
    let only = examined(&merchant, &["--only", "key.fits_serial"], &[]).json();
    assert_eq!((only["state"].as_str(), check(&only, "mchid.format")["reason"].as_str()), (Some("ok"), Some("asked")));
    assert_eq!(check(&only, "key.readable")["state"], "ok");
    let counts = &document["counts"];
    let sum: u64 = ["ok", "warn", "fail", "skipped"].iter().map(|state| counts[*state].as_u64().unwrap()).sum();
    assert_eq!((sum, document["checks"].as_array().unwrap().len()), (67, 67));
    assert_eq!(check(&document, "dns")["reason"], "offline");
    assert_eq!(
        (document["schema"].as_i64(), document["command"].as_str(), document["offline"].as_bool()),
        (Some(1), Some("doctor"), Some(true))
    );
    assert_eq!(
        check(&document, "key.fits_serial")["needs"],
        serde_json::json!(["key.fits_certificate", "serial.format"])
    );
    let unknown = run(merchant.folder.path(), &["doctor", "--json", "--only", "key.fits"], &[]);
    assert_eq!(unknown.error()["kind"], "Usage");
    let listed = run(merchant.folder.path(), &["doctor", "--list", "--json"], &[]).json();
    let listed = listed["checks"].as_array().unwrap();
    assert_eq!((listed.len(), listed.iter().filter(|check| check["online"] == true).count()), (67, 27));
    let v2 = examined(&Merchant::of_v2(), &[], &[]).json();
    for id in ["serial.format", "publickey.format", "platform.expiry", "apiv3key.length", "notify_url.apiv3key"] {
        assert_eq!(check(&v2, id)["reason"], "not_applicable", "{id}");
    }
}

#[test]
fn people_read_the_finding_and_below_it_what_to_do() {
    let merchant = Merchant::new().set("SERIAL", PLATFORM_SERIAL);
    let told =
        |words: &[&str]| run(merchant.folder.path(), &[&["doctor", "--offline"], words].concat(), &merchant.vars());
    let english = told(&[]);
    let remedy = format!("\n  → set WECHATPAY_SERIAL to {SERIAL}\n");
    assert!(english.out.starts_with("✗ key.fits_serial  ") && english.out.contains(&remedy), "{}", english.out);
    let chinese = told(&["--lang", "zh", "--color", "always"]);
    assert!(
        chinese.out.contains("把序列号 WECHATPAY_SERIAL 改为") && chinese.out.contains("\u{1b}[31m✗"),
        "{}",
        chinese.out
    );
    assert!(told(&["--all"]).out.lines().count() > 67);
    let warned = Merchant::new().set("SERIAL", &SERIAL.to_lowercase());
    assert_eq!(examined(&warned, &["--allow-warn"], &[]).code, Some(0));
}
