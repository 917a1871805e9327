//! `wxpay notice decrypt`: what a saved notification says. No socket is opened.

use clap::Args;
use serde_json::{Value, json};
use wechatpay_chain::{Event, gateway};

use super::input::{InputArgs, envelope, lines};
use super::v2;
use crate::base::failure::{Facts, Failure};
use crate::base::text::text;
use crate::commands::context::Context;
use crate::commands::help::Help;
use crate::notice::{opened, refused};
use crate::settings::names;

pub(super) const HELP: Help = Help {
    command: "notice decrypt",
    zh: "验证并解密保存下来的回调通知",
    examples: &["wxpay notice decrypt notice.http", "wxpay notice decrypt body.json --unverified"],
};

#[derive(Args)]
pub(crate) struct DecryptArgs {
    #[command(flatten)]
    input: InputArgs,

    /// Do not verify: anybody may have written it.
    #[arg(long)]
    unverified: bool,
}

pub(super) fn run(args: &DecryptArgs, context: &Context) -> Result<u8, Failure> {
    let input = args.input.read()?;
    let document = if input.saved.is_v2() {
        v2::opened(&context.client()?, &input.saved.body)?
    } else if args.unverified {
        unverified(&input.saved.body, context)?
    } else {
        let client = context.client()?;
        let notice = client.notice_at(&input.saved.headers, &input.saved.body, input.at);
        let notice = notice.map_err(refused)?;
        let mut document = input.verified();
        document["notice"] = json!({
            "id": notice.id(), "event_type": notice.event_type(), "original_type": notice.original_type(),
            "create_time": notice.create_time(), "summary": notice.summary(),
        });
        document["event"] = format!("{:?}", notice.event()).into();
        document["key"] = notice.key().into();
        document["resource"] = notice.resource().clone();
        document
    };
    context.show(|| document.clone(), || lines(&document));
    Ok(0)
}

/// Opens one that nobody verified. It gets no key of a unique index: nothing is to be booked by it.
fn unverified(body: &[u8], context: &Context) -> Result<Value, Failure> {
    let settings = context.settings()?;
    let key = settings.get(names::API_V3_KEY).ok_or_else(|| {
        Failure::settings(text!("the APIv3 key is missing", "缺少 APIv3 密钥"))
            .with_remedy(text!("--api-v3-key-file", "用 --api-v3-key-file 指定"))
    })?;
    let no_json = || {
        let message = text!("the body is no JSON of a notification", "报文不是通知的 JSON");
        Failure::of(Facts { exit: 5, kind: "Decode", message, reason: Some("not_json"), ..Facts::default() })
    };
    let whole: Value = serde_json::from_slice(body).map_err(|_| no_json())?;
    let plain = gateway::open(&key, whole.get("resource").ok_or_else(no_json)?).map_err(opened)?;
    let resource: Value = serde_json::from_slice(&plain).map_err(|_| no_json())?;
    let notice = envelope(&whole);
    let text = |name: &str| notice[name].as_str().unwrap_or_default();
    let event = Event::from((text("event_type"), text("original_type")));
    Ok(json!({
        "version": "v3", "verified": false, "event": format!("{event:?}"), "key": null, "resource": resource, "notice": notice,
    }))
}
