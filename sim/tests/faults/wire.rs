//! Each fault as bytes on the wire: what no SDK shows.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use wechatpay_chain::{Value, json};

use super::by_hand::{self, Ask};
use super::shop::{Done, NATIVE, Shop, order};

const CLOSE: &str = "v3/pay/transactions/out-trade-no/A-00001/close";

/// What came until the end, and the error that the end was, if it was one.
struct Wire {
    bytes: Vec<u8>,
    end: Option<ErrorKind>,
}

/// Sends a call of the first merchant with a fault in its header.
fn send(shop: &Shop, path: &str, body: &Value, fault: &str) -> Wire {
    let ask = Ask::new(&shop.sim, "POST", &format!("/{path}"), &body.to_string());
    let ask = ask.header("Wechatpay-Negative-Test", fault);
    let (host, length) = (by_hand::host(&shop.sim), ask.body.len());
    let mut text =
        format!("POST /{path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {length}\r\nConnection: close\r\n");
    text.extend(["Authorization: ", &ask.authorization(), "\r\n"]);
    for (name, value) in &ask.headers {
        text.extend([name, ": ", value, "\r\n"]);
    }
    let mut socket = TcpStream::connect(&host).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    socket.write_all(&[text.as_bytes(), b"\r\n", &ask.body].concat()).unwrap();
    let mut bytes = Vec::new();
    let end = socket.read_to_end(&mut bytes).err().map(|error| error.kind());
    Wire { bytes, end }
}

impl Wire {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The head's lines, and the body.
    fn parts(&self) -> (String, &[u8]) {
        let end = self.bytes.windows(4).position(|window| window == b"\r\n\r\n").expect("a whole head");
        (String::from_utf8_lossy(&self.bytes[..end]).to_lowercase(), &self.bytes[end + 4..])
    }
}

/// The number in a header of the head.
fn number(head: &str, name: &str) -> usize {
    let line = head.lines().find_map(|line| line.strip_prefix(&format!("{name}: "))).expect(name);
    line.parse().unwrap()
}

#[test]
fn a_reset_is_one() {
    let shop = Shop::open();
    for fault in ["RESET_BEFORE", "RESET_AFTER"] {
        let wire = send(&shop, NATIVE, &order("A-00001"), fault);
        assert_eq!((wire.end, wire.bytes.len()), (Some(ErrorKind::ConnectionReset), 0), "{fault}");
        assert_eq!(shop.sim.orders().unwrap().len(), usize::from(fault == "RESET_AFTER"), "{fault}");
    }
}

#[test]
fn silence_is_one_and_ends_with_the_connection() {
    let shop = Shop::open();
    for fault in ["TIMEOUT_BEFORE(1)", "TIMEOUT_AFTER(1)"] {
        let begun = Instant::now();
        let wire = send(&shop, NATIVE, &order("A-00001"), fault);
        assert_eq!((wire.end, wire.bytes.len()), (None, 0), "{fault}");
        assert!(begun.elapsed() >= Duration::from_secs(1), "{fault}");
        assert_eq!(shop.sim.orders().unwrap().len(), usize::from(fault == "TIMEOUT_AFTER(1)"), "{fault}");
    }
}

#[test]
fn a_slow_answer_is_the_right_one() {
    let shop = Shop::open();
    let begun = Instant::now();
    let chain = shop.wxpay.chain(NATIVE).header("Wechatpay-Negative-Test", "SLOW(1)");
    let answer = chain.post(order("A-00001")).unwrap();
    assert!(begun.elapsed() >= Duration::from_secs(1));
    assert!(answer["code_url"].as_str().unwrap().starts_with("weixin://"));
    assert_eq!(answer.headers()["sim-fault"], "SLOW(1)");
}

#[test]
fn half_a_body_comes_of_an_answer_and_half_a_head_of_one_without() {
    let shop = Shop::open();
    let wire = send(&shop, NATIVE, &order("A-00001"), "TRUNCATED");
    let (head, body) = wire.parts();
    let promised = number(&head, "content-length");
    assert!(head.starts_with("http/1.1 200") && head.contains("sim-fault: truncated"), "{head}");
    assert_eq!(body.len(), promised.div_ceil(2));
    assert!(body.starts_with(b"{\"code_url\":"));
    let wire = send(&shop, CLOSE, &json!({"mchid": "1900000001"}), "TRUNCATED");
    assert!(wire.text().starts_with("HTTP/1.1 204") && !wire.text().contains("\r\n\r\n"), "{}", wire.text());
    assert_eq!(shop.sim.get("orders/A-00001").unwrap()["state"], "CLOSED");
}

#[test]
fn garbage_is_no_http() {
    let shop = Shop::open();
    let wire = send(&shop, NATIVE, &order("A-00001"), "GARBAGE");
    assert!(!wire.bytes.is_empty() && !wire.text().contains("HTTP"), "{}", wire.text());
    assert_eq!(shop.sim.orders().unwrap().len(), 1);
}

#[test]
fn an_answer_that_is_too_long_is() {
    let shop = Shop::open();
    for (path, body) in [(NATIVE, order("A-00001")), (CLOSE, json!({"mchid": "1900000001"}))] {
        let wire = send(&shop, path, &body, "OVERSIZED");
        let (head, body) = wire.parts();
        assert!(head.starts_with("http/1.1 200") && body.len() >= 17 * 1024 * 1024, "{path}: {head}");
        assert_eq!(number(&head, "content-length"), body.len());
    }
}

#[test]
fn what_stands_before_the_gateway_signs_nothing() {
    let shop = Shop::open();
    for (fault, status, waits) in [
        ("BAD_GATEWAY", 502, false),
        ("SERVICE_UNAVAILABLE_AFTER", 503, true),
        ("GATEWAY_TIMEOUT", 504, false),
        ("REDIRECT", 302, false),
    ] {
        let wire = send(&shop, NATIVE, &order("A-00001"), fault);
        let (head, _) = wire.parts();
        assert!(head.starts_with(&format!("http/1.1 {status}")), "{fault}: {head}");
        assert!(head.contains("content-type: text/html") && !head.contains("wechatpay-"), "{fault}: {head}");
        assert_eq!(head.contains("retry-after: "), waits, "{fault}: {head}");
        assert_eq!(head.contains("location: http://redirected.invalid/v3/pay"), fault == "REDIRECT", "{head}");
    }
}

#[test]
fn refusals_are_signed_and_say_how_long_to_wait() {
    let shop = Shop::open();
    for (fault, status, waits) in
        [("RATE_LIMIT(7)", 429, true), ("SYSTEM_ERROR", 500, false), ("ACCEPTED_202", 202, false)]
    {
        let wire = send(&shop, NATIVE, &order("A-00001"), fault);
        let (head, body) = wire.parts();
        assert!(head.starts_with(&format!("http/1.1 {status}")), "{fault}: {head}");
        assert!(head.contains("wechatpay-signature: ") && body.starts_with(b"{\"code\":"), "{fault}: {head}");
        assert_eq!(head.contains("retry-after: 7"), waits, "{fault}: {head}");
    }
    assert!(shop.sim.orders().unwrap().is_empty());
}

#[test]
fn a_compressed_answer_holds_what_was_signed() -> Done {
    let shop = Shop::open();
    let wire = send(&shop, NATIVE, &order("A-00001"), "GZIPPED");
    let (head, body) = wire.parts();
    assert!(head.contains("content-encoding: gzip"), "{head}");
    let mut plain = String::new();
    flate2::read::GzDecoder::new(body).read_to_string(&mut plain)?;
    assert!(plain.starts_with("{\"code_url\":"), "{plain}");
    Ok(())
}

#[test]
fn of_a_fault_without_an_answer_the_journal_has_no_status() -> Done {
    let shop = Shop::open();
    send(&shop, NATIVE, &order("A-00001"), "RESET_AFTER");
    let call = shop.sim.get("calls?limit=1")?["items"][0].clone();
    assert_eq!((&call["verdict"], &call["fault"]), (&json!("faulted"), &json!("RESET_AFTER")));
    assert_eq!((&call["answer"]["status"], &call["refs"]), (&json!(0), &json!(["ord_1"])));
    Ok(())
}
