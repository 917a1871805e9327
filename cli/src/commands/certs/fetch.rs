//! `wxpay certs list` and `wxpay certs save`: the certificates that the gateway gives, opened with the APIv3 key.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde_json::Value;
use wechatpay_chain::{Error, Lang, gateway, look};
use zeroize::Zeroizing;

use super::certificate::{Shown, show};
use crate::base::failure::{Facts, Failure};
use crate::base::files::{self, Mode};
use crate::base::output::plain;
use crate::base::text::{Text, text};
use crate::commands::context::Context;
use crate::commands::help::Help;
use crate::settings::names;

pub(super) const LIST_HELP: Help = Help {
    command: "certs list",
    zh: "下载并列出微信支付平台证书",
    examples: &["wxpay certs list", "wxpay certs list --algorithm ALL --json"],
};

pub(super) const SAVE_HELP: Help =
    Help {
        command: "certs save", zh: "下载并保存微信支付平台证书", examples: &["wxpay certs save ./platform"]
    };

#[derive(Clone, Copy, ValueEnum)]
#[value(rename_all = "UPPER")]
enum Algorithm {
    Rsa,
    Sm2,
    All,
}

#[derive(Args)]
pub(crate) struct ListArgs {
    /// Of which keys; those of SM2 are listed by the gateway alone and cannot be opened here.
    #[arg(long, value_enum, value_name = "ALGORITHM")]
    algorithm: Option<Algorithm>,
}

#[derive(Args)]
pub(crate) struct SaveArgs {
    /// The folder.
    #[arg(value_name = "DIR")]
    dir: PathBuf,

    /// Replace files that exist.
    #[arg(long)]
    force: bool,
}

/// One that was opened, as PEM.
struct Opened {
    shown: Shown,
    pem: String,
}

pub(super) fn list(args: &ListArgs, context: &Context) -> Result<u8, Failure> {
    let opened = fetch(args.algorithm, context)?;
    show(&opened.into_iter().map(|one| one.shown).collect::<Vec<_>>(), context);
    Ok(0)
}

pub(super) fn save(args: &SaveArgs, context: &Context) -> Result<u8, Failure> {
    let mut opened = fetch(None, context)?;
    std::fs::create_dir_all(&args.dir).map_err(|error| files::cannot(&args.dir, "make", "创建", &error))?;
    let path = |one: &Opened| args.dir.join(format!("wechatpay_{}.pem", one.shown.facts.serial()));
    // All or none: a folder with half of them would be taken for whole.
    if let Some(path) = opened.iter().map(path).find(|path| !args.force && path.symlink_metadata().is_ok()) {
        return Err(files::exists(&path));
    }
    for one in &mut opened {
        let path = path(one);
        files::write(&path, one.pem.as_bytes(), Mode::Public, args.force)?;
        one.shown.file = Some(path.display().to_string());
    }
    show(&opened.into_iter().map(|one| one.shown).collect::<Vec<_>>(), context);
    Ok(0)
}

fn fetch(algorithm: Option<Algorithm>, context: &Context) -> Result<Vec<Opened>, Failure> {
    let settings = context.settings()?;
    let key = settings.get(names::API_V3_KEY).ok_or_else(|| {
        Failure::settings(text!(
            "the certificates are opened with the APIv3 key, which is missing",
            "平台证书用 APIv3 密钥解密，缺少该密钥"
        ))
        .with_remedy(text!("--api-v3-key-file", "用 --api-v3-key-file 指定"))
    })?;
    let client = settings.client()?;
    let chain = client.chain("v3/certificates");
    let chain = match algorithm {
        None => chain,
        Some(Algorithm::Rsa) => chain.query("algorithm_type", "RSA"),
        Some(Algorithm::Sm2) => chain.query("algorithm_type", "SM2"),
        Some(Algorithm::All) => chain.query("algorithm_type", "ALL"),
    };
    let answer = chain.get().map_err(refused)?;
    let signer = answer.headers().get("wechatpay-serial").and_then(|serial| serial.to_str().ok()).unwrap_or_default();
    let entries: Vec<Value> = answer.get("/data")?;
    if entries.is_empty() {
        return Err(no_certificates(text!("the gateway lists no certificate", "微信支付没有返回平台证书"), None));
    }
    let is_ours = |entry: &&Value| {
        entry.pointer("/encrypt_certificate/algorithm").and_then(Value::as_str) != Some("AEAD_SM4_GCM")
    };
    let opened =
        entries.iter().filter(is_ours).map(|entry| open(&key, entry, signer)).collect::<Result<Vec<_>, _>>()?;
    let left = entries.len() - opened.len();
    if left > 0 {
        context.hint(
            &format!("{left} of SM2 cannot be opened here"),
            &format!("另有 {left} 个国密（SM2）证书，此处无法解密"),
        );
    }
    Ok(opened)
}

/// Opens one, and looks whether it is the one that its entry names.
fn open(key: &Zeroizing<String>, entry: &Value, signer: &str) -> Result<Opened, Failure> {
    let named = entry.get("serial_no").and_then(Value::as_str).unwrap_or_default();
    let sealed = entry.get("encrypt_certificate").unwrap_or(&Value::Null);
    let plain_text = gateway::open(key, sealed).map_err(crate::notice::opened)?;
    let facts = look(&plain_text).first().and_then(|found| found.certificate().cloned());
    let facts = facts.filter(|facts| facts.serial().eq_ignore_ascii_case(named)).ok_or_else(|| {
        let named = plain(named);
        Failure::of(Facts {
            exit: 5,
            kind: "Decode",
            message: text!("what is listed as {named} is another thing", "列为 {named} 的内容与之不符"),
            ..Facts::default()
        })
    })?;
    let signs = facts.serial().eq_ignore_ascii_case(signer);
    let pem = String::from_utf8_lossy(&plain_text).into_owned();
    Ok(Opened { shown: Shown { facts, signs, file: None }, pem })
}

/// How the SDK begins to say that its own download, which comes first where no key is held, was answered so. It keeps one outcome for all
/// that wait for it, so the refusal itself is not behind it.
const NONE: &str = "the platform certificates: there are none";

/// 404 says that this merchant has none.
fn refused(error: Error) -> Failure {
    let status = error.rejection().map(|rejection| rejection.status().as_u16());
    let (en, zh) = (error.to_string(), error.lang(Lang::Zh).to_string());
    match status {
        Some(404) => no_certificates(Text::new(&en, format!("没有可用的平台证书：{zh}")), status),
        None if en.starts_with(NONE) => no_certificates(Text::new(&en, format!("没有可用的平台证书：{zh}")), None),
        _ => Failure::from(error),
    }
}

fn no_certificates(message: Text, status: Option<u16>) -> Failure {
    Failure::of(Facts {
        exit: 4,
        kind: "Rejected",
        message,
        remedy: Some(text!(
            "use the WeChat Pay public key: download it in pay.weixin.qq.com, API security, and set its id and file",
            "改用微信支付公钥：在商户平台 API安全 下载，并配置公钥 ID 与公钥文件"
        )),
        reason: Some("no_certificates"),
        status,
        ..Facts::default()
    })
}
