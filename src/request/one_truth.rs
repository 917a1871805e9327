//! One truth: what the tables of both protocols say about single endpoints is what the catalogue's data says, line by line.
//!
//! It stands in the lowest room that knows both protocols.

use std::collections::BTreeSet;

use http::Method;
use wechatpay_catalog::{Operation, Part, Protocol, Verification, operations};

use crate::protocol::v2::table;
use crate::protocol::v3::exempt::{self, EXEMPT, IMAGES, Rule};

/// A fact about one endpoint: what is special about it, and its path.
type Facts = BTreeSet<(&'static str, String)>;

/// Where tables and data differ, and why the tables are right to.
const DIFFERENCES: &[(&str, &str, &str)] = &[
    (
        "file",
        "v3/bill/downloadurl",
        "no page of its own: a `download_url` of the documentation's example of encrypted bills",
    ),
    ("unsigned", "v3/bill/downloadurl", "as above"),
    ("file", "v3/new-tax-control-fapiao/download", "no page of its own: the `download_url` of an invoice"),
    ("unsigned", "v3/new-tax-control-fapiao/download", "as above"),
    ("unsigned", "v2/papay/entrustweb", "no page of an endpoint: the browser of a user is sent there"),
    ("unsigned", "v2/papay/partner/entrustweb", "as above"),
    (
        "resultless",
        "v2/applyment/micro/signcontract",
        "its page lists no member of the answer, so the data cannot say what is not there",
    ),
    (
        "resultless",
        "v2/pay/downloadbill",
        "its XML is the refusal alone: yes is a file, and a SUCCESS without `result_code` is never one",
    ),
];

/// What the tables say.
fn told() -> Facts {
    let mut facts: Facts = table::rows().map(|(fact, path)| (fact, format!("v2{path}"))).collect();
    let exempt = EXEMPT.iter().map(|(path, rule)| ((*path).to_owned(), *rule));
    let images = IMAGES.iter().map(|folder| (format!("{folder}{{media_id}}"), Rule::Unsigned));
    let json = facts.iter().map(|(_, path)| path.clone()).filter(|path| table::is_json(path.trim_start_matches("v2")));
    facts.extend(json.map(|path| ("json", path)).collect::<Vec<_>>());
    for (path, rule) in exempt.chain(images) {
        // The table is for reads; what it lists is what it answers, and nothing else has a rule.
        assert_eq!(exempt::rule(&Method::GET, &path), rule, "{path}");
        assert_eq!(exempt::rule(&Method::POST, &path), Rule::Signed, "{path}");
        let path = path.trim_start_matches('/');
        facts.insert((if rule == Rule::SignedDigest { "digest" } else { "unsigned" }, path.to_owned()));
        facts.insert(("file", path.to_owned()));
    }
    facts
}

/// What the data says.
fn known() -> Facts {
    operations().flat_map(|operation| facts(operation).into_iter().map(move |fact| (fact, wire(operation)))).collect()
}

/// The path as it goes over the wire, whose prefix may be an overseas host's; of APIv2 with its `v2`.
fn wire(operation: Operation) -> String {
    let host = operation.base_uri().and_then(|base| base.strip_prefix("https://"));
    let prefix = host.and_then(|base| base.split_once('/')).map_or("", |(_, path)| path);
    let prefix = if operation.protocol() == Protocol::V2 { "" } else { prefix };
    format!("{prefix}{}", operation.path())
}

fn facts(operation: Operation) -> Vec<&'static str> {
    let is_v2 = operation.protocol() == Protocol::V2;
    let has = |name| operation.fields(Part::Answer).get(name).is_some();
    let all = [
        ("certificate", operation.needs_certificate()),
        ("nonceless", operation.is_nonceless()),
        ("file", operation.is_download()),
        ("digest", operation.verification() == Verification::Digest),
        ("unsigned", matches!(operation.verification(), Verification::Unsigned | Verification::Optional)),
        ("json", is_v2 && has("retcode")),
        ("resultless", is_v2 && has("return_code") && !has("result_code")),
    ];
    all.into_iter().filter(|(_, is)| *is).map(|(fact, _)| fact).collect()
}

#[test]
fn the_tables_and_the_catalogue_say_the_same() {
    let (told, known) = (told(), known());
    assert!(told.len() > 100 && known.len() > 100, "{} and {} facts", told.len(), known.len());
    let differing: Facts = told.symmetric_difference(&known).cloned().collect();
    let explained: Facts = DIFFERENCES.iter().map(|(fact, path, _)| (*fact, (*path).to_owned())).collect();
    let side = |fact| if told.contains(fact) { "in the tables alone" } else { "in the data alone" };
    let new: Vec<_> = differing.difference(&explained).map(|fact| format!("{fact:?} {}", side(fact))).collect();
    let gone: Vec<_> = explained.difference(&differing).collect();
    assert!(new.is_empty(), "not explained:\n{}", new.join("\n"));
    assert!(gone.is_empty(), "explained, and no difference any more: {gone:?}");
}
