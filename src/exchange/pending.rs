//! The future of an asynchronous terminal.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::response::Response;
use crate::error::Result;
use crate::keys::signer::BoxFuture;
use crate::transport::runtime::Drive;

/// A call under way: what the `_async` terminals return; it gives a verified [`Response`], or for a file its size.
///
/// Nothing happens before its first poll; the signature is made then. It runs on any executor and borrows nothing.
///
/// **Dropping it cancels the call.** Dropped after its bytes left, the outcome is unknown and nobody hears of it; web
/// frameworks drop a handler when the browser goes away. A call that moves money is therefore spawned:
///
#[cfg_attr(feature = "mock", doc = "```")]
#[cfg_attr(not(feature = "mock"), doc = "```ignore")]
/// # use serde_json::json;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let gateway = wechatpay_chain::mock::Server::start()?;
/// # gateway.on(http::Method::POST, "v3/refund/domestic/refunds").reply(json!({"status": "PROCESSING"}));
/// # let wxpay = gateway.client()?;
/// let refund = wxpay["v3/refund/domestic/refunds"].post_async(json!({
///     "out_trade_no": "20261125001",
///     "out_refund_no": "1217752501",
///     "amount": {"refund": 1, "total": 100, "currency": "CNY"},
/// }));
/// let response = tokio::spawn(refund).await??;
/// assert_eq!(response.get::<String>("/status")?, "PROCESSING");
/// # Ok(())
/// # }
/// ```
#[must_use = "a call does nothing until it is awaited or spawned"]
pub struct Pending<T = Response> {
    call: BoxFuture<'static, Result<T>>,
    drive: Drive,
}

impl<T> Pending<T> {
    /// A call of a client that is driven so.
    pub(crate) fn new(drive: Drive, call: impl Future<Output = Result<T>> + Send + 'static) -> Self {
        Self { call: Box::pin(call), drive }
    }

    /// Blocks the thread until the answer is there, as PHP's `->wait()` does; inside a tokio runtime too.
    ///
    /// # Errors
    ///
    /// As awaiting it.
    #[cfg(feature = "sync")]
    #[cfg_attr(docsrs, doc(cfg(feature = "sync")))]
    pub fn wait(self) -> Result<T> {
        super::blocking::wait(&self.drive, self.call)
    }
}

impl<T> Future for Pending<T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<T>> {
        let Self { call, drive } = &mut *self;
        // On another executor than tokio's.
        let _context = drive.context();
        call.as_mut().poll(cx)
    }
}

/// The same for a future that borrows.
#[cfg(feature = "async")]
pub(crate) async fn in_context<T>(drive: &Drive, future: impl Future<Output = Result<T>>) -> Result<T> {
    let mut future = std::pin::pin!(future);
    std::future::poll_fn(|cx| {
        let _context = drive.context();
        future.as_mut().poll(cx)
    })
    .await
}

impl<T> fmt::Debug for Pending<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pending")
    }
}
