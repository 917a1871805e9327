//! The listeners and their threads.

use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustls::ServerConfig;
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};

use super::connection::{Inside, speak};
use super::names;
use super::proxy::lead;
use super::serve::Door;
use super::socket::{Fate, Socket};
use super::tls::speak_encrypted;
use crate::shell::shared::Shared;

/// Something for each listener; for TLS and the proxy only if they are wanted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Listeners<T> {
    pub(crate) http: T,
    pub(crate) tls: Option<T>,
    pub(crate) proxy: Option<T>,
}

/// Listeners at work; they end when this is dropped.
pub(crate) struct Server {
    addresses: Listeners<SocketAddr>,
    runtime: Option<Runtime>,
}

/// Why there is no server, and of which listener that is.
#[derive(Debug)]
pub(crate) struct Unbound {
    pub(crate) listener: &'static str,
    pub(crate) error: io::Error,
}

#[derive(Clone, Copy)]
enum Kind {
    Http,
    Tls,
    Proxy,
}

impl Server {
    /// Binds the addresses and answers what comes, on threads of its own.
    ///
    /// # Errors
    ///
    /// If an address is in use, or the system has no threads.
    pub(crate) fn start(
        shared: Arc<Shared>,
        wanted: Listeners<SocketAddr>,
        tls: Arc<ServerConfig>,
    ) -> Result<Self, Unbound> {
        let bound = Listeners {
            http: bind("http", wanted.http)?,
            tls: wanted.tls.map(|address| bind("tls", address)).transpose()?,
            proxy: wanted.proxy.map(|address| bind("proxy", address)).transpose()?,
        };
        let addresses = Listeners {
            http: bound.http.1,
            tls: bound.tls.as_ref().map(|(_, address)| *address),
            proxy: bound.proxy.as_ref().map(|(_, address)| *address),
        };
        let runtime =
            Builder::new_multi_thread().worker_threads(workers()).thread_name("wxpay-sim").enable_all().build();
        let runtime = runtime.map_err(|error| Unbound { listener: "http", error })?;
        let listeners = [(Kind::Http, Some(bound.http)), (Kind::Tls, bound.tls), (Kind::Proxy, bound.proxy)];
        runtime.spawn(async move {
            let inside = Inside { shared, names: names::extensions().await, tls };
            for (kind, (listener, address)) in listeners.into_iter().filter_map(|(kind, bound)| Some((kind, bound?))) {
                tokio::spawn(accept(kind, listener, address, inside.clone()));
            }
        });
        Ok(Self { addresses, runtime: Some(runtime) })
    }

    /// Where it listens.
    pub(crate) fn addresses(&self) -> Listeners<SocketAddr> {
        self.addresses
    }

    /// Ends it, and waits for what is at work, at most a few seconds.
    pub(crate) fn finish(&mut self) {
        const PATIENCE: Duration = Duration::from_secs(5);
        let Some(runtime) = self.runtime.take() else { return };
        // On a thread of its own: nobody may wait within a runtime, and there this may be called.
        let runtime = Arc::new(Mutex::new(Some(runtime)));
        let take = |runtime: &Mutex<Option<Runtime>>| runtime.lock().unwrap_or_else(PoisonError::into_inner).take();
        let ended = Arc::clone(&runtime);
        let ending = std::thread::Builder::new().spawn(move || {
            if let Some(runtime) = take(&ended) {
                runtime.shutdown_timeout(PATIENCE);
            }
        });
        // A panic there leaves nothing to do here.
        _ = ending.map(std::thread::JoinHandle::join);
        if let Some(runtime) = take(&runtime) {
            runtime.shutdown_background();
        }
    }

    /// The threads, for what else goes on.
    pub(crate) fn runtime(&self) -> Option<&Runtime> {
        self.runtime.as_ref()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Does not wait: it may be dropped within another runtime.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Server({})", self.addresses.http)
    }
}

fn workers() -> usize {
    std::thread::available_parallelism().map_or(2, std::num::NonZeroUsize::get).clamp(2, 8)
}

fn bind(listener: &'static str, address: SocketAddr) -> Result<(TcpListener, SocketAddr), Unbound> {
    let bound = || {
        let socket = TcpListener::bind(address)?;
        socket.set_nonblocking(true)?;
        let address = socket.local_addr()?;
        Ok((socket, address))
    };
    bound().map_err(|error| Unbound { listener, error })
}

async fn accept(kind: Kind, listener: TcpListener, address: SocketAddr, inside: Inside) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
    // What comes by the proxy comes to TLS.
    let name = if matches!(kind, Kind::Http) { "http" } else { "tls" };
    let address: Arc<str> = address.to_string().into();
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                let door = Door { listener: name, address: Arc::clone(&address), peer: peer.ip(), certificate: None };
                tokio::spawn(connection(kind, stream, inside.clone(), door));
            }
            // One connection's error, such as a peer that is gone already, or that the process has no handle left for now.
            Err(_) => tokio::time::sleep(Duration::from_millis(1)).await,
        }
    }
}

async fn connection(kind: Kind, stream: TcpStream, inside: Inside, door: Door) {
    // Without it small answers wait for the peer's acknowledgement; if the system refuses they just do.
    stream.set_nodelay(true).unwrap_or_default();
    let fate = Fate::default();
    let socket = Socket { stream, fate: fate.clone() };
    match kind {
        Kind::Http => speak(socket, inside, door, fate).await,
        Kind::Tls => speak_encrypted(socket, inside, door, fate).await,
        Kind::Proxy => lead(socket, inside, door).await,
    }
}
