//! Payment parameters: who signs, what is refused, and how they look to the client side.
#![cfg(all(feature = "async", feature = "mock", feature = "sync", feature = "tls"))]

mod support;

use support::block_on;
use wechatpay_chain::mock::Server;
use wechatpay_chain::{BoxError, Client, ErrorKind, PrivateKey, PublicKey, SignType, Signer, bytes::Bytes};

struct Remote;

impl Signer for Remote {
    async fn sign(&self, _: Bytes) -> Result<Vec<u8>, BoxError> {
        Ok(vec![1, 2])
    }
}

#[test]
fn the_signer_that_places_orders_signs_the_parameters() {
    let gateway = Server::start().unwrap();
    let wxpay = gateway.client().unwrap();
    let params = wxpay.pay_params().jsapi("wx8", "wx2014").unwrap();
    assert_eq!((params.pay_sign.len(), params.sign_type.as_str(), params.nonce_str.len()), (344, "RSA", 32));
    let app = block_on(wxpay.pay_params().app_async("wx8", "wx2014")).unwrap();
    assert_eq!((app.partnerid.as_str(), app.package.as_str()), (wxpay.mchid(), "Sign=WXPay"));
    let remote = gateway.builder().signer(Remote).build().unwrap();
    assert_eq!(block_on(remote.pay_params().jsapi_async("wx8", "wx2014")).unwrap().pay_sign, "AQI=");
    assert_eq!(remote.pay_params().jsapi("wx8", "wx2014").unwrap_err().kind(), ErrorKind::Config);
    let transfer = wxpay.pay_params().transfer("wx8", "affffddafdfafddffda==").unwrap();
    assert_eq!(serde_json::to_value(transfer).unwrap()["package"], "affffddafdfafddffda==");
}

#[test]
fn what_is_wrong_is_refused() {
    let gateway = Server::start().unwrap();
    let (params, v2) = (gateway.client().unwrap().pay_params(), gateway.client().unwrap().pay_params_v2());
    for id in ["", "prepay_id=wx2014"] {
        assert_eq!(params.jsapi("wx8", id).unwrap_err().kind(), ErrorKind::Request);
        assert_eq!(params.app("wx8", id).unwrap_err().kind(), ErrorKind::Request);
        assert_eq!(v2.jsapi("wx8", id, SignType::Md5).unwrap_err().kind(), ErrorKind::Request);
    }
    assert!(params.mini_program("", "wx2014").unwrap_err().to_string().contains("app_id is empty"));
    for fields in [&[("stock_id", "1"), ("stock_id", "2")][..], &[("sign", "x")], &[]] {
        assert_eq!(v2.coupon_url(fields).unwrap_err().kind(), ErrorKind::Request);
    }
    let url = v2.coupon_url(&[("stock_id", "1"), ("open_id", "a b")]).unwrap();
    assert!(url.starts_with("https://action.weixin.qq.com/busifavor/getcouponinfo?open_id=a%20b&sign="), "{url}");
    assert!(url.ends_with("#wechat_pay&wechat_redirect"), "{url}");
    let confirm = v2.payscore_confirm("AAQTAAE=").unwrap();
    assert_eq!(
        (confirm.as_json()["sign_type"].as_str(), confirm.as_json()["sign"].as_str().unwrap().len()),
        (Some("HMAC-SHA256"), 64)
    );
    assert!(v2.payscore_detail("1", "").is_err() && v2.send_coupon("1", &[]).is_err());
    let coupon = v2.send_coupon("10016226", &[&[("stock_id", "123")], &[("stock_id", "456")]]).unwrap();
    assert_eq!((&coupon.as_json()["stock_id0"], &coupon.as_json()["stock_id1"]), (&"123".into(), &"456".into()));

    let env: std::collections::BTreeMap<_, _> = gateway.env().into_iter().collect();
    let key = || PrivateKey::from_pem(&env["WECHATPAY_PRIVATE_KEY"]).unwrap();
    let platform = PublicKey::from_pem(&env["WECHATPAY_PUBLIC_KEY"]).unwrap();
    let brand = Client::builder().brand_id("B1").serial("5F").private_key(key()).platform_key("PUB_KEY_ID_1", platform);
    let brand = brand.build().unwrap();
    assert_eq!(brand.pay_params().app("wx8", "wx2014").unwrap_err().kind(), ErrorKind::Config);
    assert_eq!(brand.pay_params_v2().jsapi("wx8", "wx2014", SignType::Md5).unwrap_err().kind(), ErrorKind::Config);
}

#[test]
fn a_transfer_is_confirmed_in_a_page_an_app_and_for_a_partner() {
    let gateway = Server::start().unwrap();
    let params = gateway.client().unwrap().pay_params();
    let plain = params.transfer("wx8", "ab+c/d==").unwrap();
    assert_eq!(serde_json::to_string(&plain).unwrap(), r#"{"mchId":"1900000109","appId":"wx8","package":"ab+c/d=="}"#);
    assert_eq!(plain.to_query(), "mchId=1900000109&appId=wx8&package=ab%2Bc%2Fd%3D%3D");
    // In any order, and the last word of a kind is the one that counts.
    let whole = plain.clone().sub_app_id("wx&9").open_id("").sub_mchid("1900000110").open_id("o U=p");
    let expected = r#"{"mchId":"1900000109","appId":"wx8","package":"ab+c/d==","openId":"o U=p","subMchId":"1900000110","subAppId":"wx&9"}"#;
    assert_eq!(serde_json::to_string(&whole).unwrap(), expected);
    let expected =
        "mchId=1900000109&appId=wx8&package=ab%2Bc%2Fd%3D%3D&openId=o%20U%3Dp&subMchId=1900000110&subAppId=wx%269";
    assert_eq!(whole.to_query(), expected);
    // What is blank is not there, in either form.
    let blank = whole.open_id(" ").sub_mchid("").sub_app_id("\t");
    assert_eq!(
        (serde_json::to_string(&blank).unwrap(), blank.to_query()),
        (serde_json::to_string(&plain).unwrap(), plain.to_query())
    );
    assert_eq!(format!("{blank:?}"), "TransferParams");

    for (app_id, package, expected) in [
        ("", "a==", "app_id is empty"),
        (" ", "a==", "app_id is blank"),
        ("wx8\n", "a==", "app_id has a control character"),
        ("wx8", "", "package_info is empty"),
        ("wx8", "\u{3000}", "package_info is blank"),
        ("wx8", "a\0b", "package_info has a control character"),
        ("wx8", "a%3D%3D", "package_info is percent-encoded already"),
        ("wx8", "a%2bc", "package_info is percent-encoded already"),
        ("wx8", "a%253D", "package_info is percent-encoded already"),
    ] {
        let error = params.transfer(app_id, package).unwrap_err();
        assert!(error.kind() == ErrorKind::Request && error.to_string().starts_with(expected), "{expected}: {error}");
    }
    assert_eq!(params.transfer("wx8", "100%").unwrap().to_query(), "mchId=1900000109&appId=wx8&package=100%25");
    // Neither goes into what is signed.
    assert_eq!(params.jsapi("wx8\n", "wx2014").unwrap_err().kind(), ErrorKind::Request);
    assert_eq!(params.app("wx8", "wx2014\n").unwrap_err().kind(), ErrorKind::Request);
}
