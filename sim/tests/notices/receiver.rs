//! A merchant's receiver of notices: keeps what comes, and answers as a test says.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use wechatpay_chain::http::{HeaderMap, HeaderName};
use wechatpay_chain::{Client, Notice};
use wechatpay_sim::Simulator;

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    /// The head's lines.
    pub(crate) head: Vec<String>,
    pub(crate) body: Vec<u8>,
    pub(crate) at: Instant,
}

/// What is answered: a status, more lines of the head, a body; and after which time.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) lines: String,
    pub(crate) body: String,
    pub(crate) delay: Duration,
}

type Respond = dyn Fn(usize, &Received) -> Answer + Send + Sync;

struct Inner {
    received: Mutex<Vec<Received>>,
    came: Condvar,
    respond: Box<Respond>,
}

pub(crate) struct Receiver {
    address: SocketAddr,
    inner: Arc<Inner>,
}

impl Answer {
    pub(crate) fn new(status: u16) -> Self {
        Self { status, lines: String::new(), body: String::new(), delay: Duration::ZERO }
    }

    pub(crate) fn body(self, body: impl Into<String>) -> Self {
        Self { body: body.into(), ..self }
    }

    pub(crate) fn line(self, line: &str) -> Self {
        Self { lines: format!("{}{line}\r\n", self.lines), ..self }
    }

    pub(crate) fn after(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> &str {
        let lines = self.head.iter().filter_map(|line| line.split_once(": "));
        lines.filter(|(known, _)| *known == name).map(|(_, value)| value).next().unwrap_or_default()
    }

    pub(crate) fn headers(&self) -> HeaderMap {
        let pairs = self.head.iter().filter_map(|line| line.split_once(": "));
        let entry = |(name, value): (&str, &str)| (name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
        pairs.map(entry).collect()
    }

    /// As the SDK reads it.
    pub(crate) fn notice(&self, client: &Client) -> wechatpay_chain::Result<Notice> {
        client.notice(&self.headers(), &self.body)
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

impl Receiver {
    /// One that gives each request, counted from 1, its answer.
    pub(crate) fn new(respond: impl Fn(usize, &Received) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let inner = Inner { received: Mutex::default(), came: Condvar::new(), respond: Box::new(respond) };
        let inner = Arc::new(inner);
        let shared = Arc::clone(&inner);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let inner = Arc::clone(&shared);
                thread::spawn(move || serve(&stream, &inner));
            }
        });
        Self { address, inner }
    }

    /// One that always answers that status.
    pub(crate) fn always(status: u16) -> Self {
        Self::new(move |_, _| Answer::new(status))
    }

    /// One that verifies as a merchant should, and refuses what it does not believe.
    pub(crate) fn verifying(client: Client) -> Self {
        Self::new(move |_, received| Answer::new(if received.notice(&client).is_ok() { 204 } else { 401 }))
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/notify", self.address)
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.inner.received.lock().unwrap().clone()
    }

    /// Waits for so many.
    pub(crate) fn wait(&self, count: usize) -> Vec<Received> {
        let received = self.inner.received.lock().unwrap();
        let few = |received: &mut Vec<Received>| received.len() < count;
        let (received, late) = self.inner.came.wait_timeout_while(received, Duration::from_secs(30), few).unwrap();
        assert!(!late.timed_out(), "{} of {count} requests came", received.len());
        received.clone()
    }
}

fn serve(stream: &TcpStream, inner: &Inner) {
    let mut reader = BufReader::new(stream);
    while let Some((head, body)) = read(&mut reader) {
        let received = Received { head, body, at: Instant::now() };
        let number = {
            let mut all = inner.received.lock().unwrap();
            all.push(received.clone());
            all.len()
        };
        inner.came.notify_all();
        let answer = (inner.respond)(number, &received);
        thread::sleep(answer.delay);
        let Answer { status, lines, body, .. } = answer;
        let length = if status == 204 { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
        // In one piece: the second of two small ones would wait for the acknowledgement of the first.
        let answer = format!("HTTP/1.1 {status} X\r\n{length}{lines}\r\n{body}");
        if (&*stream).write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}

fn read(reader: &mut impl BufRead) -> Option<(Vec<String>, Vec<u8>)> {
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
        if line.trim_end().is_empty() {
            break;
        }
        head.push(line.trim_end().to_owned());
    }
    let length =
        head.iter().find_map(|line| line.strip_prefix("Content-Length: ")).map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some((head, body))
}

/// Holds answers back until a test has seen what it wants to see.
#[derive(Clone, Default)]
pub(crate) struct Gate(Arc<(Mutex<(bool, bool)>, Condvar)>);

impl Gate {
    /// A receiver that answers so, but holds back this one of its answers, counted from 1.
    pub(crate) fn receiver(&self, held: usize, status: u16) -> Receiver {
        let gate = self.clone();
        Receiver::new(move |number, _| {
            if number == held {
                gate.pass();
            }
            Answer::new(status)
        })
    }

    /// Waits until it is open; less than the five seconds that the simulator waits for an answer.
    fn pass(&self) {
        let (state, opened) = &*self.0;
        let shut = |(open, _): &mut (bool, bool)| !*open;
        let (mut state, _) = opened.wait_timeout_while(state.lock().unwrap(), Duration::from_secs(4), shut).unwrap();
        state.1 |= !state.0;
    }

    /// Lets all through, which must have waited until now.
    pub(crate) fn open(&self) {
        let (state, opened) = &*self.0;
        let mut state = state.lock().unwrap();
        assert!(!state.1, "an answer was not held back until the gate was opened");
        state.0 = true;
        opened.notify_all();
    }
}

pub(crate) type Done = Result<(), Box<dyn std::error::Error>>;

/// A simulator whose clock stands.
pub(crate) fn frozen() -> Simulator {
    Simulator::builder().seed(1).frozen("2026-11-25T10:00:00+08:00").start().unwrap()
}

/// Sends a notice of an event for the first merchant, and waits for its first sending; the notice.
pub(crate) fn send(sim: &Simulator, event_type: &str, url: &str) -> Value {
    let body = json!({"event_type": event_type, "mchid": "1900000001", "url": url});
    sim.post("notices?wait=notices", body).unwrap()
}

/// The same with one fault.
pub(crate) fn send_faulty(sim: &Simulator, event_type: &str, url: &str, fault: &str) -> Value {
    let body = json!({"event_type": event_type, "mchid": "1900000001", "url": url, "fault": fault});
    sim.post("notices?wait=notices", body).unwrap()
}

/// A notice as it is now.
pub(crate) fn now(sim: &Simulator, notice: &Value) -> Value {
    sim.get(&format!("notices/{}", notice["id"].as_str().unwrap())).unwrap()
}

pub(crate) fn advance(sim: &Simulator, seconds: u64) -> Value {
    sim.post("clock/advance", json!({"by": seconds})).unwrap()
}

/// The kinds of all findings, the oldest first.
pub(crate) fn findings(sim: &Simulator) -> Vec<String> {
    let all = sim.get("findings").unwrap();
    all.as_array().unwrap().iter().rev().map(|finding| finding["kind"].as_str().unwrap().to_owned()).collect()
}
