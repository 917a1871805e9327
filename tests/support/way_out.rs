//! A way out of a network, as an nginx has it: takes its own path off again, and leads everything to one server.

use std::io::{Write as _, copy};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use wechatpay_chain::mock::Server;

use super::read_request;

/// A proxy that strips `/way/out` and passes on what comes, to whatever host it was meant for.
pub struct WayOut {
    /// With its path.
    pub url: String,
    /// Its name on the wire.
    pub host: String,
    seen: Arc<Mutex<Vec<String>>>,
}

impl WayOut {
    pub fn to(gateway: &Server) -> Self {
        let far = gateway.url().trim_start_matches("http://").trim_end_matches('/').to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (host, seen) = (listener.local_addr().unwrap().to_string(), Arc::new(Mutex::new(Vec::new())));
        let log = Arc::clone(&seen);
        thread::spawn(move || {
            while let Ok((near, _)) = listener.accept() {
                let (far, log) = (far.clone(), Arc::clone(&log));
                thread::spawn(move || pass(near, &far, &log));
            }
        });
        Self { url: format!("http://{host}/way/out/"), host, seen }
    }

    /// The heads of the requests that came, in small letters.
    pub fn heads(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}

/// One request and its answer.
fn pass(mut near: TcpStream, far: &str, log: &Mutex<Vec<String>>) {
    let request = read_request(&mut near);
    // A connection that was opened and not needed.
    let Some((line, rest)) = request.split_once("\r\n") else { return };
    log.lock().unwrap().push(request.split("\r\n\r\n").next().unwrap_or_default().to_ascii_lowercase());
    if !line.contains(" /way/out/") {
        write!(near, "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").unwrap();
        return;
    }
    let mut far = TcpStream::connect(far).unwrap();
    write!(far, "{}\r\nconnection: close\r\n{rest}", line.replacen("/way/out", "", 1)).unwrap();
    _ = copy(&mut far, &mut near);
}
