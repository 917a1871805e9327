//! `wxpay keys convert`: PEM, DER and PKCS#12 in, PEM out.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;
use zeroize::Zeroizing;

use crate::base::failure::{Facts, Failure};
use crate::base::files::{self, Mode};
use crate::base::output::{self, plain};
use crate::base::text::{Text, text};
use crate::commands::context::Context;
use crate::commands::help::Help;
use crate::keys::{Converted, Material, Refused, To, convert};
use crate::settings::names;

pub(crate) const HELP: Help = Help {
    command: "keys convert",
    zh: "转换密钥或证书的格式（PEM、DER、.p12 → PEM）",
    examples: &[
        "wxpay keys convert apiclient_cert.p12 --to key --mchid 1900000109 -o apiclient_key.pem",
        "wxpay keys convert apiclient_cert.pem --to spki",
    ],
};

#[derive(Args)]
pub(crate) struct ConvertArgs {
    /// A key, a certificate or an archive: PEM, DER, PKCS#12; `-` for stdin.
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// The form that is wanted.
    #[arg(long, value_enum, value_name = "FORM")]
    to: To,

    /// Where it goes; a private key goes to stdout only by `-o -`.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// A file with the password and nothing else; else the password of an archive is the merchant number.
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,

    /// Replace a file that exists.
    #[arg(long)]
    force: bool,
}

pub(crate) fn run(args: &ConvertArgs, context: &Context) -> Result<u8, Failure> {
    let input = Zeroizing::new(files::read(&args.file)?);
    let password = password(args, context)?;
    let asked = || password.clone().ok_or(Refused::NoPassword);
    let converted =
        Material::all(&input, asked).and_then(|all| convert(&all, args.to)).map_err(|why| refused(&args.file, why))?;
    let stdout = args.output.as_deref().is_none_or(files::is_dash);
    if converted.is_private() && (args.output.is_none() || (stdout && context.is_json())) {
        return Err(Failure::usage(text!("a private key is not shown", "不显示私钥"))
            .with_remedy(text!("name a file by -o", "用 -o 指定文件")));
    }
    if let Some(path) = args.output.as_deref().filter(|path| !files::is_dash(path)) {
        let mode = if converted.is_private() { Mode::Private } else { Mode::Public };
        files::write(path, converted.pem.as_bytes(), mode, args.force)?;
    }
    show(args, &converted, stdout, context);
    Ok(0)
}

fn show(args: &ConvertArgs, converted: &Converted, stdout: bool, context: &Context) {
    let file = args.output.as_deref().filter(|_| !stdout).map(|path| path.display().to_string());
    let Converted { kind, form, pem, fingerprint } = converted;
    match (context.is_json(), file) {
        (true, file) => {
            let mut document = json!({"file": file, "kind": kind, "form": form, "fingerprint": fingerprint});
            if stdout {
                document["pem"] = pem.as_str().into();
            }
            output::document(&context.command, document);
        }
        (false, Some(file)) => output::print(&plain(&format!("{file}: {kind} ({form})"))),
        (false, None) => output::print_bytes(pem.as_bytes()),
    }
}

/// The password of `--password-file`, else the merchant number.
fn password(args: &ConvertArgs, context: &Context) -> Result<Option<Zeroizing<String>>, Failure> {
    if let Some(path) = &args.password_file {
        let text = Zeroizing::new(files::read_text(path)?);
        return Ok(Some(Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned())));
    }
    Ok(context.settings()?.get(names::MCHID))
}

fn refused(file: &Path, why: Refused) -> Failure {
    let file = plain(&file.display().to_string());
    let decode = |message: Text| Failure::of(Facts { exit: 5, kind: "Decode", message, ..Facts::default() });
    match why {
        Refused::Password => Failure::of(Facts {
            exit: 5,
            kind: "Decrypt",
            message: text!("{file}: the password does not open it", "{file}：密码不正确"),
            remedy: Some(text!(
                "the password of apiclient_cert.p12 is the merchant number: --mchid; another one by --password-file",
                "apiclient_cert.p12 的密码是商户号：用 --mchid 指定；其他密码用 --password-file"
            )),
            reason: Some("password"),
            ..Facts::default()
        }),
        Refused::NoPassword => {
            Failure::usage(text!("{file} is encrypted, a password is needed", "{file} 已加密，需要密码"))
                .with_remedy(text!("add --mchid, or --password-file", "加上 --mchid 或 --password-file"))
        }
        Refused::OldEncrypted => {
            decode(text!("{file}: encrypted in an old form of OpenSSL", "{file}：以 OpenSSL 旧格式加密"))
                .with_remedy(text!("openssl pkcs8 -topk8 -nocrypt", "先用 openssl pkcs8 -topk8 -nocrypt 解密"))
        }
        Refused::Unreadable(what) => decode(text!(
            "{file} holds no key or certificate that can be converted: {what}",
            "{file} 无法转换（{what}）"
        )),
        Refused::Nothing => {
            decode(text!("{file} holds nothing of which this form can be made", "{file} 中没有可转换成该格式的内容"))
        }
        Refused::NotRsa => decode(text!("{file}: this form is of RSA keys only", "{file}：该格式只适用于 RSA 密钥")),
    }
}
