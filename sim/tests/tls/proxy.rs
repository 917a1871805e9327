//! What the proxy leads to the simulator, and that nothing else gets through.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};

use wechatpay_sim::Simulator;

use super::by_hand::{Done, Hand, address, ask, start};

fn connect(sim: &Simulator) -> TcpStream {
    TcpStream::connect(address(&sim.proxy_url().unwrap())).unwrap()
}

/// A stream that the proxy leads to a target, or the head of its refusal.
fn led(sim: &Simulator, target: &str) -> Result<TcpStream, String> {
    let mut stream = connect(sim);
    write!(stream, "CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n").unwrap();
    let (mut head, mut byte) = (String::new(), [0]);
    while !head.ends_with("\r\n\r\n") {
        stream.read_exact(&mut byte).unwrap();
        head.push(byte[0].into());
    }
    if head.starts_with("HTTP/1.1 200 ") { Ok(stream) } else { Err(head) }
}

/// A request that is not led anywhere.
fn refused(sim: &Simulator, request: &str) -> (u16, String) {
    ask(&mut connect(sim), request, "").unwrap()
}

#[test]
fn every_host_of_wechat_pay_has_its_name_in_the_certificate() -> Done {
    let sim = start();
    for host in [
        "api.mch.weixin.qq.com",
        "api2.mch.weixin.qq.com",
        "apihk.mch.weixin.qq.com",
        "apius.mch.weixin.qq.com",
        "apieu.mch.weixin.qq.com",
        "fraud.mch.weixin.qq.com",
        "api.wechatpay.cn",
        "api2.wechatpay.cn",
        "pay.wechatpay.cn",
        "payapp.weixin.qq.com",
        "payapp.mch.weixin.qq.com",
    ] {
        let stream = led(&sim, &format!("{host}:443"))?;
        let mut tls = Hand::default().on(stream, &sim.ca()?, host);
        let (status, _) = ask(&mut tls, &format!("GET /v3/certificates HTTP/1.1\r\nHost: {host}\r\n"), "")?;
        assert_eq!(status, 400, "{host}");
        let call = &sim.get("calls?limit=1")?["items"][0];
        assert_eq!((call["listener"].as_str(), call["host"].as_str()), (Some("tls"), Some(host)));
    }
    Ok(())
}

#[test]
fn nothing_else_is_led_and_nothing_leaks() -> Done {
    let sim = start();
    // Where a proxy that believes the target would go.
    let elsewhere = TcpListener::bind("127.0.0.1:0")?;
    elsewhere.set_nonblocking(true)?;
    let here = elsewhere.local_addr()?;
    for target in [
        here.to_string(),
        "localhost:443".to_owned(),
        "api.mch.weixin.qq.com:80".to_owned(),
        "api.mch.weixin.qq.com.evil.example:443".to_owned(),
        "example.com:443".to_owned(),
    ] {
        let head = led(&sim, &target).unwrap_err();
        assert!(head.starts_with("HTTP/1.1 403 "), "{target}: {head}");
    }
    for request in [
        format!("GET http://{here}/ HTTP/1.1\r\nHost: {here}\r\n"),
        "GET http://api.mch.weixin.qq.com/v3/certificates HTTP/1.1\r\nHost: api.mch.weixin.qq.com\r\n".to_owned(),
        "GET /_/api/info HTTP/1.1\r\nHost: localhost\r\n".to_owned(),
        "POST /v3/security/echo HTTP/1.1\r\nHost: localhost\r\n".to_owned(),
    ] {
        assert_eq!(refused(&sim, &request).0, 403, "{request}");
    }
    assert_eq!(elsewhere.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
    assert!(sim.calls()?.is_empty());
    Ok(())
}

#[test]
fn heads_are_bounded_as_elsewhere() {
    let sim = start();
    let many = (0..65).fold(String::new(), |mut text, index| {
        _ = write!(text, "X-{index}: 1\r\n");
        text
    });
    let target = "api.mch.weixin.qq.com:443";
    let (status, _) = refused(&sim, &format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n{many}"));
    assert_eq!(status, 431);
}

#[test]
fn nothing_of_the_simulators_own_is_at_a_host_of_wechat_pay() -> Done {
    let sim = start();
    let host = "api.mch.weixin.qq.com";
    let tunnel = || -> Result<_, Box<dyn std::error::Error>> {
        Ok(Hand::default().on(led(&sim, &format!("{host}:443"))?, &sim.ca()?, host))
    };
    for path in ["/_/api/info", "/_/api/orders", "/_/", "/_/pay/x", "/_/h5?prepay_id=x"] {
        let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n");
        let (status, answer) = ask(&mut tunnel()?, &request, "")?;
        assert!(status == 403 && answer.contains("FORBIDDEN"), "{path}: {answer}");
        let (status, _) = ask(&mut Hand::default().to(&sim, host), &request, "")?;
        assert_eq!(status, 403, "{path}");
        let (status, _) = ask(&mut TcpStream::connect(address(&sim.url()))?, &request, "")?;
        assert_eq!(status, 403, "{path}");
    }
    let own = format!("GET /_/api/info HTTP/1.1\r\nHost: {}\r\n", address(&sim.tls_url().unwrap()));
    assert_eq!(ask(&mut Hand::default().to(&sim, "127.0.0.1"), &own, "")?.0, 200);
    Ok(())
}

#[test]
fn a_listener_that_others_can_reach_asks_for_the_token() -> Done {
    let any = SocketAddr::from(([0, 0, 0, 0], 0));
    for builder in [Simulator::builder().tls_at(any), Simulator::builder().proxy_at(any)] {
        let sim = builder.start()?;
        assert_eq!(sim.get("info")?["token_required"], true);
        let request = "GET /_/api/orders HTTP/1.1\r\nHost: localhost\r\n";
        assert_eq!(ask(&mut TcpStream::connect(address(&sim.url()))?, request, "")?.0, 403);
    }
    assert_eq!(start().get("info")?["token_required"], false);
    Ok(())
}

#[test]
fn the_proxy_works_without_a_tls_listener() -> Done {
    let sim = Simulator::builder().proxy().start()?;
    let wxpay = super::by_hand::by_proxy(&sim).build()?;
    wxpay.chain("v3/security/echo").post(serde_json::json!({"echo_message": "x"}))?;
    Ok(())
}
