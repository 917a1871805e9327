//! What the catalogue knows about a call: which of its members go over the wire encrypted.

use http::Method;

#[cfg(feature = "catalog")]
use crate::error::Error;
use crate::error::Result;
#[cfg(feature = "catalog")]
use crate::uri::target::known_end;

/// The members that are encrypted with the platform's key, by their pointers; `*` stands for every item.
#[derive(Debug, Default)]
pub(crate) struct Known {
    pub(crate) json: Vec<&'static str>,
    pub(crate) query: Vec<&'static str>,
}

/// The path of a call, in the three forms that may tell its endpoint; none needs a leading slash, or to be without a query.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(not(feature = "catalog"), allow(dead_code))]
pub(crate) struct Spelled<'a> {
    /// As it goes over the wire, with the base URI's own path.
    pub(crate) whole: &'a str,
    /// The part below the base URI, whose path may be a proxy's.
    pub(crate) below: &'a str,
    /// As the chain has it, with its variables unfilled.
    pub(crate) template: &'a str,
}

/// What asks for the members of a verb and a path.
pub(crate) type Lookup = fn(&Method, Spelled<'_>) -> Result<Known>;

/// Asks the catalogue.
///
/// # Errors
///
/// `Request`, where it does not know verb and path together: nobody can say what would have to be encrypted.
#[cfg(feature = "catalog")]
pub(crate) fn lookup(method: &Method, path: Spelled<'_>) -> Result<Known> {
    let is_known = |path: &str| is_v3(path) && wechatpay_catalog::is_known(method, path);
    // What goes out decides; a value with a slash in it, or an alias, is found by the template alone.
    let end = known_end(path.whole, path.below, is_known);
    let found = [end, path.template].into_iter().find(|path| is_known(path)).ok_or_else(|| unknown(method, path))?;
    let mut known = Known::default();
    for member in wechatpay_catalog::encrypted(method, found) {
        match member.part() {
            wechatpay_catalog::Part::Query => known.query.push(member.pointer()),
            _ => known.json.push(member.pointer()),
        }
    }
    Ok(known)
}

/// The catalogue also finds paths of APIv2 without their `v2`, which a call of APIv3 does not mean.
#[cfg(feature = "catalog")]
fn is_v3(path: &str) -> bool {
    let path = path.strip_prefix('/').unwrap_or(path);
    let inner = ["hk/", "global/"].iter().find_map(|prefix| path.strip_prefix(prefix));
    inner.unwrap_or(path).starts_with("v3/")
}

/// Names the endpoint as the chain spells it, without a query and the values that may stand there.
#[cfg(feature = "catalog")]
fn unknown(method: &Method, path: Spelled<'_>) -> Error {
    let spelled = path.template.split("{?").next().unwrap_or_default().split('?').next().unwrap_or_default();
    let near = wechatpay_catalog::nearest_paths(spelled, usize::MAX);
    let near = near.into_iter().find(|template| wechatpay_catalog::is_known(method, template));
    let near = near.map(|template| format!("; the nearest path with {method} is `{template}`")).unwrap_or_default();
    let date = wechatpay_catalog::DATE;
    Error::request(format!(
        "encrypt_known: the catalogue of {date} does not know {method} `{spelled}`, so nobody can say what is to be encrypted{near}; `.encrypt(…)` names the fields"
    ))
}

#[cfg(all(test, feature = "catalog"))]
mod tests {
    use super::*;

    fn members(method: &str, whole: &str, below: &str, template: &str) -> Result<Known> {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        lookup(&method, Spelled { whole, below, template })
    }

    #[test]
    fn an_endpoint_is_known_by_what_goes_out_else_by_its_template() {
        let add = "v3/profitsharing/receivers/add";
        for (whole, below) in [
            ("/v3/profitsharing/receivers/add", "/v3/profitsharing/receivers/add"),
            ("/wx/v3/profitsharing/receivers/add?x=1", "/v3/profitsharing/receivers/add"),
            ("/hk/v3/profitsharing/receivers/add", "/v3/profitsharing/receivers/add"),
            ("/v3/profitsharing/receivers/add", "/receivers/add"),
            ("/v3/profitsharing/receivers/a/b", "/v3/profitsharing/receivers/a/b"),
        ] {
            let known = members("POST", whole, below, add).unwrap();
            assert_eq!((known.json, known.query), (vec!["/name"], vec![]), "{whole}");
        }
        assert_eq!(members("GET", "/v3/smartguide/guides", "/v3/smartguide/guides", "x").unwrap().query, ["/mobile"]);
        let order = "/v3/pay/transactions/id/4200";
        assert_eq!(members("GET", order, order, "v3/{a}/{b}").unwrap().json, <[&str; 0]>::default());
    }

    #[test]
    fn what_is_not_known_is_named_with_what_is_near() {
        for (method, path, expected) in [
            ("POST", "v3/profitsharing/receivers/ad", "POST `v3/profitsharing/receivers/ad`, "),
            ("POST", "v3/profitsharing/receivers/ad", "POST is `v3/profitsharing/receivers/add`"),
            (
                "POST",
                "v3/pay/transactions/id/{transaction_id}?name=张三",
                "`v3/pay/transactions/id/{transaction_id}`, ",
            ),
            ("GET", "v3/profitsharing/receivers/add{?name}", "GET `v3/profitsharing/receivers/add`, "),
            (
                "GET",
                "v3/profitsharing/receivers/add",
                "; the nearest path with GET is `v3/global/profit-sharing/receivers/{account}`",
            ),
            ("POST", "pay/unifiedorder", "`v2/pay/unifiedorder`"),
            ("BREW", "v3/pay/transactions/native", "what is to be encrypted; `.encrypt(…)` names the fields"),
        ] {
            let below = format!("/{path}");
            let error = members(method, &below, &below, path).unwrap_err();
            assert_eq!(error.kind(), crate::ErrorKind::Request);
            let text = error.to_string();
            assert!(text.contains(expected) && !text.contains('张'), "{expected}: {text}");
        }
    }

    #[test]
    fn a_template_that_only_its_own_text_finds_has_the_members_of_its_twin() {
        for operation in wechatpay_catalog::operations() {
            if let Some(twin) = operation.alias_of() {
                let of = |path| wechatpay_catalog::encrypted(operation.method(), path).collect::<Vec<_>>();
                assert_eq!(of(operation.path()), of(twin.path()), "{}", operation.path());
            }
        }
    }
}
