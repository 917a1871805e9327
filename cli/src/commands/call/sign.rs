//! `wxpay sign`: what is signed of a request, and the signature. No socket is opened.

use std::path::PathBuf;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use clap::Args;
use serde_json::json;
use wechatpay_chain::PrivateKey;

use super::words::EndpointArgs;
use crate::base::failure::Failure;
use crate::base::output::plain;
use crate::base::text::text;
use crate::base::{files, random};
use crate::commands::context::Context;
use crate::commands::help::Help;
use crate::endpoint::{Content, Signed, now, signed};
use crate::settings::names;

pub(crate) const HELP: Help = Help {
    command: "sign",
    zh: "计算请求签名：待签名串、签名值与 Authorization",
    examples: &[
        "wxpay sign get v3/certificates",
        "wxpay sign post v3/pay/transactions/native -d @order.json --nonce 593BEC0C",
        "wxpay sign --message signed.txt",
    ],
};

#[derive(Args)]
pub(crate) struct SignArgs {
    #[command(flatten)]
    endpoint: EndpointArgs,

    /// Seconds since 1970; the default is now.
    #[arg(long, value_name = "N")]
    timestamp: Option<u64>,

    /// The nonce; the default is random.
    #[arg(long, value_name = "TEXT")]
    nonce: Option<String>,

    /// Take the payload of -d byte for byte.
    #[arg(long, requires = "data")]
    raw: bool,

    /// Sign exactly the bytes of this file; - for stdin.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["words", "data", "query", "var", "file", "meta", "timestamp", "nonce"])]
    message: Option<PathBuf>,
}

pub(crate) fn run(args: &SignArgs, context: &Context) -> Result<u8, Failure> {
    if let Some(path) = &args.message {
        return sign_file(path, context);
    }
    let mut endpoint = args.endpoint.read(args.raw)?;
    let is_v2 = endpoint.place.is_v2();
    if is_v2 && args.timestamp.is_some() {
        return Err(Failure::usage(text!(
            "APIv2 signs no time: --timestamp does not apply",
            "APIv2 不签时间，--timestamp 不适用"
        )));
    }
    // The nonce of APIv2 is a field like others.
    if let (true, Some(nonce), Content::Json(value)) = (is_v2, &args.nonce, &mut endpoint.content) {
        if let Some(object) = value.as_object_mut() {
            object.insert("nonce_str".to_owned(), nonce.as_str().into());
        }
    }
    let client = context.client()?;
    let request = endpoint.content.request(&endpoint.chain(&client), &endpoint.place.method)?;
    let stamp = (args.timestamp.unwrap_or_else(now), nonce(args.nonce.as_deref())?);
    let signed = signed(&client, &request, is_v2, stamp)?;
    context.show(|| signed.json(), || plain(&shown(&signed)));
    Ok(0)
}

/// The nonce that was given, else a random one.
pub(super) fn nonce(given: Option<&str>) -> Result<String, Failure> {
    given.map_or_else(|| Ok(random::hexadecimal(&random::bytes::<16>()?)), |nonce| Ok(nonce.to_owned()))
}

fn shown(signed: &Signed) -> String {
    let lines = signed.message_lines();
    let numbered = lines.iter().enumerate().map(|(at, line)| format!("{}  {line}", at + 1));
    let last = match signed {
        Signed::V3 { signed, .. } => format!("Authorization: {}", signed.authorization()),
        Signed::V2 { sign, .. } => format!("sign={sign}"),
    };
    numbered.chain([last]).collect::<Vec<_>>().join("\n")
}

fn sign_file(path: &std::path::Path, context: &Context) -> Result<u8, Failure> {
    let message = files::read(path)?;
    let settings = context.settings()?;
    let missing = |name: &str| Failure::settings(text!("{name} is missing", "缺少 {name}"));
    let key = settings.get(names::PRIVATE_KEY).ok_or_else(|| missing("private_key"))?;
    let serial = settings.get(names::SERIAL);
    let signature = BASE64_STANDARD.encode(PrivateKey::load(key.as_str())?.sign(&message)?);
    let document = || {
        json!({
            "message": String::from_utf8_lossy(&message),
            "signature": signature,
            "serial": serial.as_ref().map(|serial| serial.as_str()),
        })
    };
    context.show(document, || signature.clone());
    Ok(0)
}
