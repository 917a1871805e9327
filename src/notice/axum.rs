//! A [`Notice`] as an argument of an axum handler.
//!
//! ```
//! use axum_core::extract::FromRef;
//! use axum_core::response::{IntoResponse, Response};
//! use wechatpay_chain::{Client, Notice};
//!
//! #[derive(Clone)]
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
//! // Router::new().route("/notify", post(notify)).with_state(shop)
//! async fn notify(notice: Notice) -> Response {
//!     // Verified and decrypted; whoever forges one has had its 401.
//!     Notice::accept().into_response()
//! }
//! ```

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

    async fn status(wxpay: &Client, headers: http::HeaderMap, body: impl Into<Body>) -> u16 {
        let mut request = Request::new(body.into());
        *request.headers_mut() = headers;
        match Notice::from_request(request, wxpay).await {
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
}
