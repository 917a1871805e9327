//! The listener and its threads.

use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::Extensions;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};

use super::names;
use super::serve::{Door, serve};
use super::socket::{Fate, Socket};
use crate::shell::shared::Shared;

/// A listener at work; it ends when this is dropped.
pub(crate) struct Server {
    address: SocketAddr,
    runtime: Option<Runtime>,
}

impl Server {
    /// Binds an address and answers what comes, on threads of its own.
    ///
    /// # Errors
    ///
    /// If the address is in use, or the system has no threads.
    pub(crate) fn start(shared: Arc<Shared>, address: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime =
            Builder::new_multi_thread().worker_threads(workers()).thread_name("wxpay-sim").enable_all().build()?;
        let door = Door { listener: "http", address: address.to_string(), peer: address.ip() };
        runtime.spawn(accept(listener, shared, door));
        Ok(Self { address, runtime: Some(runtime) })
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
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
        write!(f, "Server({})", self.address)
    }
}

fn workers() -> usize {
    std::thread::available_parallelism().map_or(2, std::num::NonZeroUsize::get).clamp(2, 8)
}

async fn accept(listener: TcpListener, shared: Arc<Shared>, door: Door) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
    let names = names::extensions().await;
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                let door = Door { peer: peer.ip(), ..door.clone() };
                tokio::spawn(connection(stream, Arc::clone(&shared), door, names.clone()));
            }
            // One connection's error, such as a peer that is gone already, or that the process has no handle left for now.
            Err(_) => tokio::time::sleep(Duration::from_millis(1)).await,
        }
    }
}

async fn connection(stream: TcpStream, shared: Arc<Shared>, door: Door, names: Extensions) {
    // Without it small answers wait for the peer's acknowledgement; if the system refuses they just do.
    stream.set_nodelay(true).unwrap_or_default();
    let fate = Fate::default();
    let socket = Socket { stream, fate: fate.clone() };
    let service = service_fn(move |request| {
        let (shared, door, names, fate) = (Arc::clone(&shared), door.clone(), names.clone(), fate.clone());
        async move {
            let mut response = serve(shared, door, fate, request).await?;
            response.extensions_mut().extend(names);
            Ok::<_, io::Error>(response)
        }
    });
    // A connection's error is its peer's to see.
    _ = names::server().serve_connection(TokioIo::new(socket), service).await;
}
