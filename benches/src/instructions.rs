//! Instructions of a call by callgrind, on all threads, with those of RSA taken away so that they cannot hide ours.
//!
//! Each subject runs twice under valgrind, with few calls and with many; the difference is what the calls cost, without start and end of the process.

use std::hint::black_box;
use std::path::Path;
use std::process::Command;

use crate::caller::Kind;
use crate::crypto::{SigningKey, VerifyingKey};
use crate::gateway::Gateway;
use crate::scenario::{Lane, Scenario};
use crate::{Error, MERCHANT_KEY, crypto};

/// Each a multiple of the signatures between which aws-lc-rs makes its blinding anew.
const FEW: usize = 32;
const MANY: usize = 224;

pub fn run() -> Result<(), Error> {
    let gateway = Gateway::start()?;
    let folder = tempfile::tempdir()?;
    let rsa = per_call("rsa", "-", folder.path())?;
    println!("One signature and one verification by {}: {rsa:.0} instructions\n", crypto::NAME);
    println!("| {:<26} | instructions | outside sign and verify |", "plain HTTP, sequential");
    println!("|{:-<28}|-------------:|------------------------:|", "");
    for kind in Kind::ALL {
        let all = per_call(&format!("{kind:?}"), &gateway.plain, folder.path())?;
        // wxpay-rs signs by aws-lc-rs whatever the others do, so the difference would say nothing of it.
        let known = kind != Kind::WxpayRs || crypto::NAME == "aws-lc-rs";
        let outside = if known { format!("{:.0}", all - rsa) } else { "-".to_owned() };
        println!("| {:<26} | {all:>12.0} | {outside:>23} |", kind.title());
    }
    Ok(())
}

fn per_call(what: &str, base: &str, folder: &Path) -> Result<f64, Error> {
    let (few, many) = (count(what, FEW, base, folder)?, count(what, MANY, base, folder)?);
    Ok((many - few) / (MANY - FEW) as f64)
}

/// Instructions of a whole process.
fn count(what: &str, calls: usize, base: &str, folder: &Path) -> Result<f64, Error> {
    let file = folder.join("callgrind.out");
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--quiet", &format!("--callgrind-out-file={}", file.display())])
        .arg(std::env::current_exe()?)
        .args(["instructions", what, &calls.to_string(), base])
        .output()
        .map_err(|error| format!("valgrind cannot be run, is it installed? {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    let text = std::fs::read_to_string(file)?;
    let total = text.lines().find_map(|line| line.strip_prefix("totals: ")).ok_or("callgrind told no total")?;
    Ok(total.trim().parse()?)
}

/// What runs under valgrind.
pub fn child(what: &str, calls: usize, base: &str) -> Result<(), Error> {
    let Some(kind) = Kind::ALL.into_iter().find(|kind| format!("{kind:?}") == what) else {
        return rsa(calls);
    };
    Lane::new(kind, base, Scenario { at_once: 1, workers: 1 })?.turn(calls)?;
    Ok(())
}

/// Signs and verifies as often as so many calls do, with messages of their size.
fn rsa(calls: usize) -> Result<(), Error> {
    let key = SigningKey::from_pem(MERCHANT_KEY)?;
    let platform = SigningKey::from_pem(include_str!("../fixtures/platform_key.pem"))?;
    let public = VerifyingKey::from_pem(include_str!("../fixtures/platform_public_pkcs1.pem"))?;
    let (request, answer) = ([b'x'; 350], [b'x'; 100]);
    let signature = platform.sign(&answer)?;
    for _ in 0..calls {
        black_box(key.sign(black_box(&request))?);
        public.verify(black_box(&answer), black_box(&signature))?;
    }
    Ok(())
}
