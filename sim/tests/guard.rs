//! Who may work the controls: no page of somebody else's, nobody from elsewhere without the token.
#![allow(missing_docs)]

use std::io::{Read as _, Write as _};
use std::net::{IpAddr, SocketAddr, TcpStream};

use wechatpay_chain::json;
use wechatpay_sim::Simulator;

fn port(sim: &Simulator) -> u16 {
    sim.url().trim_end_matches('/').rsplit_once(':').unwrap().1.parse().unwrap()
}

/// Sends one request to 127.0.0.1; its status and everything else.
fn send(port: u16, request: &str, headers: &[(&str, &str)], body: &str) -> (u16, String) {
    send_to((std::net::Ipv4Addr::LOCALHOST.into(), port), request, headers, body)
}

fn send_to(to: (IpAddr, u16), request: &str, headers: &[(&str, &str)], body: &str) -> (u16, String) {
    let mut socket = TcpStream::connect(to).unwrap();
    let mut text = format!("{request} HTTP/1.1\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
    for (name, value) in headers {
        text.extend([name, ": ", value, "\r\n"]);
    }
    socket.write_all(format!("{text}\r\n{body}").as_bytes()).unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    (answer.split(' ').nth(1).unwrap().parse().unwrap(), answer)
}

#[test]
fn another_host_is_refused() {
    let sim = Simulator::builder().start().unwrap();
    let port = port(&sim);
    for host in ["127.0.0.1", "localhost", &format!("localhost:{port}"), "[::1]"] {
        assert_eq!(send(port, "GET /_/api/info", &[("Host", host)], "").0, 200, "{host}");
    }
    for host in ["evil.example", "evil.example:80", "api.mch.weixin.qq.com", "10.0.0.1", "127.0.0.1.evil.example"] {
        let (status, answer) = send(port, "GET /_/api/info", &[("Host", host)], "");
        assert!(status == 403 && answer.contains("FORBIDDEN"), "{host}: {answer}");
    }
}

#[test]
fn pages_of_other_origins_change_nothing() {
    let sim = Simulator::builder().start().unwrap();
    let port = port(&sim);
    let host = format!("127.0.0.1:{port}");
    let json = ("Content-Type", "application/json");
    let reset = |origin: &str| send(port, "POST /_/api/reset", &[("Host", &host), ("Origin", origin), json], "{}").0;
    assert_eq!(reset("http://evil.example"), 403);
    assert_eq!(reset("null"), 403);
    assert_eq!(reset(&format!("http://{host}")), 200);
    let plain = send(port, "POST /_/api/reset", &[("Host", &host), ("Content-Type", "text/plain")], "{}");
    assert_eq!(plain.0, 400);
    assert_eq!(send(port, "POST /_/api/reset", &[("Host", &host)], "").0, 200);
}

#[test]
fn an_origin_of_the_settings_may_invoke_and_nothing_else() {
    let sim = Simulator::builder().start().unwrap();
    let (port, shop) = (port(&sim), ("Origin", "http://shop.example"));
    let host = ("Host", "127.0.0.1");
    let json = ("Content-Type", "application/json");
    let body = r#"{"kind":"jsapi","params":{}}"#;
    assert_eq!(send(port, "POST /_/api/invoke", &[host, shop, json], body).0, 403);
    sim.patch("settings", json!({"origins": ["http://shop.example"]})).unwrap();
    let (status, answer) = send(port, "POST /_/api/invoke", &[host, shop, json], body);
    assert!(
        status == 200 && answer.to_lowercase().contains("access-control-allow-origin: http://shop.example"),
        "{answer}"
    );
    assert_eq!(send(port, "OPTIONS /_/api/invoke", &[host, shop], "").0, 204);
    let (status, answer) = send(port, "POST /_/api/reset", &[host, shop, json], "{}");
    assert!(status == 403 && !answer.to_lowercase().contains("access-control"), "{answer}");
}

#[test]
fn bound_elsewhere_a_token_is_needed() {
    let sim = Simulator::builder().listen(SocketAddr::from(([0, 0, 0, 0], 0))).start().unwrap();
    let env = sim.get("env?format=dotenv").unwrap();
    let token = env.as_str().unwrap().lines().find_map(|line| line.strip_prefix("WECHATPAY_SIM_TOKEN=")).unwrap();
    let (token, port) = (token.trim_matches(['"', '\'']).to_owned(), port(&sim));
    assert_eq!(token.len(), 32);
    let host = ("Host", "127.0.0.1");
    assert_eq!(send(port, "GET /_/api/orders", &[host], "").0, 403);
    assert_eq!(send(port, "GET /_/api/orders?token=wrong", &[host], "").0, 403);
    assert_eq!(send(port, &format!("GET /_/api/orders?token={token}"), &[host], "").0, 200);
    assert_eq!(send(port, "GET /_/api/orders", &[host, ("Authorization", &format!("Bearer {token}"))], "").0, 200);
    let cookie = format!("a=b; wxpay_sim_token={token}");
    assert_eq!(send(port, "GET /_/api/orders", &[host, ("Cookie", &cookie)], "").0, 200);
}

/// This machine's address to others, if it has one; nothing is sent to find it.
fn outside() -> Option<IpAddr> {
    let socket = std::net::UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect("192.0.2.1:9").ok()?;
    Some(socket.local_addr().ok()?.ip()).filter(|ip| !ip.is_loopback() && !ip.is_unspecified())
}

#[test]
fn keys_are_given_to_this_machine_alone_however_the_path_is_spelled() {
    let sim = Simulator::builder().listen(SocketAddr::from(([0, 0, 0, 0], 0))).start().unwrap();
    let env = sim.get("env?format=json").unwrap();
    let bearer = format!("Bearer {}", env["WECHATPAY_SIM_TOKEN"].as_str().unwrap());
    let Some(address) = outside() else {
        println!("SKIPPED: this machine has no address but loopback");
        return;
    };
    let (host, address) = (address.to_string(), (address, port(&sim)));
    let headers = [("Host", host.as_str()), ("Authorization", &bearer)];
    let ask = |path: &str| send_to(address, &format!("GET /_/api/{path}"), &headers, "");
    assert_eq!(ask("info").0, 200);
    for path in [
        "env",
        "env?format=php",
        "%65nv",
        "merchants/1900000001/secrets",
        "merchants/1900000001/secret%73",
        "merchants/1900000001/secrets/",
        "merchants/1900000001%2Fsecrets",
    ] {
        let (status, answer) = ask(path);
        assert!(status == 403 && answer.contains("this machine alone"), "{path}: {answer}");
    }
}
