//! `wxpay sim`: the simulator, until it is told to end.

use std::io::Write as _;
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::sync::mpsc;

use serde_json::{Value, json};
use wechatpay_sim::{Builder, Error, Simulator};

use crate::args::SimArgs;
use crate::failure::Failure;
use crate::lang::Lang;

/// A simulator remembers millions of short texts: this allocator puts nothing between them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

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
pub(crate) fn run(args: &SimArgs, json: bool, lang: Lang) -> Result<(), Failure> {
    let (end, ended) = mpsc::channel();
    // Before anything is made, so that no signal is missed.
    ctrlc::set_handler(move || _ = end.send(()))
        .map_err(|error| Failure::usage(format!("signals: {error}"), format!("信号处理：{error}")))?;
    let mut builder = listening(args)?.keys(&args.keys).seed(args.seed.unwrap_or_else(seed));
    if let Some(file) = &args.state {
        builder = builder.state(file);
    }
    let sim = builder.start().map_err(|error| failure(&error, args))?;
    let ready = ready(&sim, args)?;
    show(&sim, &ready, json, lang)?;
    // Nobody else holds the sender: this ends by a signal alone.
    _ = ended.recv();
    drop(sim);
    Ok(())
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
        Failure::usage(
            format!("{flag}: {text:?} is no address, expected one such as 127.0.0.1:8787"),
            format!("{flag}：{text:?} 不是地址，应形如 127.0.0.1:8787"),
        )
    })
}

/// One that the user has not chosen; it is printed, so that a run can be repeated.
fn seed() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    u64::from(since.subsec_nanos()) ^ since.as_secs().wrapping_mul(1_000_003) & 0xffff_ffff
}

fn failure(error: &Error, args: &SimArgs) -> Failure {
    let text = error.to_string();
    let unbound = |flag: &str, address: &str| {
        Failure::usage(format!("{flag} {address}: {text}"), format!("{flag} {address}：{text}"))
    };
    match error.code() {
        "ADDRESS" => unbound("--listen", &args.listen),
        "TLS_ADDRESS" => unbound("--tls", &args.tls),
        "PROXY_ADDRESS" => unbound("--proxy", &args.proxy),
        "STATE_FILE" => Failure::file(format!("--state: {text}"), format!("--state：{text}")),
        _ => Failure::file(
            format!("--keys {}: {text}", args.keys.display()),
            format!("--keys {}：{text}", args.keys.display()),
        ),
    }
}

/// What a program that started this waits for.
fn ready(sim: &Simulator, args: &SimArgs) -> Result<Value, Failure> {
    let trouble = |error: Error| Failure::usage(error.to_string(), error.to_string());
    let info = sim.get("info").map_err(trouble)?;
    let env = sim.get(&format!("env?format=json&mchid={MCHID}")).map_err(trouble)?;
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
        let snippet = sim.get(&format!("env?format={format}&mchid={MCHID}"));
        let snippet = snippet.map_err(|error| Failure::usage(error.to_string(), error.to_string()))?;
        _ = writeln!(out, "\n# {name}\n{}", snippet.as_str().unwrap_or_default().trim_end());
    }
    _ = writeln!(out, "\n{}", lang.pick("Ctrl-C ends it.", "按 Ctrl-C 结束。"));
    _ = out.flush();
    Ok(())
}
