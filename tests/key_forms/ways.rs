//! The ways in: each takes what a file holds and says whether the right key came of it.

use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{LazyLock, OnceLock};

use wechatpay_chain::mock::Server;
use wechatpay_chain::{Certificate, Client, ClientBuilder, PrivateKey, PublicKey};

use super::rows::{MERCHANT_CERT, MERCHANT_KEY, MERCHANT_SERIAL};

/// What is looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Want {
    PrivateKey,
    PublicKey,
    Certificate,
    Root,
}

pub(crate) struct Way {
    pub(crate) name: &'static str,
    pub(crate) want: Want,
    /// It takes texts only.
    pub(crate) text: bool,
    /// It is a variable of the environment.
    pub(crate) env: bool,
    pub(crate) read: fn(&[u8], &Path) -> Result<(), String>,
}

static KEY: LazyLock<PrivateKey> = LazyLock::new(|| PrivateKey::from_pem(MERCHANT_KEY).unwrap());

/// Another merchant, who may trust the keys of the first.
static OTHER: LazyLock<Vec<(&'static str, String)>> = LazyLock::new(|| Server::start().unwrap().env());

fn other(name: &str) -> String {
    OTHER.iter().find(|(known, _)| *known == name).unwrap().1.clone()
}

pub(crate) fn ways() -> Vec<Way> {
    use Want::{Certificate as C, PrivateKey as K, PublicKey as P, Root};
    let way = |name, want, text, read| Way { name, want, text, env: false, read };
    let env = |name, want, read| Way { name, want, text: false, env: true, read };
    vec![
        way("PrivateKey::from_pem", K, true, |bytes, _| private(PrivateKey::from_pem(text(bytes)))),
        way("PrivateKey::load(text)", K, true, |bytes, _| private(PrivateKey::load(text(bytes)))),
        way("PrivateKey::load(path)", K, false, |bytes, at| private(PrivateKey::load(path(bytes, at)))),
        way("PrivateKey::load(file://)", K, false, |bytes, at| private(PrivateKey::load(url(bytes, at)))),
        way("PrivateKey::from_path", K, false, |bytes, at| private(PrivateKey::from_path(file(bytes, at)))),
        way("PublicKey::from_pem", P, true, |bytes, _| public(PublicKey::from_pem(text(bytes)))),
        way("PublicKey::load(text)", P, true, |bytes, _| public(PublicKey::load(text(bytes)))),
        way("PublicKey::load(path)", P, false, |bytes, at| public(PublicKey::load(path(bytes, at)))),
        way("PublicKey::load(file://)", P, false, |bytes, at| public(PublicKey::load(url(bytes, at)))),
        way("PublicKey::from_path", P, false, |bytes, at| public(PublicKey::from_path(file(bytes, at)))),
        way("Certificate::from_pem", C, true, |bytes, _| certificate(Certificate::from_pem(text(bytes)))),
        way("Certificate::load(text)", C, true, |bytes, _| certificate(Certificate::load(text(bytes)))),
        way("Certificate::load(path)", C, false, |bytes, at| certificate(Certificate::load(path(bytes, at)))),
        way("Certificate::load(file://)", C, false, |bytes, at| certificate(Certificate::load(url(bytes, at)))),
        way("Certificate::from_path", C, false, |bytes, at| certificate(Certificate::from_path(file(bytes, at)))),
        way("platform_key", P, true, |bytes, _| {
            let key = PublicKey::from_pem(text(bytes)).map_err(told)?;
            trusting(|builder| builder.platform_key("PUB_KEY_ID_01", key))
        }),
        way("platform_certificate", C, true, |bytes, _| {
            let certificate = Certificate::from_pem(text(bytes)).map_err(told)?;
            trusting(|builder| builder.platform_certificate(certificate))
        }),
        way("merchant_identity(cert)", C, true, |bytes, _| identity(text(bytes), MERCHANT_KEY.to_owned())),
        way("merchant_identity(key)", K, true, |bytes, _| identity(MERCHANT_CERT.to_owned(), text(bytes))),
        way("root_certificate", Root, true, |bytes, _| {
            trusted_by_other().root_certificate(text(bytes)).build().map(drop).map_err(told)
        }),
        env("WECHATPAY_PRIVATE_KEY", K, |bytes, at| by_env("WECHATPAY_PRIVATE_KEY", value(bytes, at))),
        env("WECHATPAY_PUBLIC_KEY", P, |bytes, at| by_env("WECHATPAY_PUBLIC_KEY", value(bytes, at))),
        env("WECHATPAY_CERTIFICATE", C, |bytes, at| by_env("WECHATPAY_CERTIFICATE", value(bytes, at))),
    ]
}

fn told(error: impl Display) -> String {
    error.to_string()
}

/// What a program gets that reads the file as a text whatever it holds.
fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn file(bytes: &[u8], directory: &Path) -> PathBuf {
    let file = directory.join("form of a key.pem");
    std::fs::write(&file, bytes).unwrap();
    file
}

fn path(bytes: &[u8], directory: &Path) -> String {
    file(bytes, directory).to_str().unwrap().to_owned()
}

fn url(bytes: &[u8], directory: &Path) -> String {
    format!("file://{}", path(bytes, directory).replace(' ', "%20"))
}

/// The value of a variable: the text, or the path of what is none.
fn value(bytes: &[u8], directory: &Path) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.contains('\0') => text.to_owned(),
        _ => path(bytes, directory),
    }
}

fn ensure(is_right: bool) -> Result<(), String> {
    if is_right { Ok(()) } else { Err("another key came of it".to_owned()) }
}

fn private(key: wechatpay_chain::Result<PrivateKey>) -> Result<(), String> {
    let key = key.map_err(told)?;
    ensure(key.sign(b"x").unwrap() == KEY.sign(b"x").unwrap())
}

fn public(key: wechatpay_chain::Result<PublicKey>) -> Result<(), String> {
    let key = key.map_err(told)?;
    ensure(key.verify(b"x", &KEY.sign(b"x").unwrap()))
}

fn certificate(certificate: wechatpay_chain::Result<Certificate>) -> Result<(), String> {
    let certificate = certificate.map_err(told)?;
    ensure(certificate.serial() == MERCHANT_SERIAL && *certificate.public_key() == KEY.public_key().unwrap())
}

fn by_other() -> ClientBuilder {
    let key = PrivateKey::from_pem(other("WECHATPAY_PRIVATE_KEY")).unwrap();
    Client::builder().mchid("1900000109").serial("3775B6A45ACD588826D15E583A95F5DD3775B6A4").private_key(key)
}

fn trusted_by_other() -> ClientBuilder {
    by_other().platform_key("PUB_KEY_ID_01", PublicKey::from_pem(other("WECHATPAY_PUBLIC_KEY")).unwrap())
}

/// A client of the other merchant encrypts with the key it trusts.
fn trusting(with: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Result<(), String> {
    encrypts(&with(by_other()).build().map_err(told)?)
}

fn encrypts(wxpay: &Client) -> Result<(), String> {
    ensure(KEY.decrypt(wxpay.encrypt("x").map_err(told)?.ciphertext()).as_deref().ok() == Some("x"))
}

fn decrypts(wxpay: &Client) -> Result<(), String> {
    let sealed = KEY.public_key().unwrap().encrypt("x").unwrap();
    ensure(wxpay.decrypt(&sealed).as_deref().ok() == Some("x"))
}

fn identity(certificate: String, key: String) -> Result<(), String> {
    let trusted = PublicKey::from_pem(other("WECHATPAY_PUBLIC_KEY")).unwrap();
    let builder = Client::builder().mchid("1900009191").platform_key("PUB_KEY_ID_01", trusted);
    let wxpay = builder.merchant_identity(certificate, key).build().map_err(told)?;
    ensure(wxpay.serial() == MERCHANT_SERIAL)?;
    decrypts(&wxpay)
}

const MARK: &str = "OUTCOME=";

/// What a client of another process says, which has the form in one variable.
fn by_env(name: &str, value: String) -> Result<(), String> {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    let program = PROGRAM.get_or_init(|| std::env::current_exe().unwrap());
    let mut child = Command::new(program);
    child.args(["--exact", "the_client_of_the_environment", "--nocapture"]).env("WECHATPAY_MCHID", "1900009191");
    child.env("WECHATPAY_PUBLIC_KEY_ID", "PUB_KEY_ID_01").env("WECHATPAY_SERIAL", MERCHANT_SERIAL);
    child.env("WECHATPAY_PRIVATE_KEY", MERCHANT_KEY).env("WECHATPAY_PUBLIC_KEY", other("WECHATPAY_PUBLIC_KEY"));
    if name == "WECHATPAY_PUBLIC_KEY" {
        child.env("WECHATPAY_PRIVATE_KEY", other("WECHATPAY_PRIVATE_KEY"));
    }
    if name == "WECHATPAY_CERTIFICATE" {
        child.env_remove("WECHATPAY_SERIAL");
    }
    let output = child.env(name, value).output().unwrap();
    let output = String::from_utf8(output.stdout).unwrap();
    let outcome = output.lines().find_map(|line| line.split_once(MARK)).unwrap_or_else(|| panic!("{output}")).1;
    if outcome == "loaded" {
        return Ok(());
    }
    // An error of a value names its variable; an empty one is as if it were not there.
    if outcome.contains(name) || outcome.starts_with("missing in the environment") {
        Err(outcome.to_owned())
    } else {
        Err(format!("{name} is not named: {outcome}"))
    }
}

pub(crate) fn report_the_client_of_the_environment() {
    // The key of the form is the client's own, or the one it trusts; the other merchant's do neither.
    let outcome = Client::from_env().map_err(told).and_then(|wxpay| {
        ensure(wxpay.serial() == MERCHANT_SERIAL)?;
        if decrypts(&wxpay).is_ok() { Ok(()) } else { encrypts(&wxpay) }
    });
    println!("{MARK}{}", outcome.map_or_else(|error| error.replace('\n', " "), |()| "loaded".to_owned()));
}
