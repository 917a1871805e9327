use std::fs;
use std::process::Command;

use wechatpay_sim::Simulator;

use super::bench::Done;

#[test]
fn the_first_program_prints_what_becomes_a_qr_code() -> Done {
    let sim = Simulator::builder().start()?;
    let settings = sim.get("env?format=json")?;
    let settings = settings["env"].as_object().or(settings.as_object()).ok_or("no settings")?.clone();
    let vars = settings.iter().filter_map(|(name, value)| Some((name, value.as_str()?)));
    let ran = Command::new(env!("CARGO_BIN_EXE_first")).envs(vars).output()?;
    let said = String::from_utf8(ran.stdout)?;
    assert!(said.starts_with("weixin://wxpay/"), "{said} {}", String::from_utf8_lossy(&ran.stderr));
    assert_eq!(sim.orders()?[0]["out_trade_no"], "20261125001");
    Ok(())
}

#[test]
fn without_settings_it_names_them() -> Done {
    let ran = Command::new(env!("CARGO_BIN_EXE_first")).env_clear().output()?;
    assert!(!ran.status.success());
    let said = String::from_utf8(ran.stderr)?;
    for name in ["WECHATPAY_MCHID", "WECHATPAY_SERIAL", "WECHATPAY_PRIVATE_KEY"] {
        assert!(said.contains(name), "{said}");
    }
    Ok(())
}

/// What `wxpay sim` leaves in its folder, and the chapter reads into the shell.
#[test]
fn the_file_of_settings_has_what_the_program_reads() -> Done {
    let keys = tempfile::tempdir()?;
    let sim = Simulator::builder().keys(keys.path()).start()?;
    let file = fs::read_to_string(keys.path().join("wxpay-sim.env"))?;
    let vars = file.lines().filter_map(|line| line.split_once('='));
    let ran = Command::new(env!("CARGO_BIN_EXE_first")).env_clear().envs(vars).output()?;
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    assert_eq!(sim.orders()?.len(), 1);
    Ok(())
}
