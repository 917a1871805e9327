//! Instructions of a call by callgrind, on all threads, without those of RSA, which would hide ours: callgrind does not count while a thread is in the
//! library's `sign` or `verify`.
//!
//! Each subject runs twice under valgrind, with few calls and with many; the difference is what the calls cost, without start and end of the process.

use std::path::Path;
use std::process::Command;

use crate::caller::Kind;
use crate::gateway::Gateway;
use crate::scenario::{Lane, Scenario};
use crate::{Error, crypto};

const SEQUENTIAL: Scenario = Scenario { at_once: 1, workers: 1 };

const FEW: usize = 32;
const MANY: usize = 224;

/// What aws-lc, aws-lc-rs and ring call what signs and what verifies: none is inlined, whoever calls it, and none is within another.
const RSA: [&str; 4] = [
    "aws_lc_*_EVP_DigestSign",
    "*aws_lc_rs::rsa::signature::RsaParameters*verify_sig",
    "ring::rsa::keypair::KeyPair::sign",
    "ring::rsa::verification::*RsaParameters>::verify",
];

/// More than anybody needs beside RSA: a verification alone has 280,000, a signature millions.
const BESIDE_RSA: f64 = 2e5;

pub fn run() -> Result<(), Error> {
    let gateway = Gateway::start()?;
    let folder = tempfile::tempdir()?;
    println!("Signed by {}:\n", crypto::NAME);
    println!("| {:<26} | instructions outside sign and verify |", "plain HTTP, sequential");
    println!("|{:-<28}|--------------------------------------:|", "");
    for kind in Kind::ALL.into_iter().filter(|kind| SEQUENTIAL.fits(*kind)) {
        let outside = per_call(kind, &gateway.plain, folder.path())?;
        if outside > BESIDE_RSA {
            return Err(format!("{}: callgrind knows what signs or verifies by another name", kind.title()).into());
        }
        println!("| {:<26} | {outside:>37.0} |", kind.title());
    }
    Ok(())
}

fn per_call(kind: Kind, base: &str, folder: &Path) -> Result<f64, Error> {
    let (few, many) = (count(kind, FEW, base, folder)?, count(kind, MANY, base, folder)?);
    Ok((many - few) / (MANY - FEW) as f64)
}

/// Instructions of a whole process.
fn count(kind: Kind, calls: usize, base: &str, folder: &Path) -> Result<f64, Error> {
    let file = folder.join("callgrind.out");
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--quiet", &format!("--callgrind-out-file={}", file.display())])
        .args(RSA.map(|name| format!("--toggle-collect={name}")))
        // Behind the toggles, which would begin without counting.
        .arg("--collect-atstart=yes")
        .arg(std::env::current_exe()?)
        .args(["instructions", &format!("{kind:?}"), &calls.to_string(), base])
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
    let kind =
        Kind::ALL.into_iter().find(|kind| format!("{kind:?}") == what).ok_or("nobody of that name is measured")?;
    Lane::new(kind, base, SEQUENTIAL)?.turn(calls)?;
    Ok(())
}
