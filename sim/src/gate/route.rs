//! Steps 1 and 2: which endpoint a request is for.

use std::collections::BTreeMap;

use wechatpay_catalog::{Operation, Protocol, nearest_paths, operation, operations_at};

use super::arrived::{Arrived, decoded};
use super::stop::Stop;
use crate::engine::answer::Refusal;

/// Paths that are APIv3's begin so, after what is before the version overseas.
const V3: [&str; 2] = ["v3/", "hk/v3/"];

/// The endpoint of a request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    pub(crate) operation: Operation,
    /// The catalogue's template, but for paths that it knows by another name.
    pub(crate) template: &'static str,
}

impl Found {
    pub(crate) fn is_v2(self) -> bool {
        self.operation.protocol() == Protocol::V2
    }

    /// The values of the template's variables, decoded.
    pub(crate) fn variables(self, path: &str) -> BTreeMap<String, String> {
        // From the end: overseas paths have more before the version.
        let (names, pieces) = (self.template.rsplit('/'), path.trim_start_matches('/').rsplit('/'));
        let pairs = names.zip(pieces).filter_map(|(name, piece)| {
            let name = name.strip_prefix('{')?.strip_suffix('}')?;
            Some((name.to_owned(), decoded(piece)))
        });
        pairs.collect()
    }
}

/// Finds the endpoint, or refuses with 404 or 405 without a body.
pub(crate) fn find(arrived: &Arrived) -> Result<Found, Stop> {
    let path = arrived.path().trim_start_matches('/');
    let v3 = V3.iter().any(|prefix| path.starts_with(prefix));
    // APIv2's templates begin with `v2/`, its paths do not.
    let asked = if v3 { path.to_owned() } else { format!("v2/{path}") };
    let fits = |found: &Operation| (found.protocol() == Protocol::V3) == v3;
    if let Some(operation) = operation(arrived.method.as_str(), &asked).filter(fits) {
        return Ok(Found { operation, template: operation.path() });
    }
    let verbs: Vec<_> = operations_at(&asked).filter(fits).map(Operation::method).collect();
    if !verbs.is_empty() {
        let stop = Stop::new("2", "method", Refusal::new(405, "", ""));
        return Err(stop.hint(format!("/{path} has {}, not {}", verbs.join(", "), arrived.method)));
    }
    let stop = Stop::new("1", "unknown_path", Refusal::new(404, "", ""));
    Err(match nearest_paths(&asked, 1).first() {
        Some(near) => stop.hint(format!("there is no /{path}; the nearest is /{}", near.trim_start_matches("v2/"))),
        None => stop,
    })
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{HeaderMap, Method};

    use super::*;

    fn found(method: Method, target: &str) -> Result<&'static str, (u16, Option<String>)> {
        let arrived = Arrived {
            listener: "http",
            method,
            target: target.to_owned(),
            authority: "127.0.0.1:1".to_owned(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
            certificate: None,
        };
        find(&arrived).map(|found| found.template).map_err(|stop| (stop.refusal.status, stop.hint.clone()))
    }

    #[test]
    fn a_path_is_found_with_its_version_and_verb() {
        assert_eq!(found(Method::POST, "/v3/pay/transactions/native"), Ok("v3/pay/transactions/native"));
        assert_eq!(found(Method::POST, "/pay/unifiedorder"), Ok("v2/pay/unifiedorder"));
        assert_eq!(found(Method::GET, "/hk/v3/certificates?x=1"), Ok("v3/certificates"));
        let query = "v3/pay/transactions/out-trade-no/{out_trade_no}";
        assert_eq!(found(Method::GET, "/v3/pay/transactions/out-trade-no/A%7C1?mchid=1"), Ok(query));
    }

    #[test]
    fn an_unknown_path_is_404_with_the_nearest() {
        let (status, hint) = found(Method::POST, "/v3/pay/transactions/natve").unwrap_err();
        assert_eq!(status, 404);
        assert!(hint.unwrap().ends_with("the nearest is /v3/pay/transactions/native"));
        for path in ["/", "/brand/card", "/v2/pay/unifiedorder", "/v3/pay/transactions/native/", "/pay/natve"] {
            assert_eq!(found(Method::POST, path).unwrap_err().0, 404, "{path}");
        }
    }

    #[test]
    fn another_verb_is_405() {
        let (status, hint) = found(Method::GET, "/v3/pay/transactions/native").unwrap_err();
        assert_eq!((status, hint.unwrap().as_str()), (405, "/v3/pay/transactions/native has POST, not GET"));
        assert_eq!(found(Method::GET, "/pay/unifiedorder").unwrap_err().0, 405);
    }

    #[test]
    fn variables_are_decoded_once() {
        let path = "/v3/pay/transactions/out-trade-no/A%257C%7C1";
        let operation = operation("GET", path).unwrap();
        let found = Found { operation, template: operation.path() };
        assert_eq!(found.variables(path)["out_trade_no"], "A%7C|1");
    }
}
