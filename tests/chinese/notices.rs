//! Notifications.

use wechatpay_chain::mock::{Notification, Server};
use wechatpay_chain::{Client, Error, http, json};

use crate::Case;
use crate::support::SECRET;

pub(crate) fn cases() -> Vec<Case> {
    let gateway = Server::start().unwrap();
    let wxpay = gateway.client().unwrap();
    let notice = || gateway.notice("TRANSACTION.SUCCESS", "transaction", json!({"trade_state": "NOTPAY"}));
    [forged(&gateway, &wxpay, &notice), read(&gateway, &wxpay, &notice), apiv2(&gateway)].into_iter().flatten().collect()
}

fn refused(wxpay: &Client, notice: &Notification) -> Error {
    wxpay.notice(&notice.headers(), &notice.body()).unwrap_err()
}

fn forged(gateway: &Server, wxpay: &Client, notice: &dyn Fn() -> Notification) -> Vec<Case> {
    let headers = notice().headers();
    let body = notice().body();
    let with = |name: &'static str, value: &str| {
        let mut headers = headers.clone();
        headers.insert(name, value.parse().unwrap());
        wxpay.notice(&headers, &body).unwrap_err()
    };
    let renamed = headers.iter().map(|(name, value)| {
        (format!("http_{}", name.as_str().replace('-', "_")).parse::<http::HeaderName>().unwrap(), value.clone())
    });
    let spaced = String::from_utf8(body.to_vec()).unwrap().replace("\":", "\": ");
    _ = gateway;
    vec![
        (refused(wxpay, &notice().forged()), ""),
        (refused(wxpay, &notice().tampered()), ""),
        (refused(wxpay, &notice().probe()), ""),
        (wxpay.notice(&http::HeaderMap::new(), &body).unwrap_err(), ""),
        (wxpay.notice(&renamed.collect(), &body).unwrap_err(), ""),
        (wxpay.notice(&headers, spaced.as_bytes()).unwrap_err(), ""),
        (wxpay.notice(&headers, b"").unwrap_err(), ""),
        (wxpay.notice(&headers, b"<xml></xml>").unwrap_err(), ""),
        (wxpay.notice(&headers, b"<html></html>").unwrap_err(), ""),
        (with("wechatpay-timestamp", "x"), ""),
        (with("wechatpay-serial", "5157F09EFDC096DE15EBE81A47057A7232F1B8E1"), ""),
        (with("wechatpay-serial", wxpay.serial()), ""),
        (with("wechatpay-signature", "~"), ""),
        (with("wechatpay-signature", "\"AAAA\""), ""),
    ]
}

fn read(gateway: &Server, wxpay: &Client, notice: &dyn Fn() -> Notification) -> Vec<Case> {
    let (headers, body) = (notice().headers(), notice().body());
    let other = gateway.builder().api_v3_key("x".repeat(32)).build().unwrap();
    let read = wxpay.notice(&headers, &body).unwrap();
    vec![
        (other.notice(&headers, &body).unwrap_err(), ""),
        (read.expect("/trade_state", "SUCCESS").unwrap_err(), ""),
        (read.expect("/gone", 1).unwrap_err(), ""),
        (read.resource_as::<Vec<u8>>().unwrap_err(), ""),
    ]
}

fn apiv2(gateway: &Server) -> Vec<Case> {
    let wxpay = gateway.client().unwrap();
    let other = gateway.builder().secret(SECRET).build().unwrap();
    let body = gateway.notice_v2(json!({"out_trade_no": "1", "mch_id": wxpay.mchid()}));
    let refused = |body: &str| wxpay.notice_v2(body.as_bytes()).unwrap_err();
    vec![
        (other.notice_v2(body.as_bytes()).unwrap_err(), ""),
        (refused("{}"), ""),
        (refused(""), ""),
        (refused("<xml><mch_id>1</mch_id></xml>"), ""),
        (refused("<!DOCTYPE x [<!ENTITY a \"b\">]><xml></xml>"), ""),
        (refused("<xml><a>1</a><a>2</a></xml>"), ""),
    ]
}
