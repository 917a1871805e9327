//! `wxpay doctor` against the simulator, the stand-in, and servers that are neither.
#![allow(missing_docs)]

mod gateway;
#[path = "../support/merchant.rs"]
mod merchant;
#[path = "../support/servers.rs"]
mod servers;
mod simulator;
#[path = "../support/mod.rs"]
mod support;
#[path = "../support/verdicts.rs"]
mod verdicts;
mod way;

use merchant::{Merchant, PLATFORM};
use support::{Run, run};
use wechatpay_sim::Simulator;

const FIRST: (&str, &str) = ("GET", "v3/certificates");
const ECHO: (&str, &str) = ("POST", "v3/security/echo");

/// The stand-in's APIv3 key has hyphens in it, which the merchant platform would not take.
const PLAIN: &[&str] = &["--skip", "apiv3key.characters"];

/// The settings of a merchant of the simulator.
fn settings(sim: &Simulator, mchid: &str) -> Vec<(String, String)> {
    let env = sim.get(&format!("env?format=json&mchid={mchid}")).unwrap();
    let env = env.as_object().unwrap().iter().filter(|(name, _)| !name.starts_with("WECHATPAY_SIM_"));
    env.filter_map(|(name, value)| Some((name.clone(), value.as_str().filter(|value| !value.is_empty())?.to_owned())))
        .collect()
}

/// How fast a server is that shares the machine with compilers is no matter here.
fn doctor(vars: &[(String, String)], words: &[&str], more: &[(&str, &str)]) -> Run {
    timed(vars, &[&["--skip", "http.speed"], words].concat(), more)
}

fn timed(vars: &[(String, String)], words: &[&str], more: &[(&str, &str)]) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let vars: Vec<_> = vars.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    run(folder.path(), &[&["doctor", "--json"], words].concat(), &[&vars[..], more].concat())
}

/// How often a path was called.
fn calls(sim: &Simulator, path: &str) -> usize {
    sim.calls()
        .unwrap()
        .iter()
        .filter(|call| call["target"].as_str().is_some_and(|called| called.ends_with(path)))
        .count()
}

fn owned(merchant: &Merchant) -> Vec<(String, String)> {
    // Texts, since the folder is gone when the doctor looks.
    let key = ("WECHATPAY_PRIVATE_KEY".to_owned(), merchant::OWN.serialize_pem());
    let public = ("WECHATPAY_PUBLIC_KEY".to_owned(), PLATFORM.public_key_pem());
    let others = merchant.vars().into_iter().filter(|(name, _)| !name.ends_with("_KEY") || name.ends_with("V3_KEY"));
    others.map(|(name, value)| (name.to_owned(), value.to_owned())).chain([key, public]).collect()
}
