//! For `encrypt_known`: a platform whose private key the test has, and what it reads in a request.
#![allow(dead_code, unreachable_pub, reason = "each test binary uses its part")]

use std::sync::LazyLock;

use wechatpay_chain::bytes::Bytes;
use wechatpay_chain::mock::Server;
use wechatpay_chain::{Client, PrivateKey, Value, http};

pub const PLATFORM_ID: &str = "PUB_KEY_ID_0119000091912026112200388900000001";

static PLATFORM_KEY: LazyLock<PrivateKey> =
    LazyLock::new(|| PrivateKey::from_pem(include_str!("../fixtures/merchant_key.pem")).unwrap());

/// The platform's private key.
pub fn platform_key() -> &'static PrivateKey {
    &PLATFORM_KEY
}

/// A client of that platform, for requests that are not sent.
pub fn own_platform() -> Client {
    let merchant = Server::start().unwrap().merchant_builder();
    merchant.platform_key(PLATFORM_ID, platform_key().public_key().unwrap()).build().unwrap()
}

/// A client that holds no key of the platform's yet.
pub fn keyless() -> Client {
    Server::start().unwrap().merchant_builder().auto_certificates().build().unwrap()
}

pub fn body(request: &http::Request<Bytes>) -> Value {
    if request.body().is_empty() { Value::Null } else { serde_json::from_slice(request.body()).unwrap() }
}

/// The parameters of the query, in their order.
pub fn query(request: &http::Request<Bytes>) -> Vec<(String, String)> {
    let pairs = request.uri().query().into_iter().flat_map(|query| query.split('&'));
    pairs.map(|pair| pair.split_once('=').unwrap()).map(|(name, value)| (decoded(name), decoded(value))).collect()
}

fn decoded(text: &str) -> String {
    let mut pieces = text.split('%');
    let mut bytes = pieces.next().unwrap().as_bytes().to_vec();
    for piece in pieces {
        bytes.push(u8::from_str_radix(&piece[..2], 16).unwrap());
        bytes.extend(&piece.as_bytes()[2..]);
    }
    String::from_utf8(bytes).unwrap()
}

/// Opens what is ciphertext at a pointer, `*` for every item, and says how many there were.
pub fn opened(value: &mut Value, pointer: &str) -> usize {
    let parts: Vec<_> = pointer.split('/').skip(1).collect();
    open(value, &parts)
}

fn open(value: &mut Value, parts: &[&str]) -> usize {
    match (value, parts) {
        (Value::String(text), []) => platform_key().decrypt(text).map(|plain| *text = plain).is_ok().into(),
        (Value::Array(items), ["*", rest @ ..]) => items.iter_mut().map(|item| open(item, rest)).sum(),
        (Value::Object(members), [name, rest @ ..]) => members.get_mut(*name).map_or(0, |member| open(member, rest)),
        _ => 0,
    }
}
