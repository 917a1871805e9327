//! Running it: settings, many merchants, a key service.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use wechatpay_chain::bytes::Bytes;
use wechatpay_chain::{ErrorKind, PrivateKey, mock};
use wechatpay_guide::native;
use wechatpay_guide::running::merchants::Merchants;
use wechatpay_guide::running::signer::{KeyService, Remote};
use wechatpay_guide::running::{client, egress, merchants, telemetry};

use super::bench::{Done, PARTNER, RECEIVER, start};

#[tokio::test]
async fn a_server_starts_with_or_without_the_gateway() -> Done {
    let (sim, _) = start();
    let wxpay = client::client(sim.merchant("1900000001")?.builder()?)?;
    native::create::create(&wxpay, "A-00001", 100).await?;
    // Nobody listens there.
    let alone = client::client(sim.merchant("1900000001")?.builder()?.base_uri("http://127.0.0.1:9/"))?;
    assert_eq!(alone.mchid(), "1900000001");
    Ok(())
}

#[test]
fn every_merchant_has_a_client_of_its_own() {
    let (sim, _) = start();
    let clients = ["1900000001", RECEIVER, PARTNER].map(|mchid| sim.merchant(mchid).unwrap().client().unwrap());
    let all: merchants::Merchants = Merchants::new(clients);
    assert_eq!(all.get(RECEIVER).map(wechatpay_chain::Client::mchid), Some(RECEIVER));
    assert!(all.get("1900000009").is_none());
}

#[tokio::test]
async fn a_call_leaves_by_the_gateway_with_its_real_host_beside_it() -> Done {
    let gateway = mock::Server::start()?;
    let builder = gateway.builder().base_uri("https://api.mch.weixin.qq.com/").no_proxy();
    let wxpay = egress::client(builder, &gateway.url())?;
    // This one keeps the prefix, and so refuses; what arrives is seen all the same.
    native::create::create(&wxpay, "A-00001", 100).await.unwrap_err();
    let call = &gateway.calls()[0];
    assert_eq!(call.headers()["x-forwarded-host"], "api.mch.weixin.qq.com");
    assert!(call.path().starts_with("/wxpay/v3/pay/"), "{}", call.path());
    Ok(())
}

/// The expressions of the nginx: what was signed goes on byte for byte, to hosts of WeChat Pay alone.
#[test]
fn the_nginx_takes_the_prefix_off_and_knows_the_hosts() {
    let file = include_str!("../../src/running/egress.conf");
    let rules: Vec<_> = file.lines().filter_map(|line| line.trim().strip_prefix("\"~")?.split('"').next()).collect();
    let rules: Vec<_> = rules.into_iter().map(|rule| regex_lite::Regex::new(rule).unwrap()).collect();
    let [rest, hosts @ ..] = &rules[..] else { panic!("no expressions") };
    let signed = |uri: &str| rest.captures(uri).map(|found| found["rest"].to_owned());
    let uri = "/v3/pay/transactions/id/a%2Fb?mchid=1900000109";
    assert_eq!(signed(&format!("/wxpay{uri}")).as_deref(), Some(uri));
    assert_eq!(signed(&format!("/other{uri}")).as_deref(), Some(uri));
    assert_eq!((signed("/wxpay"), signed(uri)), (None, None));
    let passes = |host: &str| hosts.iter().any(|rule| rule.is_match(host));
    let ours = ["api.mch.weixin.qq.com", "api2.mch.weixin.qq.com", "apihk.mch.weixin.qq.com", "payapp.weixin.qq.com"];
    assert!(ours.into_iter().chain(["api.wechatpay.cn"]).all(passes));
    let others = ["example.com", "api.mch.weixin.qq.com.example.com", "xmch.weixin.qq.com", "a.b.wechatpay.cn", ""];
    assert!(!others.into_iter().any(passes));
}

/// A key service that can be away.
struct Service {
    key: PrivateKey,
    away: AtomicBool,
}

impl KeyService for Service {
    async fn sign(&self, message: Bytes) -> std::io::Result<Vec<u8>> {
        if self.away.load(Ordering::Relaxed) {
            return Err(std::io::Error::other("away"));
        }
        self.key.sign(&message).map_err(std::io::Error::other)
    }
}

#[tokio::test]
async fn a_key_service_signs_and_one_that_is_away_means_that_nothing_was_sent() -> Done {
    let gateway = mock::Server::start()?;
    let key = PrivateKey::load(gateway.merchant_key())?;
    let service = Arc::new(Service { key, away: AtomicBool::new(false) });
    let wxpay = gateway.builder().signer(Remote(service.clone())).build()?;
    native::create::create(&wxpay, "A-00001", 100).await?;
    service.away.store(true, Ordering::Relaxed);
    let before = gateway.calls().len();
    let error = native::create::create(&wxpay, "A-00002", 100).await.unwrap_err();
    assert_eq!((error.kind(), error.is_retryable(), error.outcome_unknown()), (ErrorKind::Sign, true, false));
    assert_eq!(gateway.calls().len(), before);
    Ok(())
}

#[test]
fn a_call_is_a_span_without_the_merchants_data() -> Done {
    let exporter = opentelemetry_sdk::trace::InMemorySpanExporter::default();
    let (subscriber, provider) = telemetry::telemetry(exporter.clone());
    let (_sim, wxpay) = start();
    tracing::subscriber::with_default(subscriber, || {
        let order = wxpay.chain("v3/pay/transactions/out-trade-no").arg("A-00001");
        order.query("mchid", wxpay.mchid()).get().unwrap_err()
    });
    provider.force_flush()?;
    let spans = exporter.get_finished_spans()?;
    let call = spans.iter().find(|span| span.name == "wechatpay.call").ok_or("no span")?;
    let attribute = |name: &str| {
        let pair = call.attributes.iter().find(|pair| pair.key.as_str() == name);
        pair.map(|pair| pair.value.to_string()).unwrap_or_default()
    };
    assert_eq!(attribute("wechatpay.code"), "ORDER_NOT_EXIST", "{:?}", call.attributes);
    assert_eq!(attribute("http.response.status_code"), "404");
    assert!(!format!("{spans:?}").contains("A-00001"), "{spans:?}");
    Ok(())
}
