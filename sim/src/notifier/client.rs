//! The HTTP client that notices go out by.

use std::fmt;
use std::sync::OnceLock;
use std::time::Duration;

use bytes::Bytes;
use http::{Extensions, HeaderName, HeaderValue, Method, Request, Uri};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::ClientConfig;
use tokio::time::{Instant, timeout_at};

use super::judge::Answer;
use super::letter::Letter;
use super::tls;

/// How much of an answer's body is read.
const MOST: usize = 64 * 1024;

/// How long a connection is kept for the next notice: shorter than servers do, so that it is not gone when it is needed.
const IDLE: Duration = Duration::from_secs(1);

type Http = Client<HttpsConnector<HttpConnector>, Full<Bytes>>;

/// Sends letters.
pub(crate) struct Poster {
    /// What makes hyper write names in another case than it would.
    spelling: Extensions,
    /// The simulator's own CA, PEM.
    ca: Option<String>,
    careful: OnceLock<Option<Http>>,
    careless: OnceLock<Option<Http>>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NoAnswer {
    TimedOut,
    Unreachable(String),
}

impl Poster {
    /// One that spells names as the extensions say, and trusts a CA besides the system's.
    pub(crate) fn new(spelling: Extensions, ca: Option<String>) -> Self {
        Self { spelling, ca, careful: OnceLock::new(), careless: OnceLock::new() }
    }

    /// Posts a letter; the head of the answer has to be there within `patience`. A redirect is an answer.
    pub(super) async fn post(
        &self,
        url: &str,
        letter: &Letter,
        insecure: bool,
        patience: Duration,
    ) -> Result<Answer, NoAnswer> {
        let deadline = Instant::now() + patience;
        let request = self.request(url, letter)?;
        let http = self.client(insecure).ok_or_else(|| NoAnswer::Unreachable("TLS cannot be set up".to_owned()))?;
        let response = timeout_at(deadline, http.request(request)).await.map_err(|_| NoAnswer::TimedOut)?;
        let (head, body) = response.map_err(|error| NoAnswer::Unreachable(whole(&error)))?.into_parts();
        let authorization = head.headers.get(http::header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let authorization = authorization.map(str::to_owned);
        Ok(Answer { status: head.status, authorization, body: read(body, deadline).await })
    }

    fn request(&self, url: &str, letter: &Letter) -> Result<Request<Full<Bytes>>, NoAnswer> {
        let unusable = |what| NoAnswer::Unreachable(format!("{what} cannot be sent"));
        let uri: Uri = url.parse().map_err(|_| unusable("the address"))?;
        let mut request = Request::new(Full::new(Bytes::copy_from_slice(&letter.body)));
        (*request.method_mut(), *request.uri_mut()) = (Method::POST, uri);
        request.extensions_mut().extend(self.spelling.clone());
        for (name, value) in &letter.headers {
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| unusable("a header"))?;
            let value = HeaderValue::from_str(value).map_err(|_| unusable("a header"))?;
            request.headers_mut().append(name, value);
        }
        Ok(request)
    }

    fn client(&self, insecure: bool) -> Option<&Http> {
        let (cell, config): (_, fn(&Self) -> _) = match insecure {
            true => (&self.careless, |_| tls::careless()),
            false => (&self.careful, |poster| tls::careful(poster.ca.as_deref())),
        };
        cell.get_or_init(|| config(self).ok().map(client)).as_ref()
    }
}

impl fmt::Debug for Poster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Poster").finish_non_exhaustive()
    }
}

fn client(tls: ClientConfig) -> Http {
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    let connector =
        HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1().wrap_connector(tcp);
    Client::builder(TokioExecutor::new())
        .http1_title_case_headers(true)
        .pool_idle_timeout(IDLE)
        .pool_timer(TokioTimer::new())
        .build(connector)
}

/// The body as far as it comes until the deadline, and no more than is read.
async fn read(mut body: Incoming, deadline: Instant) -> Vec<u8> {
    let mut read = Vec::new();
    while let Ok(Some(Ok(frame))) = timeout_at(deadline, body.frame()).await {
        let Ok(data) = frame.into_data() else { continue };
        let left = MOST - read.len();
        read.extend(data.iter().take(left));
        if data.len() >= left {
            break;
        }
    }
    read
}

/// An error with its causes: the outermost says too little.
fn whole(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |error| error.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

/// Waits.
pub(super) async fn pause(milliseconds: u64) {
    if milliseconds > 0 {
        tokio::time::sleep(Duration::from_millis(milliseconds)).await;
    }
}
