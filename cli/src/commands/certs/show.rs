//! `wxpay certs show`: files of certificates. No socket is opened.

use std::path::PathBuf;

use clap::Args;
use wechatpay_chain::look;

use super::certificate::{Shown, show};
use crate::base::failure::{Facts, Failure};
use crate::base::files;
use crate::base::output::plain;
use crate::base::text::text;
use crate::commands::context::Context;
use crate::commands::help::Help;

pub(super) const HELP: Help = Help {
    command: "certs show",
    zh: "查看证书文件（离线）",
    examples: &["wxpay certs show platform/wechatpay_5157F09EFDC096DE15EBE81A47057A7232F1B8E1.pem"],
};

#[derive(Args)]
pub(crate) struct ShowArgs {
    /// Files with certificates.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

pub(super) fn run(args: &ShowArgs, context: &Context) -> Result<u8, Failure> {
    let mut certificates = Vec::new();
    for path in &args.files {
        let file = path.display().to_string();
        for found in look(&files::read(path)?) {
            let facts = found.certificate().cloned().ok_or_else(|| none(&file, found.description()))?;
            certificates.push(Shown { facts, signs: false, file: Some(file.clone()) });
        }
    }
    show(&certificates, context);
    Ok(0)
}

fn none(file: &str, what: &str) -> Failure {
    let file = plain(file);
    Failure::of(Facts {
        exit: 5,
        kind: "Decode",
        message: text!("{file} holds something that is no certificate: {what}", "{file} 中有不是证书的内容（{what}）"),
        ..Facts::default()
    })
}
