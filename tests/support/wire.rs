//! A wire that can be cut.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use tokio::net::TcpSocket;

use super::taken;

/// A way to a server that can be cut and mended, at one address.
pub struct Wire {
    pub address: SocketAddr,
    open: Arc<AtomicBool>,
    ends: Arc<Mutex<Vec<TcpStream>>>,
    thread: Option<JoinHandle<()>>,
}

impl Wire {
    pub fn lay(address: SocketAddr, target: SocketAddr) -> Self {
        let listener = TcpListener::bind(address).unwrap();
        let address = listener.local_addr().unwrap();
        let (open, ends) = (Arc::new(AtomicBool::new(true)), Arc::new(Mutex::new(Vec::new())));
        let (is_open, all) = (Arc::clone(&open), Arc::clone(&ends));
        let thread = thread::spawn(move || {
            while let Ok((near, _)) = listener.accept() {
                if !is_open.load(Ordering::SeqCst) {
                    return;
                }
                let far = TcpStream::connect(target).unwrap();
                all.lock().unwrap().extend([near.try_clone().unwrap(), far.try_clone().unwrap()]);
                for (mut from, mut to) in [(near.try_clone().unwrap(), far.try_clone().unwrap()), (far, near)] {
                    thread::spawn(move || {
                        let mut buffer = [0; 4096];
                        while let Ok(count @ 1..) = from.read(&mut buffer) {
                            if to.write_all(&buffer[..count]).is_err() {
                                break;
                            }
                        }
                        _ = to.shutdown(Shutdown::Both);
                    });
                }
            }
        });
        Self { address, open, ends, thread: Some(thread) }
    }

    /// Cuts every connection and listens no longer; gives its port, which nobody else is given, and how many connections
    /// were cut.
    pub fn cut(mut self) -> (TcpSocket, usize) {
        self.open.store(false, Ordering::SeqCst);
        // Wakes the thread.
        drop(TcpStream::connect(self.address));
        self.thread.take().unwrap().join().unwrap();
        let port = taken(self.address);
        let ends = self.ends.lock().unwrap();
        ends.iter().for_each(|end| _ = end.shutdown(Shutdown::Both));
        (port, ends.len() / 2)
    }
}
