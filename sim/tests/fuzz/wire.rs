//! Requests as bytes, one after another on a connection that is kept: a connection each would use up the ports.

use std::cell::RefCell;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use wechatpay_sim::Simulator;

thread_local! {
    static OPEN: RefCell<Option<TcpStream>> = const { RefCell::new(None) };
}

/// Sends a request; the status and the body of its answer. A connection that ends without one is an error.
pub(crate) fn send(
    sim: &Simulator,
    method: &str,
    target: &str,
    headers: &[(&str, &[u8])],
    body: &[u8],
) -> (u16, Vec<u8>) {
    let host = sim.url().trim_start_matches("http://").trim_end_matches('/').to_owned();
    let mut request =
        format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {}\r\n", body.len()).into_bytes();
    for (name, value) in headers {
        request.extend([name.as_bytes(), b": ", value, b"\r\n"].concat());
    }
    request.extend([b"\r\n", body].concat());
    OPEN.with_borrow_mut(|open| {
        // One that was kept may have ended meanwhile, as idle ones do; that a new one ends so is a fault.
        let kept = open.take().and_then(|mut socket| exchange(&mut socket, &request).map(|answer| (socket, answer)));
        let (socket, answer) = kept.unwrap_or_else(|| {
            let mut socket = TcpStream::connect(&host).unwrap();
            let answer = exchange(&mut socket, &request).expect("an answer before the connection ends");
            (socket, answer)
        });
        *open = (!answer.closes).then_some(socket);
        (answer.status, answer.body)
    })
}

struct Answer {
    status: u16,
    /// Whether the connection ends with it.
    closes: bool,
    body: Vec<u8>,
}

/// Sends a request and reads what is answered; nothing if the connection ends before a byte of it.
fn exchange(socket: &mut TcpStream, request: &[u8]) -> Option<Answer> {
    // The head may be refused before all of the body is read.
    _ = socket.write_all(request);
    let mut read = Vec::new();
    let end = loop {
        if let Some(at) = read.windows(4).position(|window| window == b"\r\n\r\n") {
            break at + 4;
        }
        if more(socket, &mut read) == 0 {
            assert!(read.is_empty(), "half a head: {:?}", String::from_utf8_lossy(&read));
            return None;
        }
    };
    let head = String::from_utf8_lossy(&read[..end]).to_ascii_lowercase();
    let header =
        |name: &str| head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ").map(str::to_owned));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status line");
    let length: usize = header("content-length").map_or(0, |length| length.parse().unwrap());
    assert!(header("transfer-encoding").is_none(), "answers have a length: {head}");
    let mut body = read.split_off(end);
    while body.len() < length {
        assert!(more(socket, &mut body) > 0, "half a body: {head}");
    }
    Some(Answer { status, closes: header("connection").is_some_and(|value| value == "close"), body })
}

fn more(socket: &mut TcpStream, read: &mut Vec<u8>) -> usize {
    let mut piece = [0; 16 * 1024];
    let count = socket.read(&mut piece).unwrap_or_default();
    read.extend_from_slice(&piece[..count]);
    count
}
