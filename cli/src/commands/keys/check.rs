//! `wxpay keys check`: what files hold, never their content.

use std::path::PathBuf;
use std::time::SystemTime;

use clap::Args;

use crate::base::failure::Failure;
use crate::base::files;
use crate::base::output::plain;
use crate::commands::context::Context;
use crate::commands::help::Help;
use crate::keys::{Entry, Table};
use crate::settings::names;

pub(crate) const HELP: Help = Help {
    command: "keys check",
    zh: "查看文件里是什么密钥或证书、是否配套（不显示内容）",
    examples: &[
        "wxpay keys check apiclient_key.pem apiclient_cert.pem pub_key.pem",
        "wxpay keys check apiclient_cert.pem --serial 5157F09EFDC096DE15EBE81A47057A7232F1B8E1",
    ],
};

#[derive(Args)]
pub(crate) struct CheckArgs {
    /// Files of keys and certificates: PEM, DER, PKCS#12.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

pub(crate) fn run(args: &CheckArgs, context: &Context) -> Result<u8, Failure> {
    let now = SystemTime::now();
    let settings = context.settings()?;
    let mut entries = Vec::new();
    for path in &args.files {
        let bytes = zeroize::Zeroizing::new(files::read(path)?);
        entries.extend(Entry::all(&path.display().to_string(), &bytes, now));
    }
    // A serial of the environment says nothing about files without a certificate.
    let is_asked = context.flags.settings.serial.is_some() || Table::has_certificate(&entries);
    let serial = settings.get(names::SERIAL).filter(|_| is_asked);
    let table = Table::new(entries, serial.as_deref().map(String::as_str), now);
    context.show(|| table.json(), || plain(&table.text(|text| text.of(context.lang).to_owned())));
    Ok(u8::from(!table.is_ok()))
}
