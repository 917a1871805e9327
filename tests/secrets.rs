//! Nothing secret in `Debug`, errors or their causes: greps for keys, signatures and a customer's data.
#![cfg(all(feature = "async", feature = "mock", feature = "sync", feature = "tls"))]

mod support;

use support::{HOOK, full, payload, presign};
use wechatpay_chain::mock::{Fault, Server, Validity};
use wechatpay_chain::{Bill, Client, Error, HyperService, Method, Payload, PrivateKey, json};

const API_V3_KEY: &str = "v3-key-v3-key-v3-key-v3-key-v3-k";
const SECRET: &str = "v2-key-v2-key-v2-key-v2-key-v2-k";
const NAME: &str = "王小明";
const PHONE: &str = "13800138000";
const OPENID: &str = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o";

fn private_key(gateway: &Server) -> String {
    gateway.env().into_iter().find(|(name, _)| *name == "WECHATPAY_PRIVATE_KEY").unwrap().1
}

/// Fails if the text holds a piece of a secret.
fn check(what: &str, text: &str, pem: &str) {
    let key_lines = pem.lines().filter(|line| line.len() > 40);
    for secret in [API_V3_KEY, SECRET, NAME, PHONE, OPENID, "signature=\""].into_iter().chain(key_lines) {
        assert!(!text.contains(secret), "{what} shows {secret}: {text}");
    }
    // The same as a list of bytes, as a derived `Debug` of a buffer would show it.
    for secret in [API_V3_KEY.as_bytes(), NAME.as_bytes()] {
        let bytes = format!("{:?}", &secret[..6]);
        assert!(!text.contains(bytes.trim_matches(['[', ']'])), "{what}: {text}");
    }
}

#[test]
fn debug_of_public_types() {
    let (gateway, wxpay) = presign();
    let pem = private_key(&gateway);
    let chain =
        wxpay.chain("v3/users/{openid}").var("openid", OPENID).query("name", NAME).header("X-Phone", PHONE).arg(PHONE);
    let builder = gateway.builder().api_v3_key(API_V3_KEY).secret(SECRET);
    let response = wxpay.chain(support::PRESIGN).post(payload()).unwrap();
    for (what, text) in [
        ("builder", format!("{builder:#?}")),
        ("client", format!("{wxpay:#?} {:#?}", builder.build().unwrap())),
        ("chain", format!("{chain:?} {chain:#?}")),
        ("pending", format!("{:?}", chain.post_async(json!({"name": NAME})))),
        (
            "payload",
            format!("{:?} {:?}", Payload::json(&json!({"n": NAME})).unwrap(), Payload::raw(NAME, "text/plain")),
        ),
        ("key", format!("{:?}", PrivateKey::from_pem(&pem).unwrap())),
        ("response", format!("{response:#?}")),
        ("layers", format!("{:#?} {:#?}", wxpay.sign_layer().unwrap(), wxpay.verify_layer().unwrap())),
        ("transport", format!("{:#?}", HyperService::new().unwrap())),
        ("gateway", format!("{gateway:#?}")),
    ] {
        check(what, &text, &pem);
    }
}

#[test]
fn files_and_their_errors() {
    let gateway = Server::start().unwrap();
    let pem = private_key(&gateway);
    gateway.bills(3);
    gateway.on(Method::GET, "v3/merchant-service/images/{id}").fault(Fault::Truncated);
    let wxpay = gateway.client().unwrap();
    let csv = format!("姓名,金额\r\n`{NAME},`{PHONE}\r\n总数\r\n`1\r\n");
    let bill = Bill::from_bytes(csv).unwrap();
    let (mut rows, answer) = (bill.rows(), wxpay.chain("v3/bill/tradebill?bill_date=2026-11-21").get().unwrap());
    let row = rows.next().unwrap().unwrap();
    let url = format!("{}v3/merchant-service/images/{OPENID}?name={PHONE}", gateway.url());
    for (what, text) in [
        ("bill", format!("{bill:#?} {rows:#?} {row:#?} {:#?}", bill.summary().unwrap())),
        ("download", format!("{:#?} {:#?}", wxpay.download(&answer).unwrap(), wxpay.download_url(&url).unwrap())),
        ("media", format!("{:#?}", wechatpay_chain::Media::new("x.jpg", NAME))),
    ] {
        check(what, &text, &pem);
    }
    let broken = Bill::from_bytes(format!("姓名,金额\r\n`{NAME}\r\n`{PHONE},`{OPENID}\r\n")).unwrap();
    for error in [
        row.fen("姓名").unwrap_err(),
        broken.summary().unwrap_err(),
        wxpay.download_url(&url).unwrap().to_writer(std::io::sink()).unwrap_err(),
        wxpay.download_url(url.replace("127.0.0.1", "127.0.0.2")).unwrap_err(),
    ] {
        check("error", &format!("{error} {error:?} {error:#?} {}", full(&error)), &pem);
    }
}

#[test]
fn errors_and_their_causes() {
    // Names and numbers stand where no endpoint has them.
    let gateway = Server::builder().lenient().start().unwrap();
    let pem = private_key(&gateway);
    let wxpay = gateway.builder().api_v3_key(API_V3_KEY).secret(SECRET).build().unwrap();
    let body = json!({"code": "PARAM_ERROR", "message": "参数错误", "detail": {"value": OPENID}});
    gateway.on(Method::POST, "v3/refused").status(400, body);
    gateway.on(Method::POST, "v3/unsigned").fault(Fault::Unsigned);
    gateway.on(Method::POST, "v3/reset").fault(Fault::Reset);
    gateway.on(Method::POST, "v3/decode").reply(json!({"name": NAME, "phone": PHONE}));
    let order = json!({"name": NAME, "phone": PHONE, "openid": OPENID});
    let post = |path: &str| wxpay.chain(path).post(&order);
    let decoded = post("v3/decode").unwrap();
    let mut errors: Vec<Error> =
        ["v3/refused", "v3/unsigned", "v3/reset", "v3/none"].map(|path| post(path).unwrap_err()).into();
    errors.push(decoded.get::<u64>("/name").unwrap_err());
    errors.push(decoded.json::<Vec<u8>>().unwrap_err());
    errors.push(wxpay.chain(HOOK).query("name", NAME).header("X-Name", NAME).get().unwrap_err());
    errors.push(wxpay.chain(HOOK).arg(OPENID).chain("{gone}").get().unwrap_err());
    errors.push(PrivateKey::load(pem.replace("-----", "")).unwrap_err());
    errors.push(PrivateKey::load(format!("private.pkcs8://{}!", pem.lines().nth(1).unwrap())).unwrap_err());
    errors.push(Client::builder().mchid("1").secret(format!("{SECRET}x")).build().unwrap_err());
    errors.push(Client::builder().mchid("1").api_v3_key(&API_V3_KEY[1..]).build().unwrap_err());
    for error in errors {
        check("error", &format!("{error} {error:?} {error:#?} {}", full(&error)), &pem);
    }
}

#[test]
fn notifications_certificates_and_sensitive_fields() {
    let gateway = Server::start().unwrap();
    let pem = private_key(&gateway);
    let serial = gateway.issue_certificate(Validity::Now).unwrap();
    gateway.sign_with(&serial).unwrap();
    let wxpay = gateway.builder().auto_certificates().build().unwrap();
    wxpay.certificates().refresh().unwrap();
    let resource = json!({"out_trade_no": "1", "name": NAME, "openid": OPENID, "payer": {"phone": PHONE}});
    let notification = gateway.notice("TRANSACTION.SUCCESS", "transaction", resource.clone());
    let (headers, body) = notification.parts().unwrap();
    let notice = wxpay.notice(&headers, &body).unwrap();
    let params = wxpay.pay_params();
    let response = wxpay.chain("v3/security/echo").encrypt("/encrypted_echo_message");
    let response = response.post(json!({"echo_message": "x", "encrypted_echo_message": NAME})).unwrap();
    for (what, text) in [
        ("notice", format!("{notice:#?} {}", notice.key())),
        ("notification", format!("{notification:#?}")),
        ("sealed", format!("{:#?}", wxpay.encrypt(NAME).unwrap())),
        ("certificates", format!("{:#?} {:#?}", wxpay.certificates(), wxpay.certificates().status())),
        ("client", format!("{wxpay:#?}")),
        ("params", format!("{params:#?} {:#?} {:#?}", params.jsapi("wx1", "wx2").unwrap(), wxpay.pay_params_v2())),
        ("response", format!("{response:#?}")),
        ("gateway", format!("{gateway:#?} {:#?}", gateway.calls())),
    ] {
        check(what, &text, &pem);
    }
    let wrong_key = gateway.builder().api_v3_key(API_V3_KEY).build().unwrap();
    let long = json!({"name": NAME.repeat(30), "phone": PHONE, "list": [{"openid": OPENID}, 7]});
    let encrypt = |pointer: &str| wxpay.chain(HOOK).encrypt(pointer).post(&long).unwrap_err();
    let errors = [
        wrong_key.notice(&headers, &body).unwrap_err(),
        wxpay.notice(&headers, resource.to_string().as_bytes()).unwrap_err(),
        notice.resource_as::<Vec<u8>>().unwrap_err(),
        encrypt("/name"),
        encrypt("/phone/x"),
        encrypt("/list/*/openid"),
        wxpay.chain(HOOK).query("name", NAME.repeat(30)).encrypt_query("name").get().unwrap_err(),
        wxpay.encrypt(&NAME.repeat(30)).unwrap_err(),
        wxpay.decrypt(NAME).unwrap_err(),
        response.decrypt("/echo_message").unwrap_err(),
    ];
    for error in errors {
        check("error", &format!("{error} {error:?} {error:#?} {}", full(&error)), &pem);
    }
}
