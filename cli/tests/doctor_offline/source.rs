//! Where settings come from, and slips around their values.

use super::merchant::{API_V3_KEY, ID, Merchant, SERIAL};
use super::verdicts::{check, found, is_well};
use super::{examined, fails, run_with, warns};

#[test]
fn settings_that_cannot_be_read_are_findings() {
    let merchant = Merchant::new();
    for (content, line) in [("WECHATPAY_MCHID=1\nno line\n", "line 2"), ("WECHATPAY_MCHID=\"1\n", "line 1")] {
        merchant.write("bad.env", content);
        let found = found(&run_with(merchant.folder.path(), &["--env-file", "bad.env"], &[]), "config.source", "fail");
        assert!(found["remedy"]["en"].as_str().unwrap().contains(line), "{found}");
    }
    found(&run_with(merchant.folder.path(), &["--env-file", "none.env"], &[]), "config.source", "fail");
    found(&examined(&merchant, &["--api-v3-key-file", "none.key"], &[]), "config.source", "fail");
}

#[cfg(unix)]
#[test]
fn files_that_everybody_reads_are_told_of() {
    let merchant = Merchant::new();
    let file = merchant.env_file();
    merchant.chmod("merchant.env", 0o644);
    let run = run_with(merchant.folder.path(), &["--env-file", file.to_str().unwrap()], &[]);
    found(&run, "config.permissions", "warn");
    let without = Merchant::new().unset("API_V3_KEY");
    let file = without.env_file();
    without.chmod("merchant.env", 0o644);
    is_well(&run_with(without.folder.path(), &["--env-file", file.to_str().unwrap()], &[]), "public_key");
    let merchant = Merchant::new();
    merchant.chmod("apiclient_key.pem", 0o644);
    warns(&merchant, "key.permissions");
}

#[test]
fn slips_around_values_are_told_once_and_go_on_cleaned() {
    let unknown = warns(&Merchant::new().set("APIV3_KEY", API_V3_KEY), "env.unknown");
    assert!(unknown["remedy"]["en"].as_str().unwrap().contains("WECHATPAY_API_V3_KEY"), "{unknown}");
    fails(&Merchant::new().set("MCHID", "\"1900000109\""), "env.quotes");
    fails(&Merchant::new().set("API_V3_KEY", &format!("'{API_V3_KEY}'")), "env.quotes");
    fails(&Merchant::new().set("SERIAL", &format!("\u{201c}{SERIAL}\u{201d}")), "env.quotes");
    warns(&Merchant::new().set("API_V3_KEY", &format!("{API_V3_KEY}\n")), "env.whitespace");
    warns(&Merchant::new().set("PUBLIC_KEY_ID", &format!(" {ID}")), "env.whitespace");
    fails(&Merchant::new().set("MCHID", "１900000109"), "env.characters");
    fails(&Merchant::new().set("SERIAL", &format!("\u{feff}{SERIAL}")), "env.characters");
    fails(&Merchant::new().set("API_V3_KEY", &API_V3_KEY.replace('8', "\u{200b}8")), "env.characters");
}

#[test]
fn missing_settings_are_named_at_once() {
    let merchant = Merchant::new().unset("SERIAL").unset("PUBLIC_KEY_ID");
    let found = fails(&merchant, "config.complete");
    assert_eq!(found["wanted"], "WECHATPAY_SERIAL, WECHATPAY_PUBLIC_KEY_ID");
    let document = examined(&merchant, &[], &[]).json();
    assert_eq!(check(&document, "serial.format")["reason"], "needs:config.complete");
    assert_eq!(check(&document, "appid.format")["reason"], "not_configured");
    fails(&Merchant::of_v2().unset("MCHID"), "config.complete");
    let nothing = Merchant::of_v2().unset("MCHID").unset("SECRET");
    fails(&nothing, "config.complete");
    // One that is there under another name is to be renamed.
    let misspelt = Merchant::new().unset("SERIAL").set("SERIAL_NO", SERIAL);
    let document = examined(&misspelt, &[], &[]).json();
    assert_eq!(document["first"], "config.complete");
    let remedy = check(&document, "config.complete")["remedy"]["en"].clone();
    assert!(remedy.as_str().unwrap().contains("rename WECHATPAY_SERIAL_NO to WECHATPAY_SERIAL"), "{remedy}");
    // Of a key that is missing nothing more is said.
    fails(&Merchant::new().unset("PRIVATE_KEY"), "config.complete");
    fails(&Merchant::new().unset("MCHID"), "config.complete");
}
