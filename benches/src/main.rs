//! What a call costs, beside others that make the same call in the same run.
//!
//! `cargo run --release --manifest-path benches/Cargo.toml` compares; with `--no-default-features` everything is signed by ring instead of
//! aws-lc-rs. `… -- quick` is a short comparison, `… -- instructions` counts instructions (needs valgrind), `… -- memory 100000` makes so many
//! calls and prints the resident memory on the way, `… -- growth` has up to 5,000 calls in flight, `… -- merchants` up to 10,000 clients, `… -- download` fetches bills of a gigabyte. `cargo bench --manifest-path benches/Cargo.toml` measures the pieces.
//! Servers run in another process, so that their work is not counted.

mod caller;
mod compare;
mod crypto;
mod download;
mod gateway;
mod growth;
mod instructions;
mod measure;
mod merchants;
mod scenario;

use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use tokio::runtime::{Builder, Runtime};

type Error = Box<dyn std::error::Error + Send + Sync>;

const MCHID: &str = "1900000109";
const SERIAL: &str = "5F3A9C01D2E47B6088A1C3F5E70912B4D6C8AA17";
const PLATFORM_ID: &str = "PUB_KEY_ID_0119000091912026112200388900000001";
const MERCHANT_KEY: &str = include_str!("../../tests/fixtures/merchant_key.pem");
const PLATFORM_PUBLIC: &str = include_str!("../fixtures/platform_public.pem");
const TLS_CA: &str = include_str!("../../tests/fixtures/tls_ca.pem");

fn main() -> Result<(), Error> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => compare::run(378),
        ["quick"] => compare::run(15),
        ["instructions"] => instructions::run(),
        ["instructions", what, calls, base] => instructions::child(what, calls.parse()?, base),
        ["memory", calls] => growth::long_run(calls.parse()?),
        ["growth"] => growth::compare(),
        ["growth", who, at_once, base] => growth::child(who, at_once.parse()?, base),
        ["merchants"] => merchants::compare(),
        ["merchants", who, how_many, plain, tls] => merchants::child(who, how_many.parse()?, plain, tls),
        ["peak", who, at_once, base] => scenario::peak(who, at_once.parse()?, base),
        ["first", warm, base] => scenario::first(warm == "warm", base),
        ["download"] => download::compare(),
        ["serve"] => gateway::serve(),
        ["serve-file", path] => download::serve(path),
        ["client", ..] => download::client(&args[1..]),
        _ => Err("unknown arguments; the head of src/main.rs lists them".into()),
    }
}

/// With so many worker threads; one is the thread that blocks on it.
fn runtime(workers: usize) -> Result<Runtime, Error> {
    Ok(match workers {
        1 => Builder::new_current_thread().enable_all().build()?,
        workers => Builder::new_multi_thread().worker_threads(workers).enable_all().build()?,
    })
}

fn provider() -> Arc<rustls::crypto::CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

/// TLS as everybody here uses it: ring, and the one root that is needed.
fn client_tls() -> Result<ClientConfig, Error> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(TLS_CA.as_bytes())?)?;
    let builder = ClientConfig::builder_with_provider(provider()).with_safe_default_protocol_versions()?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}
