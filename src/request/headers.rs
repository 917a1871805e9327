//! The headers of a request: the defaults, then the caller's, who may replace them.

use std::borrow::Cow;

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HOST, TRANSFER_ENCODING, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue};

use super::body::Body;
use super::description::Description;
use crate::error::{Error, Result};

/// As a request header it names the key the caller can verify with, and the one that encrypted its fields.
pub(crate) const SERIAL: HeaderName = HeaderName::from_static("wechatpay-serial");

/// What the client sets itself; a caller's value could only contradict it.
const NOT_THE_CALLERS: [HeaderName; 4] = [AUTHORIZATION, CONTENT_LENGTH, HOST, TRANSFER_ENCODING];

/// The defaults, then the caller's, who may replace them.
pub(crate) fn write(user_agent: &HeaderValue, call: &Description, body: &Body) -> Result<HeaderMap> {
    let too_many = |error| Error::request("there are too many headers").with_source(error);
    // With `Wechatpay-Serial`, `Authorization`, `Host` and hyper's `Content-Length` there are seven: none of them needs more room.
    let mut headers = HeaderMap::try_with_capacity(7 + call.headers.len()).map_err(too_many)?;
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert(USER_AGENT, user_agent.clone());
    if let Some(content_type) = &body.content_type {
        let value = match content_type {
            Cow::Borrowed(text) => HeaderValue::from_static(text),
            Cow::Owned(text) => HeaderValue::from_str(text)
                .map_err(|error| Error::request("the payload's content type is no header text").with_source(error))?,
        };
        headers.insert(CONTENT_TYPE, value);
    }
    for (name, value) in &call.headers {
        let known = HeaderName::from_bytes(name.as_bytes()).map_err(|error| {
            Error::request(format!("the header name {name:?} is not allowed in HTTP")).with_source(error)
        })?;
        if NOT_THE_CALLERS.contains(&known) {
            return Err(Error::request(format!("the header `{name}` is set by the client, not by the caller")));
        }
        let value = HeaderValue::from_str(value)
            .ok()
            .filter(|_| value.is_ascii())
            .ok_or_else(|| Error::request(format!("the value of the header `{name}` is not printable ASCII")))?;
        headers.try_insert(known, value).map_err(too_many)?;
    }
    Ok(headers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::payload::Source;

    #[test]
    fn more_headers_than_http_can_hold_are_refused() {
        let body = Source::Empty.into_body().unwrap();
        let with = |count: usize| {
            let list = (0..count).map(|at| (format!("x-{at}"), "x".to_owned())).collect();
            write(&HeaderValue::from_static("test"), &Description { headers: list, ..Description::default() }, &body)
        };
        assert_eq!(with(20_000).unwrap().len(), 20_002);
        for count in [24_570, 24_600, 100_000] {
            assert!(with(count).unwrap_err().to_string().contains("too many headers"), "{count}");
        }
    }
}
