//! Header names in the case in which WeChat Pay writes them, for clients whose maps mind it.

use std::convert::Infallible;
use std::io::Cursor;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::{Extensions, Request, Response};
use http_body_util::Empty;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};

/// The one name that is not written with a capital at the beginning of each word alone.
const REQUEST_ID: &str = "Request-ID";

const MOST_HEADERS: usize = 64;

/// How long a client may take for the head of a request, and for its body.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// How connections read heads and write names.
pub(super) fn server() -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder.title_case_headers(true).max_headers(MOST_HEADERS).timer(TokioTimer::new()).header_read_timeout(PATIENCE);
    builder
}

/// What an answer's extensions must hold for [`REQUEST_ID`] to go out as it is written here.
///
/// hyper notes the case of names in a request that it reads, in an extension that it looks for in answers; nobody else can make one. So
/// it is given a request to read.
pub(crate) async fn extensions() -> Extensions {
    let found = Arc::new(Mutex::new(Extensions::new()));
    let note = Arc::clone(&found);
    let service = service_fn(move |request: Request<Incoming>| {
        note.lock().unwrap_or_else(PoisonError::into_inner).clone_from(request.extensions());
        std::future::ready(Ok::<_, Infallible>(Response::new(Empty::<&[u8]>::new())))
    });
    let request = format!("GET / HTTP/1.1\r\n{REQUEST_ID}: 0\r\nConnection: close\r\n\r\n").into_bytes();
    let wire = tokio::io::join(Cursor::new(request), tokio::io::sink());
    let mut builder = http1::Builder::new();
    // An error would leave the extensions empty, which the tests of the answers' names would show.
    _ = builder.preserve_header_case(true).serve_connection(TokioIo::new(wire), service).await;
    std::mem::take(&mut *found.lock().unwrap_or_else(PoisonError::into_inner))
}
