//! TLS: the handshake, which may go wrong on demand, and who the client showed to be.

use std::time::Duration;

use rustls::server::Acceptor;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{sleep, timeout};
use tokio_rustls::LazyConfigAcceptor;

use super::connection::{Inside, speak};
use super::names::PATIENCE;
use super::serve::Door;
use super::socket::Fate;
use crate::engine::faults::handshake::{Handshake, for_handshake, is_awaited};
use crate::keys::own;
use crate::shell::shared::Shared;

/// Shakes hands, then answers what comes. Who does not come to an end with it is left.
pub(super) async fn speak_encrypted<S>(stream: S, inside: Inside, mut door: Door, fate: Fate)
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    let hello = timeout(PATIENCE, LazyConfigAcceptor::new(Acceptor::default(), stream)).await;
    let Ok(Ok(hello)) = hello else { return };
    match fault(&inside.shared) {
        Some(Handshake::Reset) => return fate.reset(),
        Some(Handshake::Slow(seconds)) => sleep(Duration::from_secs(seconds.into())).await,
        None => {}
    }
    let stream = timeout(PATIENCE, hello.into_stream(inside.tls.clone())).await;
    let Ok(Ok(stream)) = stream else { return };
    let shown = stream.get_ref().1.peer_certificates().and_then(|chain| chain.first());
    door.certificate = shown.and_then(|certificate| own::serial_of(certificate)).map(Into::into);
    speak(stream, inside, door, fate).await;
}

fn fault(shared: &Shared) -> Option<Handshake> {
    if shared.read(|world, _| is_awaited(world)) { shared.change(|world, _| for_handshake(world)) } else { None }
}
