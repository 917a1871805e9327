//! Calls that are refused before anything is sent.

use wechatpay_chain::mock::Server;
use wechatpay_chain::{Client, Method, json};

use crate::Case;
use crate::support::{HOOK, NATIVE, PRESIGN, native};

pub(crate) fn cases() -> Vec<Case> {
    let gateway = Server::start().unwrap();
    let wxpay = gateway.client().unwrap();
    [paths(&wxpay), payloads(&wxpay), encryption(&wxpay)].into_iter().flatten().collect()
}

fn paths(wxpay: &Client) -> Vec<Case> {
    let refused = |path: &str| wxpay.chain(path).get().unwrap_err();
    vec![
        (refused(""), ""),
        (refused("https://elsewhere/v3/x"), ""),
        (refused("v3/x/../y"), ""),
        (refused("v3/x#y"), ""),
        (refused("v3/{"), ""),
        (refused("v3/{x!}"), ""),
        (refused("v3/pay/transactions/id/{id}"), ""),
        (wxpay.chain("v3/a/{id}").var("other", "1").var("more", "2").get().unwrap_err(), ""),
        (wxpay.chain("v3/a/{id}").var("id", "").get().unwrap_err(), ""),
        (wxpay.chain("v3/a/{id}").var("id", "..").get().unwrap_err(), ""),
        (wxpay.chain("v3/a").arg("").get().unwrap_err(), ""),
        (refused("brand/x"), ""),
        (refused("v2/pay/orderquery"), ""),
        (wxpay.chain("v3/x").header("Authorization", "x").get().unwrap_err(), ""),
        (wxpay.chain("v3/x").header("x y", "x").get().unwrap_err(), ""),
        (wxpay.chain("v3/x").header("x-y", "中").get().unwrap_err(), ""),
        (wxpay.chain("v3/x").base_uri("ftp://x").get().unwrap_err(), ""),
        (wxpay.chain("v3/secapi").mtls().get().unwrap_err(), ""),
        (wxpay.chain("v3/x").pages(0).next().unwrap().unwrap_err(), ""),
        (wxpay.chain("v3/x").query("limit", 5).pages(20).next().unwrap().unwrap_err(), ""),
        (wxpay.chain("v3/x").query("offset", "x").pages(20).next().unwrap().unwrap_err(), ""),
        (wxpay.chain("v3/x").send(Method::CONNECT, ()).unwrap_err(), ""),
    ]
}

fn payloads(wxpay: &Client) -> Vec<Case> {
    let refused = |payload| wxpay.chain(HOOK).post(payload).unwrap_err();
    let params = wxpay.pay_params();
    vec![
        (refused(json!(null)), ""),
        (refused(json!([1])), ""),
        (refused(json!({"a": [{"b": [null]}]})), ""),
        (params.jsapi("", "wx1").unwrap_err(), ""),
        (params.jsapi("wx1", "prepay_id=wx1").unwrap_err(), ""),
        (params.jsapi("wx1", "a\nb").unwrap_err(), ""),
    ]
}

fn encryption(wxpay: &Client) -> Vec<Case> {
    let chain = wxpay.chain(PRESIGN);
    let payload = || json!({"list": [{"name": 1}], "name": "", "object": {}});
    let refused = |pointer: &str| chain.encrypt(pointer).post(payload()).unwrap_err();
    vec![
        (refused("name"), ""),
        (refused("/gone"), ""),
        (refused("/name"), ""),
        (refused("/list/0/name"), ""),
        (refused("/list/x"), ""),
        (refused("/object/*"), ""),
        (refused("/name/more"), ""),
        (wxpay.chain("v3/nothing/like/it").encrypt_known().post(native()).unwrap_err(), ""),
        (wxpay.chain(NATIVE).encrypt_query("x").post(native()).unwrap_err(), ""),
        (chain.encrypt("/x").get().unwrap_err(), ""),
        (chain.header("Wechatpay-Serial", "PUB_KEY_ID_0").encrypt("/list").post(payload()).unwrap_err(), ""),
    ]
}
