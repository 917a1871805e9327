//! What every call goes through: signing, hyper and verifying, and the caller's layers outside of them.

use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use tokio::runtime::Handle;
use tower::ServiceExt as _;
use tower::util::BoxCloneSyncService;
use tower_service::Service;

use super::in_hand::Layers;
use super::layer::verify::RequestFacts;
use super::protocol_handlers::ProtocolHandlers;
use super::state::CallState;
use crate::error::{BoxError, Error, ErrorKind, Result};
use crate::keys::signer::BoxFuture;
use crate::transport::hyper_service::HyperService;

/// The bottom of every stack.
#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) hyper: HyperService,
    pub(crate) handlers: ProtocolHandlers,
    /// `None` without layers around it.
    pub(crate) layers: Option<Arc<Layers>>,
}

impl Core {
    /// Signs, sends, and verifies the answer before anything else sees it: what the layers do, one after another, in one future.
    async fn exchange(
        &self,
        request: &mut Option<http::Request<Bytes>>,
        state: Option<&Arc<CallState>>,
    ) -> Result<http::Response<Bytes>, BoxError> {
        let Some(mut request) = request.take() else { return Err(gone().into()) };
        match (state, &self.layers) {
            (Some(state), _) => state.arrive()?,
            (None, Some(layers)) => layers.admit(&request)?,
            (None, None) => {}
        }
        let delivery = state.map(|state| Arc::clone(&state.delivery));
        let state = state.map(AsRef::as_ref);
        let Some(handler) = self.handlers.of(state) else {
            return Ok(self.hyper.send(request, delivery).await?);
        };
        handler.sign(&mut request, state).await?;
        let asked = RequestFacts::new(&request, state);
        let response = self.hyper.send(request, delivery).await?;
        handler.judge(asked, state, &response).await?;
        Ok(response)
    }
}

/// The error for a request that is to be sent again although nobody kept it; this time nothing is sent.
pub(crate) fn gone() -> Error {
    Error::new(ErrorKind::Request, "a request that can be sent once was to be sent again")
}

/// What a caller's layer wraps: the service below it.
///
/// Its answers are `http::Response<Bytes>` of any status; its errors are this crate's [`Error`](crate::Error), boxed.
#[derive(Clone)]
pub struct Stack(Inner);

#[derive(Clone)]
enum Inner {
    Bottom(Arc<Core>),
    Layered(BoxCloneSyncService<http::Request<Bytes>, http::Response<Bytes>, BoxError>),
}

impl Stack {
    /// A stack of which `service` is the outermost layer.
    pub(crate) fn new<S>(service: S) -> Self
    where
        S: Service<http::Request<Bytes>, Response = http::Response<Bytes>> + Clone + Send + Sync + 'static,
        S::Error: Into<BoxError>,
        S::Future: Send,
    {
        Self(Inner::Layered(BoxCloneSyncService::new(service.map_err(Into::into))))
    }

    /// Sends a request of the call that `state` is of. It is taken where it is needed: each future on the way would hold a copy.
    pub(crate) async fn send(
        &self,
        request: &mut Option<http::Request<Bytes>>,
        state: &Arc<CallState>,
    ) -> Result<http::Response<Bytes>, BoxError> {
        match &self.0 {
            Inner::Bottom(core) => core.exchange(request, Some(state)).await,
            Inner::Layered(service) => {
                let mut request = request.take().ok_or_else(gone)?;
                // Through layers the state goes with the request, as far as they let it.
                state.attach(&mut request);
                service.clone().oneshot(request).await
            }
        }
    }
}

/// Puts one of the caller's layers around a stack.
pub(crate) type Wrap = Box<dyn FnOnce(Stack) -> Stack + Send>;

/// A request goes through the caller's layers, first to last, and then through the core.
pub(crate) fn build(core: Core, callers: Vec<Wrap>) -> Result<Stack> {
    // Some layers, such as tower's buffer, spawn a task when they are made; a caller may have no runtime.
    let around = (!callers.is_empty() && Handle::try_current().is_err()).then(|| core.hyper.clone());
    let _context = match &around {
        Some(hyper) => Some(hyper.drive().driver()?.enter()),
        None => None,
    };
    Ok(callers.into_iter().rev().fold(Stack(Inner::Bottom(Arc::new(core))), |stack, wrap| wrap(stack)))
}

impl Service<http::Request<Bytes>> for Stack {
    type Response = http::Response<Bytes>;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Self::Response, BoxError>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        match &mut self.0 {
            Inner::Bottom(_) => Poll::Ready(Ok(())),
            Inner::Layered(service) => service.poll_ready(cx),
        }
    }

    fn call(&mut self, request: http::Request<Bytes>) -> Self::Future {
        match &mut self.0 {
            Inner::Bottom(core) => {
                let core = Arc::clone(core);
                let state = CallState::of(&request);
                let mut request = Some(request);
                Box::pin(async move { core.exchange(&mut request, state.as_ref()).await })
            }
            Inner::Layered(service) => service.call(request),
        }
    }
}

impl fmt::Debug for Stack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Stack")
    }
}
