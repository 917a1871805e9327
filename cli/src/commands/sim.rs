//! `wxpay sim`: the simulator, until it is told to end.

use std::io::Write as _;
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::sync::mpsc;

use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};
use wechatpay_sim::{Builder, Error, Simulator};

use super::context::Context;
use super::help::Help;
use crate::base::failure::Failure;
use crate::base::lang::Lang;
use crate::base::text::{Text, text};

pub(crate) const HELP: Help = Help {
    command: "sim",
    zh: "在本机运行有状态的微信支付模拟网关，供任何语言的 SDK 使用",
    examples: &[
        "wxpay sim",
        "wxpay sim --listen 127.0.0.1:0 --json",
        "wxpay sim --keys /tmp/wxpay --state /tmp/wxpay/state.json --seed 1",
    ],
};

#[derive(Args)]
pub(crate) struct SimArgs {
    /// Where HTTP is listened at; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:8787", value_name = "ADDRESS")]
    listen: String,

    /// Where TLS is listened at; port 0 takes a free one, `off` switches it off.
    #[arg(long, default_value = "127.0.0.1:8788", value_name = "ADDRESS|off")]
    tls: String,

    /// Where the proxy for SDKs with constant hosts is listened at; port 0 takes a free one, `off` switches it off.
    #[arg(long, default_value = "127.0.0.1:8789", value_name = "ADDRESS|off")]
    proxy: String,

    /// The folder of keys; made at the first start, used again later.
    #[arg(long, default_value = "./.wxpay-sim", value_name = "DIR")]
    keys: PathBuf,

    /// The file that everything but keys is kept in; without it nothing is kept.
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,

    /// What ids and random choices come from; random without it.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
}

/// The merchant whose settings are shown.
const MCHID: &str = "1900000001";

/// The languages that a ready snippet is shown for.
const SNIPPETS: [(&str, &str); 7] = [
    ("rust", "Rust"),
    ("php", "PHP"),
    ("node", "Node"),
    ("go", "Go"),
    ("java", "Java"),
    ("python", "Python"),
    ("postman", "Postman"),
];

/// Runs it until SIGINT or SIGTERM.
pub(crate) fn run(args: &SimArgs, context: &Context) -> Result<u8, Failure> {
    let (end, ended) = mpsc::channel();
    // Before anything is made, so that no signal is missed.
    ctrlc::set_handler(move || _ = end.send(()))
        .map_err(|error| Failure::usage(text!("signals: {error}", "信号处理：{error}")))?;
    let mut builder = listening(args)?.keys(&args.keys).seed(args.seed.unwrap_or_else(seed));
    if let Some(file) = &args.state {
        builder = builder.state(file);
    }
    let sim = builder.start().map_err(|error| failure(&error, args))?;
    let ready = ready(&sim, args)?;
    show(&sim, &ready, context.is_json(), context.lang)?;
    // Nobody else holds the sender: this ends by a signal alone.
    _ = ended.recv();
    drop(sim);
    Ok(0)
}

/// A simulator that is to listen where the flags say.
fn listening(args: &SimArgs) -> Result<Builder, Failure> {
    let mut builder = Simulator::builder().listen(address("--listen", &args.listen)?);
    if let Some(tls) = unless_off("--tls", &args.tls)? {
        builder = builder.tls_at(tls);
    }
    if let Some(proxy) = unless_off("--proxy", &args.proxy)? {
        builder = builder.proxy_at(proxy);
    }
    Ok(builder)
}

fn unless_off(flag: &str, text: &str) -> Result<Option<SocketAddr>, Failure> {
    if text == "off" { Ok(None) } else { address(flag, text).map(Some) }
}

fn address(flag: &str, text: &str) -> Result<SocketAddr, Failure> {
    let found = text.to_socket_addrs().ok().and_then(|mut found| found.next());
    found.ok_or_else(|| {
        Failure::usage(text!(
            "{flag}: {text:?} is no address, expected one such as 127.0.0.1:8787",
            "{flag}：{text:?} 不是地址，应形如 127.0.0.1:8787",
        ))
    })
}

/// One that the user has not chosen; it is printed, so that a run can be repeated.
fn seed() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    u64::from(since.subsec_nanos()) ^ since.as_secs().wrapping_mul(1_000_003) & 0xffff_ffff
}

fn failure(error: &Error, args: &SimArgs) -> Failure {
    let (said, keys) = (error.to_string(), args.keys.display());
    let unbound =
        |flag: &str, address: &str| Failure::usage(text!("{flag} {address}: {said}", "{flag} {address}：{said}"));
    match error.code() {
        "ADDRESS" => unbound("--listen", &args.listen),
        "TLS_ADDRESS" => unbound("--tls", &args.tls),
        "PROXY_ADDRESS" => unbound("--proxy", &args.proxy),
        "STATE_FILE" => Failure::file(text!("--state: {said}", "--state：{said}")),
        _ => Failure::file(text!("--keys {keys}: {said}", "--keys {keys}：{said}")),
    }
}

/// The simulator refuses what this command itself asks for.
fn trouble(error: &Error) -> Failure {
    Failure::usage(Text::new(error.to_string(), format!("模拟网关：{error}")))
}

/// What a program that started this waits for.
fn ready(sim: &Simulator, args: &SimArgs) -> Result<Value, Failure> {
    let info = sim.get("info").map_err(|error| trouble(&error))?;
    let env = sim.get(&format!("env?format=json&mchid={MCHID}")).map_err(|error| trouble(&error))?;
    let keys = std::path::absolute(&args.keys).unwrap_or_else(|_| args.keys.clone());
    let http = sim.url().trim_end_matches('/').to_owned();
    let token = env.get("WECHATPAY_SIM_TOKEN").and_then(Value::as_str).filter(|token| !token.is_empty());
    Ok(json!({
        "event": "ready",
        "version": env!("CARGO_PKG_VERSION"),
        "pid": std::process::id(),
        "http": http,
        "tls": info["tls"],
        "proxy": info["proxy"],
        "page": format!("{http}/_/"),
        "api": format!("{http}/_/api/"),
        "token": token,
        "keys": keys,
        "env": keys.join("wxpay-sim.env"),
        "ca": keys.join("ca.pem"),
        "mchid": MCHID,
        "appid": env["WECHATPAY_SIM_APPID"],
        "seed": info["seed"],
        "now": info["now"],
    }))
}

/// One line for machines; addresses and snippets for people. A closed pipe does not end the simulator.
fn show(sim: &Simulator, ready: &Value, json: bool, lang: Lang) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    if json {
        _ = writeln!(out, "{ready}");
        return Ok(());
    }
    let text = |name: &str| ready[name].as_str().unwrap_or_default().to_owned();
    _ = writeln!(out, "{}", lang.pick("WeChat Pay on this machine is ready.", "本机微信支付模拟网关已就绪。"));
    for (en, zh, value) in [
        ("gateway", "网关", text("http")),
        ("gateway by TLS", "网关（TLS）", text("tls")),
        ("proxy", "代理", text("proxy")),
        ("its CA", "CA 证书", text("ca")),
        ("control interface", "控制接口", text("api")),
        ("key folder", "密钥目录", text("keys")),
        ("settings", "环境变量", text("env")),
        ("seed", "随机种子", ready["seed"].to_string()),
    ] {
        let value = if value.is_empty() { lang.pick("off", "未启用").to_owned() } else { value };
        _ = writeln!(out, "  {}: {value}", lang.pick(en, zh));
    }
    if let Some(token) = ready["token"].as_str() {
        _ = writeln!(out, "  {}: {token}", lang.pick("token", "令牌"));
    }
    for (format, name) in SNIPPETS {
        let snippet = sim.get(&format!("env?format={format}&mchid={MCHID}")).map_err(|error| trouble(&error))?;
        _ = writeln!(out, "\n# {name}\n{}", snippet.as_str().unwrap_or_default().trim_end());
    }
    _ = writeln!(out, "\n{}", lang.pick("Ctrl-C ends it.", "按 Ctrl-C 结束。"));
    _ = out.flush();
    Ok(())
}
