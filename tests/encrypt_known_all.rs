//! `encrypt_known` with each operation of the catalogue: its example goes out with every sensitive member as ciphertext that the
//! platform's key opens, and all else as it was.
#![cfg(all(feature = "async", feature = "catalog", feature = "mock", feature = "sync", feature = "tls"))]

#[path = "support/known.rs"]
mod known;

use known::{PLATFORM_ID, body, opened, own_platform, platform_key, query};
use wechatpay_chain::bytes::Bytes;
use wechatpay_chain::catalog::{ExampleRequest, Operation, Part, Protocol, encrypted, operations};
use wechatpay_chain::{Chain, Client, Method, Result, Value, http};

/// The parameters of an example as a caller gives them.
fn parameters(query: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let each = |(name, value): (&String, &Value)| -> Vec<_> {
        let values = value.as_array().map_or_else(|| vec![value], |items| items.iter().collect());
        values.into_iter().map(|value| (name.clone(), text(value))).collect()
    };
    query.as_object().into_iter().flatten().flat_map(each).collect()
}

/// The two ways to spell the path: filled in, and as a template with its variables.
fn spelled(wxpay: &Client, operation: Operation, example: &ExampleRequest) -> [Chain; 2] {
    let segments = operation.path().split('/').zip(example.path().split('/'));
    let template = segments.fold(wxpay.chain(operation.path()), |chain, (name, value)| {
        match name.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some(name) => chain.var(name, value),
            None => chain,
        }
    });
    [wxpay.chain(example.path()), template]
}

fn request(operation: Operation, chain: &Chain, example: &ExampleRequest) -> Result<http::Request<Bytes>> {
    let chain =
        parameters(example.query()).iter().fold(chain.encrypt_known(), |chain, (name, value)| chain.query(name, value));
    let chain = operation.base_uri().map_or(chain.clone(), |base| chain.base_uri(base));
    let method = Method::from_bytes(operation.method().as_bytes()).unwrap();
    match example.body() {
        Value::Null => chain.to_request(method, ()),
        body => chain.to_request(method, body),
    }
}

#[test]
fn every_sensitive_member_leaves_as_ciphertext_and_all_else_as_it_was() {
    let wxpay = own_platform();
    let (mut with_members, mut found) = (0, 0);
    for operation in operations().filter(|operation| operation.protocol() == Protocol::V3 && !operation.is_upload()) {
        let name = format!("{} {}", operation.method(), operation.path());
        let members: Vec<_> = encrypted(operation.method(), operation.path()).collect();
        let example = operation.example_request();
        for chain in spelled(&wxpay, operation, &example) {
            let request = request(operation, &chain, &example).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(request.headers()["wechatpay-serial"], PLATFORM_ID);
            let mut sent = body(&request);
            let mut pairs = query(&request);
            let query: Value = pairs.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect();
            let problems = operation.check_sent(&query, &sent);
            assert!(problems.is_empty(), "{name}: {problems:?}");
            for member in &members {
                let opened = match member.part() {
                    Part::Query => open(&mut pairs, member.pointer().trim_start_matches('/')),
                    _ => opened(&mut sent, member.pointer()),
                };
                assert!(opened > 0, "{name} {}", member.pointer());
            }
            assert_eq!((&sent, pairs), (example.body(), parameters(example.query())), "{name}");
        }
        with_members += usize::from(!members.is_empty());
        found += members.len();
    }
    assert_eq!((with_members, found), (118, 292));
}

/// Opens the parameters of a name, and says how many there were.
fn open(pairs: &mut [(String, String)], name: &str) -> usize {
    let key = platform_key();
    let named = pairs.iter_mut().filter(|(known, _)| known == name);
    named.filter_map(|(_, value)| key.decrypt(value).ok().map(|plain| *value = plain)).count()
}
