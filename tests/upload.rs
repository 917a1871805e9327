//! Uploads: the whole file arrives, and the meta alone is signed.
#![cfg(all(feature = "async", feature = "mock", feature = "sync", feature = "tls"))]

mod support;

use support::block_on;
use wechatpay_chain::mock::Server;
use wechatpay_chain::{ErrorKind, Media, Method, json};

const PATH: &str = "v3/merchant/media/upload";
/// One that wants another meta.
const OTHER: &str = "v3/ecommerce/account/cancel-applications/media";

#[test]
fn a_file_arrives_whole_and_its_meta_is_signed() {
    let gateway = Server::start().unwrap();
    gateway.on(Method::POST, PATH).reply(json!({"media_id": "m"}));
    let wxpay = gateway.client().unwrap();
    let content: Vec<u8> = (0..=u8::MAX).cycle().take(300_000).collect();
    let media = Media::new("营业执照.jpg", content.clone());
    assert_eq!(wxpay[PATH].post(media.clone()).unwrap().get::<String>("/media_id").unwrap(), "m");
    let other = media.clone().meta(json!({"file_name": "a.jpg", "file_digest": media.sha256()}));
    block_on(wxpay[OTHER].post_async(other)).unwrap();
    let calls = gateway.calls();
    assert_eq!(*calls[0].json(), json!({"filename": "营业执照.jpg", "sha256": media.sha256()}));
    assert_eq!(*calls[1].json(), json!({"file_name": "a.jpg", "file_digest": media.sha256()}));
    for call in calls {
        assert!(
            call.headers()["content-type"]
                .to_str()
                .unwrap()
                .starts_with("multipart/form-data; boundary=wechatpay-chain-")
        );
        assert!(call.body().windows(content.len()).any(|window| window == content));
    }
    let request = wxpay[PATH].to_request(Method::POST, media).unwrap();
    assert!(request.body().len() > content.len());
}

#[test]
fn what_cannot_be_uploaded_is_refused_before_anything_is_sent() {
    let gateway = Server::start().unwrap();
    let wxpay = gateway.client().unwrap();
    let error = wxpay[PATH].post(Media::new("x.jpg", vec![0; 17 << 20])).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Request);
    let error = wxpay[PATH].encrypt("/name").post(Media::new("x.jpg", "y")).unwrap_err();
    assert!(error.to_string().contains("not JSON"), "{error}");
    assert!(gateway.calls().is_empty());
}
