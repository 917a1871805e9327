//! `wxpay notice send`: a notification with the simulator's keys, for a handler under test.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use clap::Args;
use serde_json::{Value, json};
use tower_service::Service as _;
use wechatpay_catalog::{Protocol, notification};
use wechatpay_chain::gateway::PlatformKey;
use wechatpay_chain::{Client, HyperService, PrivateKey, bytes::Bytes, http};

use crate::base::failure::{Facts, Failure};
use crate::base::files;
use crate::base::hosts::is_near;
use crate::base::output::plain;
use crate::base::sdk::millis;
use crate::base::text::text;
use crate::base::{random, times};
use crate::commands::context::Context;
use crate::commands::help::Help;
use crate::endpoint::{json_argument, now};
use crate::notice::{Fault, Kit, Made};
use crate::settings::names;

pub(super) const HELP: Help = Help {
    command: "notice send",
    zh: "用模拟器的密钥向回调地址发送通知（可带故障）",
    examples: &[
        "wxpay notice send http://127.0.0.1:3000/notify --event TRANSACTION.SUCCESS",
        "wxpay notice send http://127.0.0.1:3000/notify --event REFUND.SUCCESS --fault forged",
    ],
};

#[derive(Args)]
pub(crate) struct SendArgs {
    /// Where the handler listens.
    #[arg(value_name = "URL")]
    url: http::Uri,

    /// The folder of keys that `wxpay sim` wrote.
    #[arg(long, value_name = "DIR", default_value = "./.wxpay-sim")]
    keys: PathBuf,

    /// What happened, such as TRANSACTION.SUCCESS.
    #[arg(long, value_name = "TYPE")]
    event: String,

    /// The type of the resource; the default is the event's.
    #[arg(long, value_name = "TYPE")]
    original: Option<String>,

    /// What it says: JSON, @FILE or -; the default is the catalogue's example.
    #[arg(long, value_name = "JSON")]
    resource: Option<String>,

    /// What is wrong with it.
    #[arg(long, value_enum, value_name = "FAULT")]
    fault: Option<Fault>,

    /// Send it so many times at once.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=100))]
    times: u16,

    /// Send it to another machine than this and its neighbours.
    #[arg(short, long)]
    yes: bool,
}

/// WeChat Pay waits so long for an answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// What one attempt came to.
struct Sent {
    took: Duration,
    /// Status and the beginning of the body, or why there is none.
    answer: Result<(u16, String), String>,
}

/// So many characters of an answer are told.
const TOLD: usize = 1000;

pub(super) fn run(args: &SendArgs, context: &Context) -> Result<u8, Failure> {
    args.check_url()?;
    let resource = args.resource(context)?;
    let kit = kit(&args.keys, &args.mchid(context)?)?;
    let time = (now(), times::rfc3339(SystemTime::now()));
    let made = Made {
        event_type: &args.event,
        original_type: &args.original_type(),
        resource: &resource,
        now: (time.0, &time.1),
        random: &random::hexadecimal(&random::bytes::<16>()?),
    };
    let (headers, body) = made.parts(&kit, args.fault, stranger)?;
    let mut request = http::Request::post(args.url.clone()).header("content-type", "application/json");
    request = request.header("user-agent", concat!("wxpay/", env!("CARGO_PKG_VERSION")));
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let host = args.url.authority().map(ToString::to_string).unwrap_or_default();
    let request = request.header("host", host).body(Bytes::from(body));
    let request = request.map_err(|error| Failure::usage(text!("no request: {error}", "无法构造请求：{error}")))?;
    let settings = context.settings()?;
    // Nothing of the settings but the way there.
    let authority = settings.get(names::CA);
    let way = Client::builder_from(|name| authority.as_ref().filter(|_| name == names::CA).map(|ca| ca.to_string()))?;
    let service = settings.reached_by(way).network()?.service()?;
    report(args, &send(&service, &request, args.times)?, context)
}

fn report(args: &SendArgs, sent: &[Sent], context: &Context) -> Result<u8, Failure> {
    if sent.iter().all(|one| one.answer.is_err()) {
        let why = sent.iter().find_map(|one| one.answer.as_ref().err()).map_or("", String::as_str);
        let message = text!("the handler did not answer: {why}", "回调地址没有应答：{why}");
        return Err(Failure::of(Facts { exit: 6, kind: "Connect", message, ..Facts::default() }));
    }
    let expects = args.fault.is_none();
    let ok = sent.iter().all(|one| one.is_accepted() == expects && one.answer.is_ok());
    let expected = if expects { "accept" } else { "refuse" };
    let members = sent.iter().enumerate().map(|(at, one)| one.json(at + 1));
    let line = |(at, one): (usize, &Sent)| {
        let accepted = match one.is_accepted() {
            true => context.lang.pick("accepted", "已接受"),
            false => context.lang.pick("refused", "已拒绝"),
        };
        let said = match &one.answer {
            Ok((status, _)) => status.to_string(),
            Err(why) => why.clone(),
        };
        format!("{}  {accepted}  {said}  {} ms", at + 1, millis(one.took))
    };
    let verdict = if ok { "✓" } else { "✗" };
    let expected_text = text!("{verdict} expected: {expected}", "{verdict} 预期：{expected}");
    context.show(
        || json!({"sent": members.collect::<Vec<_>>(), "expected": expected, "ok": ok}),
        || {
            let lines = sent.iter().enumerate().map(line).collect::<Vec<_>>().join("\n");
            plain(&format!("{lines}\n{}", expected_text.of(context.lang)))
        },
    );
    Ok(u8::from(!ok))
}

impl Sent {
    /// 2xx in time.
    fn is_accepted(&self) -> bool {
        self.answer.as_ref().is_ok_and(|(status, _)| (200..300).contains(status)) && self.took <= PATIENCE
    }

    fn json(&self, n: usize) -> Value {
        let (status, answer) = match &self.answer {
            Ok((status, answer)) => (Some(*status), answer),
            Err(why) => (None, why),
        };
        json!({"n": n, "status": status, "ms": millis(self.took), "accepted": self.is_accepted(), "answer": answer})
    }
}

fn send(service: &HyperService, request: &http::Request<Bytes>, times: u16) -> Result<Vec<Sent>, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    let runtime = runtime.map_err(|error| Failure::file(text!("no runtime: {error}", "无法创建运行时：{error}")))?;
    let one = |mut service: HyperService, request: http::Request<Bytes>| async move {
        let began = Instant::now();
        let answer = match tokio::time::timeout(PATIENCE, service.call(request)).await {
            Err(_) => Err(format!("no answer within {PATIENCE:?}")),
            Ok(Err(error)) => Err(crate::base::sdk::with_causes(&error)),
            Ok(Ok(answer)) => {
                let body: String = String::from_utf8_lossy(answer.body()).chars().take(TOLD).collect();
                Ok((answer.status().as_u16(), body))
            }
        };
        Sent { took: began.elapsed(), answer }
    };
    let lost = |error| Failure::file(text!("an attempt was lost: {error}", "发送任务中断：{error}"));
    runtime.block_on(async {
        let tasks: Vec<_> = (0..times).map(|_| tokio::spawn(one(service.clone(), request.clone()))).collect();
        let mut sent = Vec::new();
        for task in tasks {
            sent.push(task.await.map_err(lost)?);
        }
        Ok(sent)
    })
}

/// A key that is nobody's.
fn stranger() -> wechatpay_chain::Result<PrivateKey> {
    let pair = rcgen::KeyPair::generate_for(&rcgen::PKCS_RSA_SHA256);
    // Only a system without randomness makes none; the empty text is then refused as no key.
    PrivateKey::from_pem(pair.map(|pair| pair.serialize_pem()).unwrap_or_default())
}

/// The platform's key and the merchant's `APIv3` key.
fn kit(keys: &Path, mchid: &str) -> Result<Kit, Failure> {
    let read =
        |name: &str| files::read_text(&keys.join(name)).map(|text| zeroize::Zeroizing::new(text.trim().to_owned()));
    let api_v3_key = read(&format!("merchants/{mchid}/api_v3_key.txt"))?;
    let key = PrivateKey::from_pem(read("platform/pub_key.key.pem")?.as_str())?;
    Ok(Kit { platform: PlatformKey::new(read("platform/pub_key_id.txt")?.as_str(), key), api_v3_key })
}

impl SendArgs {
    fn check_url(&self) -> Result<(), Failure> {
        let host = self.url.host().filter(|_| matches!(self.url.scheme_str(), Some("http" | "https")));
        let host = host.ok_or_else(|| Failure::usage(text!("URL is no http(s) URL", "URL 不是 http(s) 地址")))?;
        if self.yes || is_near(host) {
            return Ok(());
        }
        let message = text!("{host} is neither this machine nor of a private network", "{host} 不是本机或内网地址");
        Err(Failure::of(Facts { exit: 2, kind: "Usage", message, reason: Some("unconfirmed"), ..Facts::default() })
            .with_remedy(text!("--yes sends it all the same", "确认后加 --yes 发送")))
    }

    /// `--mchid`, else the first merchant of the folder.
    fn mchid(&self, context: &Context) -> Result<String, Failure> {
        if let Some(mchid) = &context.flags.settings.mchid {
            return match mchid.bytes().all(|byte| byte.is_ascii_digit()) {
                true => Ok(mchid.clone()),
                false => Err(Failure::usage(text!("--mchid has other characters than digits", "--mchid 应全部为数字"))),
            };
        }
        let folder = self.keys.join("merchants");
        let entries = std::fs::read_dir(&folder).map_err(|error| files::cannot(&folder, "read", "读取", &error))?;
        let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
        names.min().ok_or_else(|| Failure::file(text!("{} has no merchant", "{} 中没有商户", folder.display())))
    }

    /// What it says, with the merchant's number where the example has one.
    fn resource(&self, context: &Context) -> Result<Value, Failure> {
        if let Some(given) = &self.resource {
            return json_argument(given, "--resource");
        }
        let event = &self.event;
        let known = notification(Protocol::V3, event).map(wechatpay_catalog::Notification::example_resource);
        let mut resource = known.filter(|resource| !resource.is_null()).ok_or_else(|| {
            Failure::usage(text!("the catalogue has no event {event}", "目录中没有事件 {event}"))
                .with_remedy(text!("say what it holds by --resource", "用 --resource 指定内容"))
        })?;
        let mchid = self.mchid(context)?;
        if let Some(member) = resource.get_mut("mchid") {
            *member = mchid.into();
        }
        Ok(resource)
    }

    /// `--original`, else what the catalogue lists, else the first word of the event.
    fn original_type(&self) -> String {
        let field =
            |known: wechatpay_catalog::Notification| known.body().get("resource")?.fields().get("original_type");
        let listed = notification(Protocol::V3, &self.event).and_then(field).and_then(|field| field.values().next());
        let word = self.event.split('.').next().unwrap_or_default().to_ascii_lowercase();
        self.original.clone().unwrap_or_else(|| listed.map_or(word, str::to_owned))
    }
}
