//! `wxpay call`: any endpoint.

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use serde_json::{Value, json};
use wechatpay_catalog::Verification;
use wechatpay_chain::{Chain, Client, Retry, bytes::Bytes, http};

use super::answer::{Answered, body};
use super::confirm::{Write, confirm};
use super::words::{Endpoint, EndpointArgs};
use super::{dry_run, qr, sign};
use crate::base::failure::Failure;
use crate::base::hosts::is_loopback;
use crate::base::sdk::millis;
use crate::base::text::text;
use crate::base::{files, output};
use crate::commands::context::Context;
use crate::commands::download::Target;
use crate::commands::help::Help;
use crate::endpoint::{Finding, findings, now, operation, signed};

pub(crate) const HELP: Help = Help {
    command: "call",
    zh: "调用任意接口：签名、发送、验签；可先 --dry-run 查看",
    examples: &[
        "wxpay call v3/pay/transactions/native -d @order.json --qr",
        "wxpay call get v3/pay/transactions/out-trade-no/{no} -v no=1217752501 -q mchid=1900000109",
        "wxpay call v3.bill.tradebill -q bill_date=2026-11-24 -o bill.csv",
    ],
};

#[derive(Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(crate) struct CallArgs {
    #[command(flatten)]
    endpoint: EndpointArgs,

    /// A header; any number of times.
    #[arg(short = 'H', long, value_name = "NAME: VALUE", value_parser = header)]
    header: Vec<(String, String)>,

    /// Encrypt the text at this JSON pointer; * stands for every item. Any number of times.
    #[arg(long, value_name = "POINTER")]
    encrypt: Vec<String>,

    /// Encrypt the members that the catalogue marks.
    #[arg(long)]
    encrypt_known: bool,

    /// This write may be sent again: the gateway knows it by its number.
    #[arg(long)]
    idempotent: bool,

    /// Attempts at most.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10))]
    retry: Option<u32>,

    /// Present the merchant certificate in the TLS handshake.
    #[arg(long)]
    mtls: bool,

    /// What the catalogue finds is an error.
    #[arg(long)]
    check: bool,

    /// Send nothing: show the request and what is signed.
    #[arg(long)]
    dry_run: bool,

    /// Where the answer's file goes; - for stdout.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Replace a file that exists.
    #[arg(long)]
    force: bool,

    /// Show status and headers before the body.
    #[arg(short, long)]
    include: bool,

    /// Show a text of the answer as a QR code on stderr.
    #[arg(long, value_name = "POINTER", num_args = 0..=1, require_equals = true, default_missing_value = "/code_url")]
    qr: Option<String>,

    /// Send a write to another machine without a question.
    #[arg(short, long)]
    yes: bool,
}

/// `NAME: VALUE`, for clap.
fn header(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once(':').ok_or("expected NAME: VALUE")?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

pub(crate) fn run(args: &CallArgs, context: &Context) -> Result<u8, Failure> {
    if context.is_json() && args.output.as_deref().is_some_and(files::is_dash) {
        return Err(Failure::usage(text!("--json and -o - both want stdout", "--json 与 -o - 都要写到标准输出")));
    }
    let endpoint = args.endpoint.read(false)?;
    let client = context.client()?;
    let plain = args.chain(endpoint.chain(&client));
    let chain = args.encrypted(plain.clone());
    let outline = endpoint.content.request(&plain, &endpoint.place.method)?;
    let warnings = args.findings(&endpoint, &outline);
    if let (true, Some(first)) = (args.check, warnings.first()) {
        return Err(Failure::usage(first.text().clone()));
    }
    if args.dry_run {
        let request = endpoint.content.request(&chain, &endpoint.place.method)?;
        let signed = signed(&client, &request, endpoint.place.is_v2(), (now(), sign::nonce(None)?))?;
        context.show(|| dry_run::document(&request, &signed), || dry_run::shown(&request, &signed));
        return Ok(0);
    }
    args.refuse_early(&endpoint, &outline)?;
    let host = outline.uri().host().unwrap_or_default();
    if endpoint.place.is_write() && !args.yes && !is_loopback(host) {
        let (method, path) = (endpoint.place.method.as_str(), outline.uri().path().trim_start_matches('/'));
        confirm(&Write { method, path, mchid: client.mchid(), host }, context)?;
    }
    args.send(&endpoint, &Ready { client, chain, outline, warnings }, context)
}

/// A call that is about to be sent.
struct Ready {
    client: Client,
    chain: Chain,
    /// The request before anything of it was encrypted.
    outline: http::Request<Bytes>,
    warnings: Vec<Finding>,
}

impl CallArgs {
    fn chain(&self, chain: Chain) -> Chain {
        let chain = self.header.iter().fold(chain, |chain, (name, value)| chain.header(name.as_str(), value.as_str()));
        let chain = if self.idempotent { chain.idempotent() } else { chain };
        let chain = if self.mtls { chain.mtls() } else { chain };
        self.retry.map_or(chain.clone(), |attempts| chain.retry(Retry::attempts(attempts)))
    }

    fn encrypted(&self, chain: Chain) -> Chain {
        let chain = if self.encrypt.is_empty() { chain } else { chain.encrypt_all(self.encrypt.iter().cloned()) };
        if self.encrypt_known { chain.encrypt_known() } else { chain }
    }

    fn is_encrypted(&self) -> bool {
        self.encrypt_known || !self.encrypt.is_empty()
    }

    fn findings(&self, endpoint: &Endpoint, outline: &http::Request<Bytes>) -> Vec<Finding> {
        let path = endpoint.place.known_as(outline.uri().path());
        let method = endpoint.place.method.as_str();
        findings(method, &path, outline.uri().query(), endpoint.content.json(), self.is_encrypted())
    }

    /// What would fail after it was sent.
    fn refuse_early(&self, endpoint: &Endpoint, outline: &http::Request<Bytes>) -> Result<(), Failure> {
        let path = endpoint.place.known_as(outline.uri().path());
        let known = operation(endpoint.place.method.as_str(), &path);
        match self.output.is_none() && known.is_some_and(wechatpay_catalog::Operation::is_download) {
            true => Err(Failure::usage(text!("{path} answers with a file", "{path} 的应答是文件"))
                .with_remedy(text!("name a file by -o", "用 -o 指定文件"))),
            false => Ok(()),
        }
    }

    fn send(&self, endpoint: &Endpoint, ready: &Ready, context: &Context) -> Result<u8, Failure> {
        let path = endpoint.place.known_as(ready.outline.uri().path());
        let known = operation(endpoint.place.method.as_str(), &path);
        let mut target = self.output.as_deref().map(|path| Target::open(path, self.force)).transpose()?;
        if let Some(known) = known.filter(|known| known.is_download()) {
            if let Some(target) = target.take() {
                return self.download(endpoint, ready, (target, known), context);
            }
        }
        let started = Instant::now();
        let response = endpoint.content.send(&ready.chain, &endpoint.place.method)?;
        let elapsed = started.elapsed();
        let written = target.map(|target| target.keep(&ready.client, &response, context)).transpose();
        let written = written.map_err(|failure| match endpoint.place.is_write() {
            true => failure.after_write(response.status()),
            false => failure,
        })?;
        let answered = Answered {
            request: &ready.outline,
            is_encrypted: self.is_encrypted(),
            is_signed: match known.map(wechatpay_catalog::Operation::verification) {
                Some(Verification::Unsigned) => false,
                Some(Verification::Optional) => body(&response).get("sign").is_some(),
                _ => true,
            },
            response: &response,
            elapsed,
            warnings: &ready.warnings,
            written: written.as_ref(),
        };
        match context.is_json() {
            true => output::document(&context.command, answered.json()),
            false if self.output.as_deref().is_some_and(files::is_dash) => {}
            false => output::print(&answered.text(self.include)),
        }
        let line = answered.line(context);
        context.hint(&line, &line);
        self.after(&ready.warnings, &body(&response), context);
        Ok(0)
    }

    fn after(&self, warnings: &[Finding], body: &Value, context: &Context) {
        for warning in warnings {
            context.hint(&output::plain(warning.text().en()), &output::plain(warning.text().zh()));
        }
        if let Some(pointer) = &self.qr {
            qr::show(body, pointer, context);
        }
    }

    /// An endpoint whose answer is the file itself.
    fn download(
        &self,
        endpoint: &Endpoint,
        ready: &Ready,
        (target, known): (Target, wechatpay_catalog::Operation),
        context: &Context,
    ) -> Result<u8, Failure> {
        let started = Instant::now();
        let method = endpoint.place.method.clone();
        let payload = endpoint.content.json();
        let download = match payload.is_null() {
            true => ready.chain.download(method, ())?,
            false => ready.chain.download(method, payload)?,
        };
        let hash = (known.verification() == Verification::Digest).then(|| "SHA1".to_owned());
        let written = target.download(download, hash, context)?;
        let document = || {
            json!({
                "request": dry_run::outline(&ready.outline),
                "status": 200, "headers": {}, "request_id": null, "internal_code": null,
                "verified": known.verification() != Verification::Unsigned, "verified_by": null,
                "pending": false, "body": null, "attempts": [], "ms": millis(started.elapsed()),
                "warnings": ready.warnings.iter().map(Finding::json).collect::<Vec<_>>(),
                "output": written.json(),
            })
        };
        if context.is_json() || !self.output.as_deref().is_some_and(files::is_dash) {
            context.show(document, || output::plain(&written.text()));
        }
        self.after(&ready.warnings, &Value::Null, context);
        Ok(0)
    }
}
