//! Requests written out beforehand, over a connection on which a thread waits: nothing but the system is between an answer and who measures it.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use bytes::Bytes;
use http::{Request, header};

use crate::Error;

/// A connection to the simulator.
pub struct Wire {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Wire {
    pub fn open(authority: &str) -> Result<Self, Error> {
        let stream = TcpStream::connect(authority)?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, read: Vec::with_capacity(8192) })
    }

    /// Sends what [`written`] made, and waits for the whole answer, which has to be 200.
    pub fn ask(&mut self, request: &[u8]) -> Result<(), Error> {
        self.stream.write_all(request)?;
        self.read.clear();
        let mut piece = [0; 8192];
        loop {
            let count = self.stream.read(&mut piece)?;
            self.read.extend(&piece[..count]);
            match length(&self.read)? {
                Some(whole) if self.read.len() >= whole => break,
                _ if count == 0 => return Err("the connection has ended".into()),
                _ => {}
            }
        }
        match self.read.starts_with(b"HTTP/1.1 200 ") {
            true => Ok(()),
            false => Err(String::from_utf8_lossy(&self.read).into()),
        }
    }
}

/// How long an answer is, as soon as its head is there.
fn length(answer: &[u8]) -> Result<Option<usize>, Error> {
    let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
    let head = std::str::from_utf8(&answer[..end])?;
    let of = |line: &str| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>())
    };
    let body = head.lines().find_map(of).ok_or("an answer without a length")??;
    Ok(Some(end + 4 + body))
}

/// A request without a body as it goes out.
pub fn written(request: &Request<Bytes>, authority: &str) -> Result<Vec<u8>, Error> {
    let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
    let mut head = format!("{} {target} HTTP/1.1\r\nHost: {authority}\r\n", request.method());
    for (name, value) in request.headers().iter().filter(|(name, _)| *name != header::HOST) {
        write!(head, "{name}: {}\r\n", value.to_str()?)?;
    }
    head.push_str("\r\n");
    Ok(head.into_bytes())
}
