//! Where a call goes: verb and path, in any of their spellings.

use wechatpay_chain::{Chain, Client, Method};

use crate::base::failure::Failure;
use crate::base::text::text;

/// The verb and path of a call.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) method: Method,
    path: String,
}

impl Place {
    /// From `[VERB] PATH`; without a verb it is `GET`, or `POST` where something is sent along.
    ///
    /// # Errors
    ///
    /// A usage error, for a verb that is none, or an empty path or segment.
    pub(crate) fn of(words: &[String], has_payload: bool) -> Result<Self, Failure> {
        let (verb, path) = match words {
            [path] => (None, path),
            [verb, path] => (Some(verb), path),
            _ => return Err(Failure::usage(text!("expected [VERB] PATH", "应为 [VERB] PATH"))),
        };
        let method = match verb.map(|verb| verb.to_ascii_uppercase()) {
            None => {
                if has_payload {
                    Method::POST
                } else {
                    Method::GET
                }
            }
            Some(verb) => match verb.as_str() {
                "GET" => Method::GET,
                "POST" => Method::POST,
                "PUT" => Method::PUT,
                "PATCH" => Method::PATCH,
                "DELETE" => Method::DELETE,
                "HEAD" => Method::HEAD,
                _ => {
                    let (en, zh) = ("GET, POST, PUT, PATCH, DELETE or HEAD", "GET、POST、PUT、PATCH、DELETE 或 HEAD");
                    return Err(Failure::usage(text!(
                        "{verb:?} is no verb, expected {en}",
                        "{verb:?} 不是请求方法，应为 {zh}"
                    )));
                }
            },
        };
        let path = path.trim_start_matches('/').to_owned();
        let is_flawed = !path.contains('/') && path.split('.').any(str::is_empty);
        if path.is_empty() || is_flawed {
            return Err(Failure::usage(text!("the path is empty, or one of its segments", "路径或其中一段为空")));
        }
        Ok(Self { method, path })
    }

    /// The chain of this path, with the values of its template variables.
    pub(crate) fn chain(&self, client: &Client, vars: &[(String, String)]) -> Chain {
        let chain = if self.path.contains('/') {
            client.chain(&self.path)
        } else {
            let mut names =
                self.path.split('.').map(|name| -> &'static str { Box::leak(name.to_owned().into_boxed_str()) });
            // The names of a chain are literals; a program that makes one call can afford to keep them.
            let first = names.next().unwrap_or_default();
            names.fold(client.seg(first), |chain, name| chain.seg(name))
        };
        vars.iter().fold(chain, |chain, (name, value)| chain.var(name.as_str(), value.as_str()))
    }

    /// Whether it is a call of `APIv2`.
    pub(crate) fn is_v2(&self) -> bool {
        self.path.split(['/', '.', '?']).next() == Some("v2")
    }

    /// Whether it changes anything: nothing is asked before the others.
    pub(crate) fn is_write(&self) -> bool {
        !matches!(self.method, Method::GET | Method::HEAD)
            && !matches!(self.path.as_str(), "v3/security/echo" | "v3.security.echo")
    }

    /// The path as the catalogue knows it; `sent` is that of the request.
    pub(crate) fn known_as(&self, sent: &str) -> String {
        let typed = self.path.split('?').next().unwrap_or_default();
        match (typed.contains('/'), self.is_v2()) {
            (true, _) => typed.to_owned(),
            (false, true) => format!("v2{sent}"),
            (false, false) => sent.trim_start_matches('/').to_owned(),
        }
    }

    /// The path as it was given.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }
}

/// `NAME=VALUE`, for clap.
pub(crate) fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("expected NAME=VALUE".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn a_verb_is_in_any_case_or_left_out() {
        for (line, has_payload, method, path, is_write) in [
            ("v3/certificates", false, Method::GET, "v3/certificates", false),
            ("/v3/x", true, Method::POST, "v3/x", true),
            ("delete v3/x", false, Method::DELETE, "v3/x", true),
            ("post v3.security.echo", false, Method::POST, "v3.security.echo", false),
            ("head v3", false, Method::HEAD, "v3", false),
        ] {
            let place = Place::of(&words(line), has_payload).unwrap();
            assert_eq!((place.method.clone(), place.path(), place.is_write()), (method, path, is_write), "{line}");
        }
        for line in ["fetch v3/x", "get /", "v3..x", "get v3 x"] {
            assert_eq!(Place::of(&words(line), false).unwrap_err().exit(), 2, "{line}");
        }
    }

    #[test]
    fn the_version_is_that_of_the_first_segment() {
        let is_v2 = |path: &str| Place::of(&[path.to_owned()], false).unwrap().is_v2();
        assert!(is_v2("v2/pay/orderquery") && is_v2("/v2/pay") && is_v2("v2.pay.orderquery"));
        assert!(!is_v2("v3/pay") && !is_v2("v3.v2"));
        let dotted = Place::of(&words("post v2.pay.orderquery"), true).unwrap();
        assert_eq!(dotted.known_as("/pay/orderquery"), "v2/pay/orderquery");
        let dotted = Place::of(&words("v3.merchantService"), false).unwrap();
        assert_eq!(dotted.known_as("/v3/merchant-service"), "v3/merchant-service");
        assert_eq!(Place::of(&words("v3/a/{b}?c=d"), false).unwrap().known_as("/v3/a/1"), "v3/a/{b}");
    }

    #[test]
    fn a_pair_has_a_name() {
        assert_eq!(pair("a=b=c"), Ok(("a".to_owned(), "b=c".to_owned())));
        assert!(pair("=b").is_err() && pair("a").is_err());
    }
}
