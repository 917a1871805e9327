//! The key folder: its layout, its modes, and that what is there is used again.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::json;
use wechatpay_chain::{Certificate, Client, PrivateKey, PublicKey};
use wechatpay_sim::Simulator;

use super::by_hand::Done;

fn start(folder: &Path) -> Simulator {
    Simulator::builder().keys(folder).start().unwrap()
}

/// All files below a folder, by their names relative to it.
fn files(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.insert(path.strip_prefix(folder).unwrap().display().to_string());
            }
        }
    }
    found
}

#[test]
fn the_folder_has_what_it_should_for_its_owner_alone() -> Done {
    let parent = tempfile::tempdir()?;
    let folder = parent.path().join("keys");
    let sim = start(&folder);
    let serial = sim.get("platform")?["certificates"][0]["serial"].as_str().unwrap().to_owned();
    let (certificate, key) = (format!("platform/cert_{serial}.pem"), format!("platform/cert_{serial}.key.pem"));
    let expected = [
        ".gitignore",
        "ca.key.pem",
        "ca.pem",
        "merchants/1900000001/api_v3_key.txt",
        "merchants/1900000001/apiclient_cert.pem",
        "merchants/1900000001/apiclient_key.pem",
        "merchants/1900000001/secret.txt",
        &certificate,
        &key,
        "platform/pub_key.key.pem",
        "platform/pub_key.pem",
        "platform/pub_key_id.txt",
        "tls.key.pem",
        "tls.pem",
        "wxpay-sim.env",
    ];
    assert_eq!(files(&folder), expected.map(str::to_owned).into_iter().collect());
    assert_eq!(fs::read_to_string(folder.join(".gitignore"))?, "*\n");
    for file in files(&folder) {
        assert_eq!(fs::metadata(folder.join(&file))?.permissions().mode() & 0o777, 0o600, "{file}");
    }
    for inner in ["", "merchants", "merchants/1900000001", "platform"] {
        assert_eq!(fs::metadata(folder.join(inner))?.permissions().mode() & 0o777, 0o700, "{inner}");
    }
    Ok(())
}

#[test]
fn the_files_are_what_sdks_read() -> Done {
    let folder = tempfile::tempdir()?;
    let _sim = start(folder.path());
    let merchant = folder.path().join("merchants/1900000001");
    let certificate = Certificate::from_path(merchant.join("apiclient_cert.pem"))?;
    let key = PrivateKey::from_path(merchant.join("apiclient_key.pem"))?;
    assert!(fs::read_to_string(merchant.join("apiclient_key.pem"))?.starts_with("-----BEGIN PRIVATE KEY-----"));
    assert_eq!(certificate.public_key(), &key.public_key()?);
    assert_eq!(certificate.serial().len(), 40);
    assert!(('1'..='7').contains(&certificate.serial().chars().next().unwrap()));
    let platform = folder.path().join("platform");
    assert!(fs::read_to_string(platform.join("pub_key.pem"))?.starts_with("-----BEGIN PUBLIC KEY-----"));
    let public = PublicKey::from_path(platform.join("pub_key.pem"))?;
    assert_eq!(public, PrivateKey::from_path(platform.join("pub_key.key.pem"))?.public_key()?);
    let id = fs::read_to_string(platform.join("pub_key_id.txt"))?;
    assert!(id.strip_prefix("PUB_KEY_ID_").unwrap().bytes().all(|byte| byte.is_ascii_digit()), "{id}");
    for secret in ["api_v3_key.txt", "secret.txt"] {
        assert_eq!(fs::read_to_string(merchant.join(secret))?.len(), 32);
    }
    Ok(())
}

#[test]
fn what_is_there_is_used_again() -> Done {
    let folder = tempfile::tempdir()?;
    let (before, env) = {
        let sim = start(folder.path());
        sim.merchant("1900000002")?.client()?;
        sim.post("merchants/1900000001/certificates", json!({}))?;
        (sim.get("merchants")?, sim.get("env")?)
    };
    let files_before = files(folder.path());
    let sim = start(folder.path());
    let serials = |merchants: &serde_json::Value| {
        let items = merchants["items"].as_array().unwrap().iter();
        items.map(|merchant| merchant["serials"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(serials(&before), serials(&sim.get("merchants")?));
    assert_eq!(files(folder.path()), files_before);
    let again = sim.get("env")?;
    for name in ["WECHATPAY_SERIAL", "WECHATPAY_PUBLIC_KEY_ID", "WECHATPAY_API_V3_KEY", "WECHATPAY_SECRET"] {
        assert_eq!(env[name], again[name], "{name}");
    }
    // Lost files are made again.
    fs::remove_file(folder.path().join("merchants/1900000001/secret.txt"))?;
    drop(sim);
    let sim = start(folder.path());
    assert_ne!(sim.get("env")?["WECHATPAY_SECRET"], env["WECHATPAY_SECRET"]);
    Ok(())
}

#[test]
fn what_does_not_belong_together_is_named() -> Done {
    let folder = tempfile::tempdir()?;
    drop(start(folder.path()));
    let merchant = folder.path().join("merchants/1900000001");
    let key = fs::read_to_string(merchant.join("apiclient_key.pem"))?;
    let start = || Simulator::builder().keys(folder.path()).start().map(|_| ()).unwrap_err().to_string();
    fs::copy(folder.path().join("platform/pub_key.key.pem"), merchant.join("apiclient_key.pem"))?;
    let error = start();
    assert!(error.contains("apiclient_key.pem is not that of merchants/1900000001/apiclient_cert.pem"), "{error}");
    fs::write(merchant.join("apiclient_key.pem"), "x")?;
    let error = start();
    assert!(error.contains("merchants/1900000001/apiclient_key.pem") && !error.contains(&key[30..60]), "{error}");
    fs::remove_file(merchant.join("apiclient_key.pem"))?;
    assert!(start().contains("apiclient_cert.pem is there, merchants/1900000001/apiclient_key.pem is not"));
    fs::remove_file(merchant.join("apiclient_cert.pem"))?;
    fs::write(merchant.join("api_v3_key.txt"), "short")?;
    assert!(start().contains("api_v3_key.txt has 5 bytes, expected 32"));
    Ok(())
}

#[test]
fn settings_rules_and_merchants_of_the_folder_are_there_and_come_back() -> Done {
    let folder = tempfile::tempdir()?;
    let write = |file: &str, text: &str| fs::write(folder.path().join(file), text);
    write("settings.json", r#"{"lang": "en"}"#)?;
    write("rules.json", r#"{"sign.detail": "short"}"#)?;
    write("merchants.json", r#"[{"mchid": "1900000088", "kind": "merchant", "fee_bp": 38}]"#)?;
    let sim = start(folder.path());
    let check = || -> Done {
        assert_eq!(sim.get("settings")?["lang"], "en");
        assert!(sim.get("rules")?.to_string().contains(r#""value":"short""#));
        assert_eq!(sim.get("merchants/1900000088")?["fee_bp"], 38);
        Ok(())
    };
    check()?;
    let serial = sim.get("merchants/1900000088")?["serial"].clone();
    sim.patch("settings", json!({"lang": "zh"}))?;
    sim.delete("merchants/1900000088")?;
    sim.post("reset", json!({}))?;
    check()?;
    assert_eq!(sim.get("merchants/1900000088")?["serial"], serial);
    for (file, text) in [("settings.json", r#"{"tea": 1}"#), ("rules.json", "["), ("merchants.json", "{}")] {
        let folder = tempfile::tempdir()?;
        fs::write(folder.path().join(file), text)?;
        let error = Simulator::builder().keys(folder.path()).start().unwrap_err().to_string();
        assert!(error.contains(file), "{error}");
    }
    Ok(())
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let error = Simulator::builder().keys(file.path().join("keys")).start().unwrap_err();
    assert_eq!(error.code(), "KEYS");
    assert!(error.to_string().contains(&file.path().display().to_string()), "{error}");
}

#[test]
fn the_env_file_is_what_a_client_needs() -> Done {
    let folder = tempfile::tempdir()?;
    let sim = start(folder.path());
    let text = fs::read_to_string(folder.path().join("wxpay-sim.env"))?;
    let lines: std::collections::BTreeMap<&str, &str> = text.lines().filter_map(|line| line.split_once('=')).collect();
    for name in [
        "MCHID",
        "SERIAL",
        "PRIVATE_KEY",
        "PUBLIC_KEY_ID",
        "PUBLIC_KEY",
        "API_V3_KEY",
        "SECRET",
        "BASE_URI",
        "SIM_API",
        "SIM_CA",
        "SIM_PROXY",
        "SIM_TLS",
        "SIM_APPID",
        "SIM_OPENID",
        "SIM_MCHID_2",
        "SIM_SP_MCHID",
        "SIM_SUB_MCHID",
        "SIM_TOKEN",
    ] {
        assert!(lines.contains_key(format!("WECHATPAY_{name}").as_str()), "{name} in {text}");
    }
    let value = |name: &str| lines[format!("WECHATPAY_{name}").as_str()].trim_matches('"');
    assert_eq!((value("BASE_URI"), value("SIM_API")), (sim.url().as_str(), format!("{}_/api/", sim.url()).as_str()));
    assert!(Path::new(value("PRIVATE_KEY")).is_absolute() && Path::new(value("SIM_CA")).exists());
    assert_eq!(
        (value("SIM_MCHID_2"), value("SIM_SP_MCHID"), value("SIM_SUB_MCHID")),
        ("1900000002", "1900000010", "1900000011")
    );
    let wxpay = Client::builder()
        .mchid(value("MCHID"))
        .serial(value("SERIAL"))
        .private_key(PrivateKey::load(value("PRIVATE_KEY"))?)
        .platform_key(value("PUBLIC_KEY_ID"), PublicKey::load(value("PUBLIC_KEY"))?)
        .api_v3_key(value("API_V3_KEY"))
        .base_uri(value("BASE_URI"))
        .build()?;
    assert_eq!(wxpay.chain("v3/security/echo").post(json!({"echo_message": "x"}))?["echo_message"], "x");
    Ok(())
}

#[test]
fn openids_are_those_of_the_formula() -> Done {
    use base64::Engine as _;
    use sha2::Digest as _;
    let sim = Simulator::builder().start()?;
    let digest = sha2::Sha256::digest(b"wx0000000000000001/alice");
    let text = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(digest);
    assert_eq!(sim.get("env")?["WECHATPAY_SIM_OPENID"], format!("o{}", &text[..27]));
    Ok(())
}
