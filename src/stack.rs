//! The tower of a client: hyper at the bottom, verifying and signing around it, the caller's layers outside.

use std::fmt;
use std::task::{Context, Poll};

use bytes::Bytes;
use tokio::runtime::Handle;
use tower::ServiceExt as _;
use tower::util::BoxCloneSyncService;
use tower_layer::Layer as _;
use tower_service::Service;

use crate::error::{BoxError, Result};
use crate::layer::{SignLayer, VerifyLayer};
use crate::runtime;
use crate::signer::BoxFuture;
use crate::transport::HyperService;

/// What a caller's layer wraps: the service below it, boxed.
///
/// Its answers are `http::Response<Bytes>` of any status; its errors are this crate's [`Error`](crate::Error), boxed.
#[derive(Clone)]
pub struct Stack(BoxCloneSyncService<http::Request<Bytes>, http::Response<Bytes>, BoxError>);

impl Stack {
    pub(crate) fn new<S>(service: S) -> Self
    where
        S: Service<http::Request<Bytes>, Response = http::Response<Bytes>> + Clone + Send + Sync + 'static,
        S::Error: Into<BoxError>,
        S::Future: Send,
    {
        Self(BoxCloneSyncService::new(service.map_err(Into::into)))
    }
}

/// Puts one of the caller's layers around a stack.
pub(crate) type Wrap = Box<dyn FnOnce(Stack) -> Stack + Send>;

/// The order of the layers: a request goes through the caller's, first to last, then is signed, then sent; its answer is
/// verified before anything else sees it. Those of APIv2 are signed already, and verified by a layer of their own.
pub(crate) fn build(
    hyper: HyperService,
    v3: Option<&(SignLayer, VerifyLayer)>,
    #[cfg(feature = "v2")] v2: Option<crate::layer::V2Layer>,
    callers: Vec<Wrap>,
) -> Result<Stack> {
    let stack = match v3 {
        Some((sign, verify)) => Stack::new(sign.layer(verify.layer(hyper))),
        None => Stack::new(hyper),
    };
    #[cfg(feature = "v2")]
    let stack = match v2 {
        Some(v2) => Stack::new(v2.layer(stack)),
        None => stack,
    };
    // Some layers, such as tower's buffer, spawn a task when they are made; a caller may have no runtime.
    let _background = match callers.is_empty() || Handle::try_current().is_ok() {
        true => None,
        false => Some(runtime::handle()?.enter()),
    };
    Ok(callers.into_iter().rev().fold(stack, |stack, wrap| wrap(stack)))
}

impl Service<http::Request<Bytes>> for Stack {
    type Response = http::Response<Bytes>;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Self::Response, BoxError>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: http::Request<Bytes>) -> Self::Future {
        self.0.call(request)
    }
}

impl fmt::Debug for Stack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Stack")
    }
}
