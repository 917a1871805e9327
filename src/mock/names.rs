//! Header names in the case in which WeChat Pay writes them, for clients whose maps mind it.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use http::{Extensions, Request, Response};
use http_body_util::Empty;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;

use super::handle::lock;

/// The one name that is not written with a capital at the beginning of each word alone.
const REQUEST_ID: &str = "Request-ID";

/// A name as the documents write it.
pub(super) fn documented(name: &str) -> String {
    if name.eq_ignore_ascii_case(REQUEST_ID) {
        return REQUEST_ID.to_owned();
    }
    let word = |word: &str| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_ascii_uppercase() + rest
    };
    name.split('-').map(word).collect::<Vec<_>>().join("-")
}

/// How the server's connections write names.
pub(super) fn server() -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder.title_case_headers(true);
    builder
}

/// What an answer's extensions must hold for [`REQUEST_ID`] to go out as it is written here.
///
/// hyper notes the case of names in a request that it reads, in an extension that it looks for in answers; nobody else can
/// make one. So it is given a request to read.
pub(super) async fn extensions() -> Extensions {
    let found = Arc::new(Mutex::new(Extensions::new()));
    let note = Arc::clone(&found);
    let service = service_fn(move |request: Request<Incoming>| {
        lock(&note).clone_from(request.extensions());
        std::future::ready(Ok::<_, Infallible>(Response::new(Empty::<&[u8]>::new())))
    });
    let request = format!("GET / HTTP/1.1\r\n{REQUEST_ID}: 0\r\nConnection: close\r\n\r\n").into_bytes();
    let wire = tokio::io::join(std::io::Cursor::new(request), tokio::io::sink());
    let mut builder = http1::Builder::new();
    // An error would leave the extensions empty, which the tests of the answers' names would show.
    _ = builder.preserve_header_case(true).serve_connection(TokioIo::new(wire), service).await;
    std::mem::take(&mut *lock(&found))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_as_in_the_documents() {
        for name in ["Wechatpay-Signature-Type", "Content-Type", "Host", REQUEST_ID] {
            assert_eq!(documented(&name.to_ascii_lowercase()), name);
        }
    }
}
