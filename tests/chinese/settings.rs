//! Settings and keys.

use std::time::Duration;

use wechatpay_chain::mock::Server;
use wechatpay_chain::{Certificate, Client, ClientBuilder, PrivateKey, PublicKey};

use crate::Case;

const EC: &str = include_str!("../fixtures/ec_key.pem");
const EC_PUBLIC: &str = include_str!("../fixtures/ec_public.pem");
const SHORT: &str = include_str!("../fixtures/short_key.pem");
const KEY: &str = include_str!("../fixtures/merchant_key.pem");
const PUBLIC: &str = include_str!("../fixtures/wechatpay_public.pem");
const ENDED: &str = include_str!("../fixtures/merchant_cert_ended.pem");

pub(crate) fn cases() -> Vec<Case> {
    [builder(), network(), keys()].into_iter().flatten().collect()
}

fn builder() -> Vec<Case> {
    let gateway = Server::start().unwrap();
    let refused = |builder: ClientBuilder| builder.build().unwrap_err();
    vec![
        (refused(Client::builder()), ""),
        (refused(Client::builder().mchid("").serial("").api_v3_key("\"short key\"").secret("x").timeout(Duration::ZERO)), ""),
        (refused(gateway.builder().mchid("wxd678efh567hg6787")), ""),
        (refused(gateway.builder().mchid(" 1900000109")), ""),
        (refused(gateway.builder().serial("PUB_KEY_ID_0114232134912410000000000000")), ""),
        (refused(gateway.builder().serial("1900000109")), ""),
        (refused(gateway.builder().serial("5F-XY")), ""),
        (refused(gateway.builder().brand_id("40001")), ""),
        (refused(gateway.builder().platform_key("PUB_KEY_ID_", PublicKey::from_pem(PUBLIC).unwrap())), ""),
        (refused(gateway.builder().platform_key("5157F09EFDC096DE15EBE81A47057A7232F1B8E1", PublicKey::from_pem(PUBLIC).unwrap())), ""),
        (refused(gateway.builder().merchant_identity(ENDED, KEY)), ""),
        (refused(gateway.builder().merchant_identity("", KEY)), ""),
        (refused(gateway.builder().connect_timeout(Duration::ZERO).max_concurrent(0)), ""),
    ]
}

fn network() -> Vec<Case> {
    let gateway = Server::start().unwrap();
    let refused = |builder: ClientBuilder| builder.build().unwrap_err();
    vec![
        (refused(gateway.builder().base_uri("ftp://x/")), ""),
        (refused(gateway.builder().base_uri("nonsense")), ""),
        (refused(gateway.builder().backup_uri("http://x/other/")), ""),
        (refused(gateway.builder().egress("https://x", "http://y/")), ""),
        (refused(gateway.builder().egress("user@x", "http://y/")), ""),
        (refused(gateway.builder().egress("x", "y")), ""),
        (refused(gateway.builder().proxy("socks4://x:1")), ""),
        (refused(gateway.builder().proxy("gopher://x:1")), ""),
        (refused(gateway.builder().root_certificate("-----BEGIN NOTHING-----")), ""),
    ]
}

fn keys() -> Vec<Case> {
    let folder = tempfile::tempdir().unwrap();
    let path = format!("{}/with blank", folder.path().display());
    std::fs::create_dir(&path).unwrap();
    let directory = PrivateKey::from_path(&path).unwrap_err();
    assert!(directory.to_string().contains(&path));
    vec![
        (PrivateKey::from_pem(EC).unwrap_err(), ""),
        (PrivateKey::from_pem(SHORT).unwrap_err(), ""),
        (PrivateKey::from_pem("").unwrap_err(), ""),
        (PrivateKey::from_pem(PUBLIC).unwrap_err(), ""),
        (PrivateKey::from_path("/nowhere/apiclient_key.pem").unwrap_err(), ""),
        (PrivateKey::from_path("/").unwrap_err(), ""),
        (PrivateKey::load("file://host/key.pem").unwrap_err(), ""),
        (PublicKey::from_pem(EC_PUBLIC).unwrap_err(), ""),
        (PublicKey::from_pem(KEY).unwrap_err(), ""),
        (PublicKey::from_pem(PUBLIC).unwrap().encrypt(&"x".repeat(1000)).unwrap_err(), ""),
        (PrivateKey::from_pem(KEY).unwrap().decrypt("~").unwrap_err(), ""),
        (PrivateKey::from_pem(KEY).unwrap().decrypt("AAAA").unwrap_err(), ""),
        (Certificate::from_pem(PUBLIC).unwrap_err(), ""),
    ]
}
