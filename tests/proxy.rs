//! Proxies: those of SOCKS5, and those that cannot be used, given or of the environment.
#![cfg(all(feature = "async", feature = "mock", feature = "sync", feature = "tls"))]

mod support;

use std::env;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use support::{HOOK, full, hook, nobody};
use wechatpay_chain::mock::Server;
use wechatpay_chain::{Client, ErrorKind, Method, Retry, json};

/// A proxy of SOCKS5 (RFC 1928, RFC 1929) that wants a user and a password, and notes what it is asked for.
struct Socks {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Socks {
    /// Leads to `target`, whatever it is asked for; without one it refuses.
    fn start(target: Option<String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, asked) = (listener.local_addr().unwrap(), Arc::new(Mutex::new(Vec::new())));
        let log = Arc::clone(&asked);
        thread::spawn(move || {
            while let Ok((near, _)) = listener.accept() {
                serve(near, target.as_deref(), &log);
            }
        });
        Self { address, asked }
    }
}

fn serve(mut near: TcpStream, target: Option<&str>, log: &Mutex<Vec<String>>) {
    let read = |near: &mut TcpStream, count: usize| {
        let mut bytes = vec![0; count];
        near.read_exact(&mut bytes).unwrap();
        bytes
    };
    let text = |near: &mut TcpStream| {
        let length = read(near, 1)[0];
        String::from_utf8(read(near, length.into())).unwrap()
    };
    let methods = read(&mut near, 3);
    if methods != [5, 1, 2] {
        // None of the ways to say who one is will do.
        near.write_all(&[5, 0xFF]).unwrap();
        return;
    }
    near.write_all(&[5, 2]).unwrap();
    assert_eq!(read(&mut near, 1), [1]);
    let who = (text(&mut near), text(&mut near));
    let is_known = who == ("me".to_owned(), "ge:heim".to_owned());
    near.write_all(&[1, u8::from(!is_known)]).unwrap();
    if !is_known {
        return;
    }
    let host = match read(&mut near, 4)[..] {
        [5, 1, 0, 3] => text(&mut near),
        [5, 1, 0, 1] => read(&mut near, 4).iter().map(ToString::to_string).collect::<Vec<_>>().join("."),
        ref other => panic!("{other:?}"),
    };
    let port = read(&mut near, 2);
    log.lock().unwrap().push(format!("{host}:{}", u16::from_be_bytes([port[0], port[1]])));
    let reply = |code| [5, code, 0, 1, 0, 0, 0, 0, 0, 0];
    let Some(target) = target else {
        // "Host unreachable."
        near.write_all(&reply(4)).unwrap();
        return;
    };
    let mut far = TcpStream::connect(target).unwrap();
    near.write_all(&reply(0)).unwrap();
    let (mut from, mut to) = (near.try_clone().unwrap(), far.try_clone().unwrap());
    thread::spawn(move || std::io::copy(&mut from, &mut to));
    thread::spawn(move || std::io::copy(&mut far, &mut near));
}

fn bare(gateway: &Server) -> String {
    gateway.url().trim_start_matches("https://").trim_end_matches('/').to_owned()
}

#[test]
fn a_proxy_of_socks5_leads_to_the_gateway() {
    let gateway = Server::start_mtls().unwrap();
    gateway.on(Method::GET, HOOK).reply(json!({"x": 1}));
    let socks = Socks::start(Some(bare(&gateway)));
    for scheme in ["socks5", "socks5h", "SOCKS5"] {
        let proxy = format!("{scheme}://me:ge%3Aheim@{}", socks.address);
        let wxpay = gateway.builder().proxy(&proxy).build().unwrap();
        assert_eq!(wxpay.chain(HOOK).mtls().get().unwrap().get::<u8>("/x").unwrap(), 1, "{scheme}");
        assert!(!format!("{:?}", gateway.builder().proxy(&proxy)).contains("heim"));
    }
    assert_eq!(*socks.asked.lock().unwrap(), [bare(&gateway), bare(&gateway), bare(&gateway)]);
}

#[test]
fn a_way_out_over_tls_is_reached_by_the_proxy_and_one_without_directly() {
    let gateway = Server::start_mtls().unwrap();
    gateway.on(Method::GET, HOOK).reply(json!({"x": 1}));
    let socks = Socks::start(Some(bare(&gateway)));
    let proxy = format!("socks5://me:ge%3Aheim@{}", socks.address);
    let real = "https://api.mch.weixin.qq.com/";
    let wxpay = gateway.builder().base_uri(real).egress("*", gateway.url()).proxy(&proxy).build().unwrap();
    wxpay.chain(HOOK).mtls().get().unwrap();
    assert_eq!(*socks.asked.lock().unwrap(), [bare(&gateway)]);
    let plain = Server::start().unwrap();
    plain.on(Method::GET, HOOK).reply(json!({}));
    let wxpay = plain.builder().base_uri(real).egress("*", plain.url()).proxy(&proxy).build().unwrap();
    wxpay[HOOK].get().unwrap();
    assert_eq!((socks.asked.lock().unwrap().len(), plain.calls().len()), (1, 1));
}

#[test]
fn what_a_proxy_of_socks5_refuses_was_not_sent() {
    let gateway = Server::start().unwrap();
    let refusing = Socks::start(None);
    let closed = TcpListener::bind("127.0.0.1:0").unwrap();
    let hangs_up = closed.local_addr().unwrap();
    thread::spawn(move || while closed.accept().is_ok() {});
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    for (proxy, why) in [
        (format!("socks5://me:ge%3Aheim@{}", refusing.address), "the SOCKS5 proxy made no connection"),
        (format!("socks5://me:falsch@{}", refusing.address), "the SOCKS5 proxy made no connection"),
        (format!("socks5://{}", refusing.address), "the SOCKS5 proxy made no connection"),
        (format!("socks5h://me:x@{hangs_up}"), "the SOCKS5 proxy broke off its handshake"),
        (format!("socks5://me:x@{}", nobody()), "the SOCKS5 proxy was not reached"),
        (format!("socks5://me:x@{}", silent.local_addr().unwrap()), "not connected within 200ms"),
    ] {
        // Its name is the proxy's to resolve.
        let builder = gateway.builder().base_uri("https://gateway.invalid/").retry(Retry::none()).proxy(&proxy);
        // Only who is waited for in vain has little time: the others answer at once, but not always within it on a busy machine.
        let time = if why.contains("200ms") { Duration::from_millis(200) } else { Duration::from_secs(20) };
        let wxpay = builder.connect_timeout(time).build().unwrap();
        let error = wxpay[HOOK].post(hook()).unwrap_err();
        assert_eq!((error.kind(), error.outcome_unknown()), (ErrorKind::Connect, false), "{}", full(&error));
        assert!(full(&error).contains(why) && error.is_retryable(), "{}", full(&error));
        assert!(!full(&error).contains("heim") && !full(&error).contains("falsch"), "{}", full(&error));
    }
    assert_eq!(*refusing.asked.lock().unwrap(), ["gateway.invalid:443"]);
}

#[test]
fn a_proxy_that_cannot_be_used_is_named_by_build() {
    let gateway = Server::start().unwrap();
    let long = format!("socks5://me:{}@x:1", "geheim".repeat(50));
    for (proxy, text) in [
        ("https://me:geheim@x:1", "proxy is an https one"),
        ("socks4://x:1", "proxy is one of SOCKS4"),
        ("socks4a://x:1", "proxy is one of SOCKS4"),
        ("ftp://x:1", "proxy has the scheme `ftp`"),
        ("socks5://", "proxy is no URI"),
        ("socks5://me:geheim@x:99999", "proxy is no URI"),
        ("10.0.0.5:1080", "proxy is no URI"),
        ("", "proxy is no URI"),
        (&long, "proxy has a longer user and password"),
    ] {
        let error = gateway.builder().proxy(proxy).build().unwrap_err();
        assert!(error.kind() == ErrorKind::Config && error.to_string().contains(text), "{proxy}: {error}");
        assert!(error.to_string().contains("expected `http://host:port` or `socks5://host:port`"), "{error}");
        assert!(!format!("{error:?}").contains("geheim"), "{error}");
    }
}

#[test]
fn a_proxy_of_the_environment_that_cannot_be_used_is_named_where_it_would_be_asked() {
    const CHILD: &str = "WECHATPAY_TEST_CHILD";
    if let Ok(base) = env::var(CHILD) {
        let wxpay = Client::builder().mchid("1900000109").secret("s".repeat(32)).base_uri(base);
        match wxpay.build() {
            Ok(_) => println!("built"),
            Err(error) => println!("not built: {:?}: {error}", error.kind()),
        }
        return;
    }
    let child = |vars: &[(&str, &str)], base: &str| {
        let mut child = Command::new(env::current_exe().unwrap());
        for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"] {
            child.env_remove(name);
        }
        child.args([
            "--exact",
            "a_proxy_of_the_environment_that_cannot_be_used_is_named_where_it_would_be_asked",
            "--nocapture",
        ]);
        child.env(CHILD, base).envs(vars.iter().copied());
        String::from_utf8(child.output().unwrap().stdout).unwrap()
    };
    let api = "https://api.mch.weixin.qq.com/";
    for (name, value, text) in [
        ("HTTPS_PROXY", "https://me:geheim@x:1", "HTTPS_PROXY is an https one"),
        ("ALL_PROXY", "socks4://x:1", "ALL_PROXY is one of SOCKS4"),
        ("all_proxy", "ftp://x:1", "all_proxy has the scheme `ftp`"),
    ] {
        let told = child(&[(name, value)], api);
        assert!(told.contains("not built: Config: ") && told.contains(text) && !told.contains("geheim"), "{told}");
        // Not where it would not be asked.
        for (vars, base) in [
            (&[(name, value), ("NO_PROXY", "weixin.qq.com")][..], api),
            (&[(name, value)], "https://127.0.0.1:1/"),
            (&[(name, value)], "http://api.example/"),
        ] {
            let told = child(vars, base);
            assert!(told.contains("built") && !told.contains("not built"), "{told}");
        }
    }
}
