//! The stream of events.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};
use wechatpay_sim::Simulator;

use crate::receiver::{Done, Receiver, frozen, send};

struct Events(BufReader<TcpStream>);

impl Events {
    fn open(sim: &Simulator, last: Option<u64>) -> Self {
        let url = sim.url();
        let authority = url.trim_start_matches("http://").trim_end_matches('/').to_owned();
        let mut stream = TcpStream::connect(&authority).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let last = last.map(|last| format!("Last-Event-ID: {last}\r\n")).unwrap_or_default();
        write!(stream, "GET /_/api/events HTTP/1.1\r\nHost: {authority}\r\n{last}\r\n").unwrap();
        let mut events = Self(BufReader::new(stream));
        assert!(events.line().starts_with("HTTP/1.1 200"));
        while events.line() != ": hello" {}
        events
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        assert!(self.0.read_line(&mut line).unwrap() > 0, "the stream ended");
        line.trim_end().to_owned()
    }

    /// The next event: id, name, data.
    fn next(&mut self) -> (u64, String, Value) {
        let mut found = (0, String::new(), Value::Null);
        loop {
            let line = self.line();
            match line.split_once(": ") {
                Some(("id", id)) => found.0 = id.parse().unwrap(),
                Some(("event", name)) => name.clone_into(&mut found.1),
                Some(("data", data)) => {
                    found.2 = serde_json::from_str(data).unwrap();
                    return found;
                }
                _ => {}
            }
        }
    }
}

#[test]
fn changes_are_told_as_they_happen() -> Done {
    let sim = frozen();
    let mut events = Events::open(&sim, None);
    let receiver = Receiver::always(204);
    let notice = send(&sim, "TRANSACTION.SUCCESS", &receiver.url());
    let (id, name, data) = events.next();
    assert_eq!((name.as_str(), &data["seq"]), ("notice", &json!(id)));
    assert_eq!((&data["kind"], &data["id"], &data["what"]), (&json!("notice"), &notice["id"], &json!("created")));
    assert_eq!(data["at"], "2026-11-25T10:00:00+08:00");
    let (next, _, data) = events.next();
    assert_eq!((next, &data["what"]), (id + 1, &json!("accepted")));
    sim.post("clock/advance", json!({"by": 5}))?;
    let (_, name, data) = events.next();
    assert_eq!((name.as_str(), &data["what"]), ("clock", &json!("2026-11-25T10:00:05+08:00")));
    Ok(())
}

#[test]
fn a_stream_goes_on_where_another_ended() {
    let sim = frozen();
    let mut events = Events::open(&sim, None);
    let receiver = Receiver::always(204);
    let first = send(&sim, "TRANSACTION.SUCCESS", &receiver.url());
    let (seen, _, _) = events.next();
    drop(events);
    let second = send(&sim, "TRANSACTION.SUCCESS", &receiver.url());
    let mut events = Events::open(&sim, Some(seen));
    let missed: Vec<_> = (0..3).map(|_| events.next()).collect();
    let told: Vec<_> = missed.iter().map(|(id, _, data)| (*id, data["id"].clone(), data["what"].clone())).collect();
    let expected = [(&first, "accepted"), (&second, "created"), (&second, "accepted")];
    for ((told, expected), id) in told.iter().zip(expected).zip(seen + 1..) {
        assert_eq!((told.0, &told.1, &told.2), (id, &expected.0["id"], &json!(expected.1)));
    }
    let mut from_start = Events::open(&sim, Some(1_000_000));
    assert_eq!(from_start.next().0, 1, "an id that is still to come is another simulator's");
}

#[test]
fn an_id_that_is_none_is_refused() {
    let sim = frozen();
    assert_eq!(sim.get("events?last-event-id=x").unwrap_err().code(), "BAD_REQUEST");
}
