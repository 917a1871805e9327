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

use std::sync::Arc;

use axum_core::body::Body;
use axum_core::extract::{FromRef, FromRequest, Request};
use axum_core::response::{IntoResponse, Response};
use http_body_util::{BodyExt as _, Limited};

use super::notice::Notice;
use crate::client::Client;
use crate::error::{Error, ErrorKind};

/// The most bytes of a notification that are read; real ones have a few thousand.
const LIMIT: usize = 256 * 1024;

/// Why a notification was refused: answers 401 or 500, with nothing of the error in it.
#[derive(Debug)]
pub struct NoticeRejection(Error);

impl NoticeRejection {
    /// The error, for the log.
    pub fn error(&self) -> &Error {
        &self.0
    }
}

impl IntoResponse for NoticeRejection {
    fn into_response(self) -> Response {
        Notice::refuse(&self.0).map(Body::from)
    }
}

/// For `with_state(Arc<App>)`: an application cannot say this itself, neither the trait nor one of the types is its own.
impl<T> FromRef<Arc<T>> for Client
where
    Self: FromRef<T>,
{
    fn from_ref(state: &Arc<T>) -> Self {
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
        let (parts, body) = request.into_parts();
        let read = Limited::new(body, LIMIT).collect().await.map_err(|error| {
            let message = format!("the notification broke off, or is longer than {LIMIT} bytes");
            NoticeRejection(Error::new(ErrorKind::Transport, message).with_source(error))
        })?;
        let wxpay = Client::from_ref(state);
        wxpay.notice_async(&parts.headers, &read.to_bytes()).await.map_err(NoticeRejection)
    }
}

#[cfg(test)]
#[cfg(feature = "mock")]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::mock;

    async fn status<S>(state: &S, headers: http::HeaderMap, body: impl Into<Body>) -> u16
    where
        S: Send + Sync,
        Client: FromRef<S>,
    {
        let mut request = Request::new(body.into());
        *request.headers_mut() = headers;
        match Notice::from_request(request, state).await {
            Ok(_) => 200,
            Err(rejection) => {
                let response = rejection.into_response();
                let status = response.status().as_u16();
                let body = response.into_body().collect().await.unwrap().to_bytes();
                assert_eq!(body, r#"{"code":"FAIL","message":"失败"}"#.as_bytes());
                status
            }
        }
    }

    #[tokio::test]
    async fn handlers_get_verified_notices_and_others_their_refusal() {
        let gateway = mock::Server::start().unwrap();
        let wxpay = gateway.client().unwrap();
        let notice = || gateway.notice("REFUND.SUCCESS", "refund", json!({"out_refund_no": "1"}));
        let (headers, body) = notice().parts().unwrap();
        assert_eq!(status(&wxpay, headers.clone(), body).await, 200);
        let (forged, body) = notice().forged().parts().unwrap();
        assert_eq!(status(&wxpay, forged, body).await, 401);
        assert_eq!(status(&wxpay, headers, vec![b' '; LIMIT + 1]).await, 500);
    }

    struct App {
        wxpay: Client,
    }

    impl FromRef<App> for Client {
        fn from_ref(app: &App) -> Self {
            app.wxpay.clone()
        }
    }

    #[tokio::test]
    async fn the_client_is_found_in_every_usual_state() {
        let gateway = mock::Server::start().unwrap();
        let wxpay = gateway.client().unwrap();
        let app = || App { wxpay: wxpay.clone() };
        let notice = gateway.notice("REFUND.SUCCESS", "refund", json!({"out_refund_no": "1"}));
        let (headers, body) = notice.parts().unwrap();
        let (forged, other) = notice.forged().parts().unwrap();
        macro_rules! works_with {
            ($($state:expr),*) => {
                $(
                    assert_eq!(status(&$state, headers.clone(), body.clone()).await, 200);
                    assert_eq!(status(&$state, forged.clone(), other.clone()).await, 401);
                )*
            };
        }
        works_with!(wxpay, app(), Arc::new(app()), Arc::new(wxpay.clone()), Arc::new(Arc::new(app())));
    }
}
