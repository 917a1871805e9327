//! A connection on which HTTP is spoken, whatever is below.

use std::io;
use std::sync::Arc;

use http::Extensions;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};

use super::names;
use super::serve::{Door, serve};
use super::socket::{Fate, Spoken};
use crate::shell::shared::Shared;

/// What every connection needs.
#[derive(Clone)]
pub(super) struct Inside {
    pub(super) shared: Arc<Shared>,
    /// What makes hyper write names in another case than it would.
    pub(super) names: Extensions,
    pub(super) tls: Arc<ServerConfig>,
}

/// Answers what comes on a connection, until it ends.
pub(super) async fn speak<S>(stream: S, inside: Inside, door: Door, fate: Fate)
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    let spoken = Spoken { stream, fate: fate.clone() };
    let service = service_fn(move |request| {
        let (inside, door, fate) = (inside.clone(), door.clone(), fate.clone());
        async move {
            let mut response = serve(inside.shared, door, fate, request).await?;
            response.extensions_mut().extend(inside.names);
            Ok::<_, io::Error>(response)
        }
    });
    // A connection's error is its peer's to see.
    _ = names::server().serve_connection(TokioIo::new(spoken), service).await;
}
