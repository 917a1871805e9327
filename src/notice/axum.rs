//! A [`Notice`] as an argument of an axum handler.
//!
//! The state of the router is the client, a type it can be taken from, or an `Arc` of either.
//!
//! ```
//! use std::sync::Arc;
//!
//! use axum_core::extract::FromRef;
//! use axum_core::response::{IntoResponse, Response};
//! use wechatpay_chain::{Client, Notice};
//!
//! struct Shop {
//!     wxpay: Client,
//! }
//!
//! impl FromRef<Shop> for Client {
//!     fn from_ref(shop: &Shop) -> Client {
//!         shop.wxpay.clone()
//!     }
//! }
//!
//! // Router::new().route("/notify", post(notify)).with_state(Arc::new(shop))
//! async fn notify(notice: Notice) -> Response {
//!     // Verified and decrypted; whoever forges one has had its 401.
//!     Notice::accept().into_response()
//! }
//! # fn takes_it<S: Send + Sync>() where Notice: axum_core::extract::FromRequest<S> {}
//! # (takes_it::<Shop>(), takes_it::<Arc<Shop>>(), takes_it::<Client>());
//! ```

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use axum_core::body::Body;
use axum_core::extract::{FromRef, FromRequest, Request};
use axum_core::response::{IntoResponse, Response};
use http::StatusCode;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

use super::notice::Notice;
use crate::client::Client;
use crate::error::{Error, ErrorKind};

/// The most bytes of a notification that are read unless another limit is named: 256 KiB; real ones have a few thousand.
pub const LIMIT: usize = 256 * 1024;

/// A [`Notice`] as an argument of a handler, with a body limit of your own, in bytes.
///
/// `Notice` itself reads at most [`LIMIT`] bytes, and so does `Notify` unless a number is given. It is refused as `Notice` is, see
/// [`NoticeRejection`].
///
/// ```
/// use axum_core::response::{IntoResponse, Response};
/// use wechatpay_chain::Notice;
/// use wechatpay_chain::axum::Notify;
///
/// // Router::new().route("/notify", post(notify)).with_state(shop)
/// async fn notify(Notify(notice): Notify<1_048_576>) -> Response {
///     println!("{}", notice.key());
///     Notice::accept().into_response()
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Notify<const BYTES: usize = LIMIT>(pub Notice);

impl<const BYTES: usize> Deref for Notify<BYTES> {
    type Target = Notice;

    fn deref(&self) -> &Notice {
        &self.0
    }
}

/// Why a notification was refused, with nothing of the error in the answer.
///
/// It answers 401 if it was not verified, 413 if its body is over the limit, 400 if its body breaks off, else 500.
pub struct NoticeRejection {
    error: Error,
    /// What [`Notice::refuse`] says unless it is about the body.
    status: Option<StatusCode>,
}

impl NoticeRejection {
    /// The error, for the log.
    pub fn error(&self) -> &Error {
        &self.error
    }

    /// For a body that could not be read.
    fn unread(error: axum_core::BoxError, limit: usize) -> Self {
        let (status, message) = match is_too_long(&*error) {
            true => (
                StatusCode::PAYLOAD_TOO_LARGE,
                format!(
                    "the notification is longer than {limit} bytes, or than a limit of the server; see axum::Notify"
                ),
            ),
            false => (StatusCode::BAD_REQUEST, "the notification broke off in its body".to_owned()),
        };
        Self { error: Error::new(ErrorKind::Transport, message).with_source(error), status: Some(status) }
    }
}

/// Whether a limit ended the body: ours, or that of a layer around the handler.
fn is_too_long(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.is::<LengthLimitError>() {
            return true;
        }
        cause = error.source();
    }
    false
}

impl From<Error> for NoticeRejection {
    fn from(error: Error) -> Self {
        Self { error, status: None }
    }
}

impl fmt::Debug for NoticeRejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("NoticeRejection").field(&self.error).finish()
    }
}

impl fmt::Display for NoticeRejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl std::error::Error for NoticeRejection {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.error.source()
    }
}

impl IntoResponse for NoticeRejection {
    fn into_response(self) -> Response {
        let mut response = Notice::refuse(&self.error).map(Body::from);
        self.status.into_iter().for_each(|status| *response.status_mut() = status);
        response
    }
}

/// For a router with `with_state(Arc<App>)`: what `App` gives, an `Arc` of it gives too.
impl<S> FromRef<Arc<S>> for Client
where
    Client: FromRef<S>,
{
    fn from_ref(state: &Arc<S>) -> Self {
        Self::from_ref(&**state)
    }
}

impl<S> FromRequest<S> for Notice
where
    S: Send + Sync,
    Client: FromRef<S>,
{
    type Rejection = NoticeRejection;

    async fn from_request(request: Request, state: &S) -> Result<Self, NoticeRejection> {
        receive(request, &Client::from_ref(state), LIMIT).await
    }
}

impl<S, const BYTES: usize> FromRequest<S> for Notify<BYTES>
where
    S: Send + Sync,
    Client: FromRef<S>,
{
    type Rejection = NoticeRejection;

    async fn from_request(request: Request, state: &S) -> Result<Self, NoticeRejection> {
        receive(request, &Client::from_ref(state), BYTES).await.map(Self)
    }
}

async fn receive(request: Request, wxpay: &Client, limit: usize) -> Result<Notice, NoticeRejection> {
    let (parts, body) = request.into_parts();
    let read = Limited::new(body, limit).collect().await;
    let body = read.map_err(|error| NoticeRejection::unread(error, limit))?.to_bytes();
    Ok(wxpay.notice_async(&parts.headers, &body).await?)
}
