//! Requests over connections that stay open.

use bytes::Bytes;
use http::{HeaderValue, Method, Request, StatusCode, header};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

use crate::Error;

/// One connection to the simulator.
pub struct Connection {
    sender: SendRequest<Full<Bytes>>,
    host: HeaderValue,
}

impl Connection {
    pub async fn open(authority: &str) -> Result<Self, Error> {
        let stream = TcpStream::connect(authority).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        // Its end is the sender's error.
        tokio::spawn(async move { _ = connection.await });
        Ok(Self { sender, host: HeaderValue::from_str(authority)? })
    }

    pub async fn send(&mut self, request: Request<Bytes>) -> Result<(StatusCode, Bytes), Error> {
        let (mut head, body) = request.into_parts();
        head.headers.insert(header::HOST, self.host.clone());
        head.uri = head.uri.path_and_query().map_or("/", |target| target.as_str()).parse()?;
        self.sender.ready().await?;
        let answer = self.sender.send_request(Request::from_parts(head, Full::new(body))).await?;
        let status = answer.status();
        Ok((status, answer.into_body().collect().await?.to_bytes()))
    }

    /// The same for what has to succeed.
    pub async fn done(&mut self, request: Request<Bytes>) -> Result<Bytes, Error> {
        let what = format!("{} {}", request.method(), request.uri());
        match self.send(request).await? {
            (status, body) if status.is_success() => Ok(body),
            (status, body) => Err(format!("{what}: {status} {}", String::from_utf8_lossy(&body)).into()),
        }
    }

    /// A control, and what it answers.
    pub async fn control(&mut self, method: Method, path: &str, body: &Value) -> Result<Value, Error> {
        let answer = self.done(control(method, path, body)?).await?;
        Ok(if answer.is_empty() { Value::Null } else { serde_json::from_slice(&answer)? })
    }
}

/// A request to the control interface.
pub fn control(method: Method, path: &str, body: &Value) -> Result<Request<Bytes>, Error> {
    let body = if method == Method::GET { Bytes::new() } else { body.to_string().into() };
    let request = Request::builder().method(method).uri(format!("/_/api/{path}"));
    Ok(request.header(header::CONTENT_TYPE, "application/json").body(body)?)
}
