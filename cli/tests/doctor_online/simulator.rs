//! The simulator: its merchants are well, and each fault that it is told to have is found.

use serde_json::json;
use wechatpay_sim::{Fault, Simulator};

use super::merchant::{ID, OTHER};
use super::support::{done, wxpay};
use super::verdicts::{check, found, is_well};
use super::{ECHO, FIRST, calls, doctor, settings, timed};

#[test]
fn merchants_of_the_simulator_are_well_and_asked_three_times() {
    let sim = Simulator::builder().seed(1).start().unwrap();
    // By the public key, by certificates, a partner.
    for (mchid, mode, echoes) in
        [("1900000001", "public_key", 2), ("1900000002", "certificate", 2), ("1900000010", "public_key", 2)]
    {
        sim.post("reset", json!({})).unwrap();
        let before = (calls(&sim, "v3/certificates"), calls(&sim, "v3/security/echo"), sim.calls().unwrap().len());
        let mut vars = settings(&sim, mchid);
        if mode == "certificate" {
            vars.retain(|(name, _)| !name.contains("PUBLIC_KEY"));
        }
        is_well(&doctor(&vars, &[], &[]), mode);
        let after = (calls(&sim, "v3/certificates"), calls(&sim, "v3/security/echo"), sim.calls().unwrap().len());
        assert_eq!((after.0 - before.0, after.1 - before.1, after.2 - before.2), (1, echoes, 1 + echoes), "{mchid}");
    }
    let v2: Vec<_> = settings(&sim, "1900000001")
        .into_iter()
        .filter(|(name, _)| ["WECHATPAY_MCHID", "WECHATPAY_SECRET", "WECHATPAY_BASE_URI"].contains(&name.as_str()))
        .collect();
    is_well(&doctor(&v2, &[], &[]), "v2");
}

#[test]
fn faults_of_the_simulator_are_found_each_by_its_check() {
    let sim = Simulator::builder().seed(1).start().unwrap();
    let vars = settings(&sim, "1900000001");
    for (fault, (method, path), id, state) in [
        (Fault::Unsigned, ECHO, "answer.signed", "fail"),
        (Fault::BadSignature, ECHO, "answer.verified", "fail"),
        (Fault::NotBase64, ECHO, "answer.verified", "fail"),
        (Fault::Probe, ECHO, "answer.verified", "fail"),
        (Fault::Tampered, ECHO, "answer.verified", "fail"),
        (Fault::Stale, ECHO, "answer.fresh", "fail"),
        (Fault::Future, ECHO, "answer.fresh", "fail"),
        (Fault::UnknownSerial, ECHO, "platform.known", "fail"),
        (Fault::OtherKey, ECHO, "platform.known", "fail"),
        (Fault::code("SYSTEM_ERROR"), FIRST, "http.answer", "fail"),
        (Fault::BadGateway, FIRST, "http.answer", "fail"),
        (Fault::Redirect, FIRST, "http.answer", "fail"),
        (Fault::Garbage, FIRST, "http.answer", "fail"),
        (Fault::ResetBefore, FIRST, "http.answer", "fail"),
        (Fault::code("NO_AUTH"), FIRST, "access.permitted", "fail"),
        (Fault::code("SIGN_ERROR"), FIRST, "sign.accepted", "fail"),
        (Fault::code("INVALID_REQUEST"), ECHO, "echo.accepted", "fail"),
    ] {
        let told = format!("{fault:?}");
        sim.fault(fault).on(method, path).times(1).set().unwrap();
        let run = doctor(&vars, &[], &[]);
        assert_eq!(run.json()["first"], id, "{told}");
        found(&run, id, state);
    }
    sim.fault(Fault::TimeoutBefore.of(5)).on(FIRST.0, FIRST.1).times(1).set().unwrap();
    found(&doctor(&vars, &["--timeout", "1"], &[]), "http.answer", "fail");
    sim.fault(Fault::Slow.of(4)).on(FIRST.0, FIRST.1).times(1).set().unwrap();
    found(&timed(&vars, &[], &[]), "http.speed", "warn");
    // The second of the self tests, the encrypted one.
    sim.fault(Fault::code("INVALID_REQUEST")).on(ECHO.0, ECHO.1).skip(1).times(1).set().unwrap();
    found(&doctor(&vars, &[], &[]), "encrypt.accepted", "fail");
}

#[test]
fn settings_that_the_gateway_does_not_know_are_found() {
    let sim = Simulator::builder().seed(1).start().unwrap();
    let with = |mchid: &str, changes: &[(&str, Option<&str>)]| {
        let mut vars = settings(&sim, mchid);
        for (name, value) in changes {
            let name = format!("WECHATPAY_{name}");
            vars.retain(|(known, _)| *known != name);
            vars.extend(value.map(|value| (name, value.to_owned())));
        }
        doctor(&vars, &[], &[])
    };
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (other, public) = (OTHER.serialize_pem(), file("pub.pem", &OTHER.public_key_pem()));
    let signature = found(&with("1900000001", &[("PRIVATE_KEY", Some(&other))]), "sign.accepted", "fail");
    assert_eq!(signature["seen"], "signature: key or serial");
    let serial = "3775B6A45ACD588826D15E583A95F5DD3775B6A4";
    let serial = found(&with("1900000001", &[("SERIAL", Some(serial))]), "sign.accepted", "fail");
    assert_eq!(serial["seen"], "serial");
    found(&with("1900000001", &[("PUBLIC_KEY", Some(&public))]), "answer.verified", "fail");
    found(&with("1900000001", &[("PUBLIC_KEY_ID", Some(ID))]), "platform.known", "fail");
    // A merchant of the public key without it, and one of certificates with another APIv3 key.
    let none = [("PUBLIC_KEY", None), ("PUBLIC_KEY_ID", None)];
    found(&with("1900000001", &none), "certificates.available", "fail");
    let key = ("API_V3_KEY", Some("0123456789abcdef0123456789abcdef"));
    found(&with("1900000002", &[none[0], none[1], key]), "apiv3key.decrypts", "fail");
}

/// A merchant of the public key has nothing that the gateway seals with its `APIv3` key, so another key is not seen: that is said.
#[test]
fn an_apiv3_key_that_nothing_proves_is_told_of() {
    let sim = Simulator::builder().seed(1).start().unwrap();
    let mut vars = settings(&sim, "1900000001");
    vars.retain(|(name, _)| name != "WECHATPAY_API_V3_KEY");
    vars.push(("WECHATPAY_API_V3_KEY".to_owned(), "0123456789abcdef0123456789abcdef".to_owned()));
    let run = doctor(&vars, &[], &[]);
    is_well(&run, "public_key");
    let skipped = check(&run.json(), "apiv3key.decrypts");
    assert_eq!(skipped["reason"], "not_applicable");
    assert!(skipped["message"]["en"].as_str().unwrap().contains("wxpay notice decrypt FILE"), "{skipped}");
    let folder = tempfile::tempdir().unwrap();
    let text = done(wxpay(folder.path()).args(["doctor", "--skip", "http.speed"]).envs(vars).output().unwrap());
    assert!(text.code == Some(0) && text.err.starts_with("hint: the APIv3 key was not proven"), "{}", text.err);
    // One of certificates has the key proven, and no hint.
    let mut vars = settings(&sim, "1900000002");
    vars.retain(|(name, _)| !name.contains("PUBLIC_KEY"));
    let text = done(wxpay(folder.path()).args(["doctor", "--skip", "http.speed"]).envs(vars).output().unwrap());
    assert_eq!((text.code, text.err.as_str()), (Some(0), ""), "{}", text.out);
}

/// The simulator's own env file is a good set-up, inline keys and all.
#[test]
fn the_env_file_of_the_simulator_is_well() {
    let sim = Simulator::builder().seed(1).start().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let quoted = |value: &str| value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    let lines: Vec<_> =
        settings(&sim, "1900000001").iter().map(|(name, value)| format!("{name}=\"{}\"", quoted(value))).collect();
    std::fs::write(folder.path().join("sim.env"), lines.join("\n")).unwrap();
    #[cfg(unix)]
    std::fs::set_permissions(folder.path().join("sim.env"), std::os::unix::fs::PermissionsExt::from_mode(0o600))
        .unwrap();
    let words = ["doctor", "--json", "--skip", "http.speed", "--env-file", "sim.env"];
    is_well(&done(wxpay(folder.path()).args(words).output().unwrap()), "public_key");
}
