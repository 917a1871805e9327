//! `wxpay keys new`: a key and a certificate that no gateway knows, for tests.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use clap::Args;
use rcgen::{CertificateParams, DistinguishedName, DnType, Error, KeyPair, PKCS_RSA_SHA256, RsaKeySize, SerialNumber};
use serde_json::json;

use crate::base::failure::Failure;
use crate::base::files::{self, Mode};
use crate::base::output::plain;
use crate::base::random;
use crate::base::text::text;
use crate::commands::context::Context;
use crate::commands::help::Help;
use crate::settings::names;

pub(crate) const HELP: Help = Help {
    command: "keys new",
    zh: "生成测试用的密钥与自签名证书",
    examples: &["wxpay keys new ./keys --mchid 1900000109"],
};

#[derive(Args)]
pub(crate) struct NewArgs {
    /// The folder; it is made if it is not there.
    #[arg(value_name = "DIR")]
    dir: PathBuf,

    /// Replace files that exist.
    #[arg(long)]
    force: bool,
}

/// How long the certificate is valid, as WeChat Pay's are: five years.
const DAYS: u64 = 5 * 365;

pub(crate) fn run(args: &NewArgs, context: &Context) -> Result<u8, Failure> {
    let settings = context.settings()?;
    let mchid = settings.get(names::MCHID).ok_or_else(|| {
        Failure::settings(text!("mchid, the merchant number, is missing", "缺少商户号 mchid"))
            .with_remedy(text!("add --mchid", "加上 --mchid"))
    })?;
    if mchid.is_empty() || mchid.len() > 32 || !mchid.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Failure::settings(text!("mchid has other characters than digits", "商户号 mchid 应全部为数字")));
    }
    let mut serial = random::bytes::<20>()?;
    // Positive, and with all of its digits.
    serial[0] = serial[0] & 0x7f | 0x40;
    let (key, certificate) = generate(&mchid, &serial, SystemTime::now())
        .map_err(|error| Failure::settings(text!("no key could be made: {error}", "无法生成密钥：{error}")))?;
    create(&args.dir)?;
    let paths = ["apiclient_key.pem", "apiclient_cert.pem"].map(|name| args.dir.join(name));
    // The certificate of another key must not come to lie beside one that is kept.
    if let Some(path) = paths.iter().find(|path| !args.force && path.symlink_metadata().is_ok()) {
        return Err(files::exists(path));
    }
    files::write(&paths[0], key.as_bytes(), Mode::Private, args.force)?;
    files::write(&paths[1], certificate.as_bytes(), Mode::Public, args.force)?;
    let (serial, shown) = (random::hexadecimal(&serial), paths.map(|path| path.display().to_string()));
    context.show(
        || json!({"dir": args.dir.display().to_string(), "serial": serial, "files": shown}),
        || plain(&format!("{}\n{}\nserial {serial}", shown[0], shown[1])),
    );
    context.hint(
        "The gateway knows only certificates that were made in pay.weixin.qq.com (API security); this one is for tests.",
        "微信支付只认商户平台（API安全）申请的证书；此证书仅供测试。",
    );
    Ok(0)
}

/// Key and certificate as PEM.
fn generate(mchid: &str, serial: &[u8], now: SystemTime) -> Result<(zeroize::Zeroizing<String>, String), Error> {
    let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048)?;
    let mut params = CertificateParams::default();
    params.serial_number = Some(SerialNumber::from_slice(serial));
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, mchid);
    params.not_before = now.into();
    params.not_after = (now + std::time::Duration::from_secs(DAYS * 86_400)).into();
    let certificate = params.self_signed(&key)?;
    Ok((zeroize::Zeroizing::new(key.serialize_pem()), certificate.pem()))
}

/// A folder that only its owner enters; one that is there stays as it is.
fn create(dir: &Path) -> Result<(), Failure> {
    if dir.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir).map_err(|error| files::cannot(dir, "make", "创建", &error))
}
