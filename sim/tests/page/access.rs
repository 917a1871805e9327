//! Who gets the page.

use std::net::SocketAddr;

use serde_json::json;
use wechatpay_sim::Simulator;

use super::support::{get, port, post, send};

/// One that others than this machine can reach, and its token.
fn reachable() -> (Simulator, String) {
    let sim = Simulator::builder().listen(SocketAddr::from(([0, 0, 0, 0], 0))).start().unwrap();
    let env = sim.get("env").unwrap();
    let token = env["WECHATPAY_SIM_TOKEN"].as_str().unwrap().to_owned();
    (sim, token)
}

#[test]
fn it_is_not_at_the_hosts_of_wechat_pay_nor_at_anybody_elses() {
    let sim = Simulator::builder().start().unwrap();
    for address in ["/_/", "/_/app/main.js", "/_/pay/wx1", "/_/payer/orders/wx1", "/_/qr?text=a", "/_/nothing"] {
        for host in ["api.mch.weixin.qq.com", "payapp.weixin.qq.com", "evil.example", "127.0.0.1.evil.example:80"] {
            let answer = send(&sim, &format!("GET {address}"), &[("Host", host)], "");
            assert_eq!(answer.code(), (403, "FORBIDDEN".to_owned()), "{host}{address}");
        }
    }
    for host in ["127.0.0.1", "localhost", &format!("localhost:{}", port(&sim)), "[::1]"] {
        assert_eq!(send(&sim, "GET /_/", &[("Host", host)], "").status, 200, "{host}");
    }
}

#[test]
fn on_this_machine_no_token_is_needed_and_no_cookie_set() {
    let sim = Simulator::builder().start().unwrap();
    let page = get(&sim, "/_/?token=anything");
    assert_eq!((page.status, page.header("Set-Cookie")), (200, None));
}

#[test]
fn bound_elsewhere_the_page_needs_the_token_once() {
    let (sim, token) = reachable();
    for address in ["/_/", "/_/?token=wrong", "/_/qr?text=a", "/_/api/orders"] {
        assert_eq!(get(&sim, address).code(), (403, "FORBIDDEN".to_owned()), "{address}");
    }
    let page = get(&sim, &format!("/_/?token={token}&lang=en"));
    assert_eq!((page.status, page.header("Cache-Control")), (200, Some("no-store")));
    let cookie = page.header("Set-Cookie").unwrap();
    assert_eq!(cookie, format!("wxpay_sim_token={token}; Path=/_/; HttpOnly; SameSite=Strict"));
    let cookie = cookie.split(';').next().unwrap();
    for address in ["/_/", "/_/qr?text=a", "/_/api/orders", "/_/api/info"] {
        assert_eq!(send(&sim, &format!("GET {address}"), &[("Cookie", cookie)], "").status, 200, "{address}");
    }
    let longer = format!("{cookie}0");
    for wrong in ["wxpay_sim_token=wrong", "wxpay_sim_token", &longer, &cookie.to_uppercase()] {
        assert_eq!(send(&sim, "GET /_/", &[("Cookie", wrong)], "").status, 403, "{wrong}");
    }
}

#[test]
fn bound_elsewhere_a_payers_phone_needs_none() {
    let (sim, _) = reachable();
    for address in ["/_/pay/wx1", "/_/h5?prepay_id=wx1", "/_/confirm/trf_1", "/_/sheet/main.js", "/_/css/base.css"] {
        assert_eq!(get(&sim, address).status, 200, "{address}");
    }
    sim.client().unwrap().chain("v3/pay/transactions/native").post(super::payer::order("A-00001", 100)).unwrap();
    let order = sim.get("orders/A-00001").unwrap();
    let code = order["credential"]["pay_url"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    assert_eq!(get(&sim, &format!("/_/payer/orders/{code}")).json()["total"], 100);
    let paid = post(&sim, &format!("/_/payer/orders/{code}/pay"), r#"{"payer":"bob","outcome":"SUCCESS"}"#);
    assert_eq!((paid.status, &paid.json()["state"]), (200, &json!("SUCCESS")));
}
