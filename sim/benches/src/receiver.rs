//! A shop's side of notices: answers, and counts.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, AtomicUsize, Ordering};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Empty};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use wechatpay_chain::Client;

use crate::Error;

/// Verifies and opens a notice; `None` only counts.
pub type Check = Option<Client>;

pub struct Receiver {
    pub url: String,
    inner: Arc<Inner>,
}

struct Inner {
    check: Check,
    /// The answer's status.
    status: AtomicU16,
    accepted: AtomicUsize,
    refused: AtomicUsize,
    heard: Notify,
}

impl Receiver {
    pub async fn start(check: Check) -> Result<Self, Error> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let inner = Arc::new(Inner {
            check,
            status: AtomicU16::new(204),
            accepted: AtomicUsize::new(0),
            refused: AtomicUsize::new(0),
            heard: Notify::new(),
        });
        tokio::spawn(accept(listener, Arc::clone(&inner)));
        Ok(Self { url, inner })
    }

    /// What it answers from now on.
    pub fn answer(&self, status: u16) {
        self.inner.status.store(status, Ordering::Relaxed);
    }

    /// Notices that were taken, and those that were not.
    pub fn counts(&self) -> (usize, usize) {
        (self.inner.accepted.load(Ordering::Relaxed), self.inner.refused.load(Ordering::Relaxed))
    }

    /// Until so many were taken.
    pub async fn wait(&self, accepted: usize) {
        loop {
            let heard = self.inner.heard.notified();
            if self.counts().0 >= accepted {
                return;
            }
            heard.await;
        }
    }
}

async fn accept(listener: TcpListener, inner: Arc<Inner>) {
    while let Ok((stream, _)) = listener.accept().await {
        let inner = Arc::clone(&inner);
        stream.set_nodelay(true).unwrap_or_default();
        tokio::spawn(async move {
            let service = service_fn(move |request| answer(Arc::clone(&inner), request));
            // A connection that breaks off is the sender's to see.
            _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

async fn answer(inner: Arc<Inner>, request: Request<Incoming>) -> Result<Response<Empty<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    let is_right = inner.check.as_ref().is_none_or(|client| client.notice(&head.headers, &body).is_ok());
    let status = if is_right { inner.status.load(Ordering::Relaxed) } else { 401 };
    let count = if status < 300 { &inner.accepted } else { &inner.refused };
    count.fetch_add(1, Ordering::Relaxed);
    inner.heard.notify_waiters();
    let mut response = Response::new(Empty::new());
    *response.status_mut() = http::StatusCode::from_u16(status).unwrap_or_default();
    Ok(response)
}
