//! Connections: each is served in a task of its own, over TLS or not.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use http::Extensions;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use super::answer::Answer;
use super::handle::{State, handle};
use super::names;
use super::socket::{Fate, Socket};
use crate::error::BoxError;

pub(super) async fn accept(listener: TcpListener, tls: Option<TlsAcceptor>, state: Arc<State>) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
    let names = names::extensions().await;
    loop {
        match listener.accept().await {
            Ok((stream, _)) => _ = tokio::spawn(serve(stream, tls.clone(), Arc::clone(&state), names.clone())),
            // One connection's error, such as a peer that is gone already, or that the process has no handle left for now.
            Err(_) => tokio::time::sleep(Duration::from_millis(1)).await,
        }
    }
}

async fn serve(stream: TcpStream, tls: Option<TlsAcceptor>, state: Arc<State>, names: Extensions) {
    // Without it small answers wait for the peer's acknowledgement; if the system refuses they just do.
    stream.set_nodelay(true).unwrap_or_default();
    let fate = Fate::default();
    let socket = Socket { stream, fate: fate.clone() };
    let service = service_fn(move |request| answer(Arc::clone(&state), fate.clone(), names.clone(), request));
    // A connection's error is its peer's to see; who is refused in the handshake has been told.
    match tls {
        None => _ = names::server().serve_connection(TokioIo::new(socket), service).await,
        Some(tls) => {
            let Ok(socket) = tls.accept(socket).await else { return };
            _ = names::server().serve_connection(TokioIo::new(socket), service).await;
        }
    }
}

/// One request, whose answer has its names as they are documented.
async fn answer(
    state: Arc<State>,
    fate: Fate,
    names: Extensions,
    request: http::Request<Incoming>,
) -> Result<http::Response<Answer>, BoxError> {
    let mut answer = handle(state, fate, request).await?;
    answer.extensions_mut().extend(names);
    Ok(answer)
}
