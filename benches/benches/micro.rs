//! The pieces of a call, one by one: `cargo bench --manifest-path benches/Cargo.toml`.

use std::error::Error;
use std::hint::black_box;
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use http::{HeaderMap, Method};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use serde_json::json;
use tower::{BoxError, Layer as _, ServiceExt as _, service_fn};
use wechatpay_chain::{Client, PrivateKey, PublicKey, Signer, chain};

const MCHID: &str = "1900000109";
const PLATFORM_ID: &str = "PUB_KEY_ID_0119000091912026112200388900000001";
const API_V3_KEY: &str = "0123456789abcdef0123456789abcdef";
const PLATFORM_KEY: &str = include_str!("../fixtures/platform_key.pem");

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// Costs nothing, so that what is around a signature can be seen.
struct Fixed;

impl Signer for Fixed {
    async fn sign(&self, _: Bytes) -> Result<Vec<u8>> {
        Ok(vec![7; 256])
    }
}

fn client(signer: Option<Fixed>) -> Result<Client> {
    let builder = Client::builder()
        .mchid(MCHID)
        .serial("5F3A9C01D2E47B6088A1C3F5E70912B4D6C8AA17")
        .private_key(PrivateKey::from_pem(include_str!("../../tests/fixtures/merchant_key.pem"))?)
        .platform_key(PLATFORM_ID, PublicKey::from_pem(include_str!("../fixtures/platform_public.pem"))?)
        .api_v3_key(API_V3_KEY)
        .secret("192006250b4c09247ec02edce69f6a2d");
    Ok(signer.into_iter().fold(builder, |builder, signer| builder.signer(signer)).build()?)
}

fn chains(c: &mut Criterion) -> Result<()> {
    let wxpay = client(None)?;
    let mut group = c.benchmark_group("chain");
    group.bench_function("index, warmed", |b| {
        b.iter(|| {
            black_box(&wxpay["v3/pay/transactions/native"]);
        });
    });
    group.bench_function("chain", |b| b.iter(|| wxpay.chain(black_box("v3/pay/transactions/native"))));
    group.bench_function("seg by seg", |b| {
        b.iter(|| wxpay.seg("v3").seg("pay").seg("transactions").seg("native"));
    });
    group.bench_function("macro", |b| b.iter(|| chain!(wxpay.v3.pay.transactions.native)));
    group.bench_function("chain with a variable, to the finished request", |b| {
        b.iter(|| {
            let chain = wxpay.chain("v3/pay/transactions/id/{id}").var("id", black_box("1217752501201407033233368018"));
            chain.to_request(Method::GET, ())
        });
    });
    group.bench_function("index with a variable, to the finished request", |b| {
        b.iter(|| {
            let chain = wxpay["v3/pay/transactions/id/{id}"].var("id", black_box("1217752501201407033233368018"));
            chain.to_request(Method::GET, ())
        });
    });
    let order = order();
    group.bench_function("index with a payload, to the finished request", |b| {
        b.iter(|| wxpay["v3/pay/transactions/native"].to_request(Method::POST, &order));
    });
    group.finish();
    Ok(())
}

fn order() -> serde_json::Value {
    json!({
        "appid": "wxd678efh567hg6787", "mchid": MCHID, "description": "测试商品", "out_trade_no": "1217752501201407033233368018",
        "notify_url": "https://www.example.com/wxpay/pay", "amount": {"total": 100, "currency": "CNY"},
    })
}

/// The layers over services that only answer.
fn layers(c: &mut Criterion) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let request = client(None)?["v3/pay/transactions/native"].to_request(Method::POST, order())?;
    let echo = service_fn(|_: http::Request<Bytes>| async { Ok::<_, BoxError>(http::Response::new(Bytes::new())) });
    let mut group = c.benchmark_group("layer");
    for (name, signer) in [("sign", None), ("sign, but for the signature: Authorization", Some(Fixed))] {
        let service = client(signer)?.sign_layer()?.layer(echo);
        group.bench_function(name, |b| b.iter(|| runtime.block_on(service.clone().oneshot(request.clone()))));
    }
    let (headers, body) = signed(r#"{"code_url":"weixin://wxpay/bizpayurl?pr=p4lpSuKzz"}"#.into())?;
    let answer = service_fn(move |_: http::Request<Bytes>| {
        let (headers, body) = (headers.clone(), body.clone());
        async move {
            let mut response = http::Response::new(body);
            *response.headers_mut() = headers;
            Ok::<_, BoxError>(response)
        }
    });
    let service = client(None)?.verify_layer()?.layer(answer);
    runtime.block_on(service.clone().oneshot(request.clone()))?;
    group.bench_function("verify", |b| b.iter(|| runtime.block_on(service.clone().oneshot(request.clone()))));
    group.finish();
    Ok(())
}

/// Headers and body as WeChat Pay signs them.
fn signed(body: String) -> Result<(HeaderMap, Bytes)> {
    let time = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs().to_string();
    let nonce = "593BEC0C930BF1AFEB40B4A08C8FB242";
    let signature = PrivateKey::from_pem(PLATFORM_KEY)?.sign(format!("{time}\n{nonce}\n{body}\n").as_bytes())?;
    let headers = [
        ("wechatpay-serial", PLATFORM_ID.to_owned()),
        ("wechatpay-timestamp", time),
        ("wechatpay-nonce", nonce.to_owned()),
        ("wechatpay-signature", STANDARD.encode(signature)),
    ];
    let header = |(name, value): (&'static str, String)| {
        Ok((http::HeaderName::from_static(name), http::HeaderValue::try_from(value)?))
    };
    Ok((headers.into_iter().map(header).collect::<Result<_>>()?, body.into()))
}

fn notices(c: &mut Criterion) -> Result<()> {
    let wxpay = client(None)?;
    let resource =
        json!({"out_trade_no": "1217752501", "transaction_id": "4200", "attach": "x".repeat(1400)}).to_string();
    let mut sealed = resource.into_bytes();
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, API_V3_KEY.as_bytes())?);
    let nonce = Nonce::try_assume_unique_for_key(b"fdasflkja484")?;
    key.seal_in_place_append_tag(nonce, Aad::from("transaction"), &mut sealed)?;
    let envelope = json!({
        "id": "EV-2018022511223320873", "create_time": "2026-11-21T10:34:56+08:00", "resource_type": "encrypt-resource",
        "event_type": "TRANSACTION.SUCCESS", "summary": "支付成功",
        "resource": {
            "original_type": "transaction", "algorithm": "AEAD_AES_256_GCM", "ciphertext": STANDARD.encode(sealed),
            "associated_data": "transaction", "nonce": "fdasflkja484",
        },
    });
    let (headers, body) = signed(envelope.to_string())?;
    wxpay.notice(&headers, &body)?;
    let mut group = c.benchmark_group("notice");
    group.throughput(Throughput::Bytes(body.len() as u64));
    group.bench_function("verify and decrypt", |b| b.iter(|| wxpay.notice(&headers, &body)));
    group.finish();
    Ok(())
}

#[cfg(feature = "aws-lc-rs")]
fn sensitive(c: &mut Criterion) -> Result<()> {
    let wxpay = client(None)?;
    let key = PrivateKey::from_pem(include_str!("../../tests/fixtures/merchant_key.pem"))?;
    let sealed = key.public_key()?.encrypt("张三")?;
    let mut group = c.benchmark_group("OAEP");
    group.bench_function("encrypt", |b| b.iter(|| wxpay.encrypt(black_box("张三"))));
    group.bench_function("decrypt", |b| b.iter(|| wxpay.decrypt(black_box(&sealed))));
    group.finish();
    Ok(())
}

#[cfg(feature = "aws-lc-rs")]
fn xml(c: &mut Criterion) -> Result<()> {
    let wxpay = client(None)?;
    let order = json!({
        "appid": "wx8888888888888888", "mch_id": MCHID, "body": "测试商品", "out_trade_no": "1217752501", "total_fee": 100,
        "spbill_create_ip": "127.0.0.1", "notify_url": "https://www.example.com/wxpay/pay", "trade_type": "NATIVE",
    });
    let document = wxpay["v2/pay/unifiedorder"].to_request(Method::POST, &order)?.into_body();
    wxpay.notice_v2(&document)?;
    let mut group = c.benchmark_group("XML");
    group.throughput(Throughput::Bytes(document.len() as u64));
    group
        .bench_function("write and sign", |b| b.iter(|| wxpay["v2/pay/unifiedorder"].to_request(Method::POST, &order)));
    group.bench_function("read and check", |b| b.iter(|| wxpay.notice_v2(black_box(&document))));
    group.finish();
    Ok(())
}

fn all(c: &mut Criterion) {
    let run = |c: &mut Criterion| -> Result<()> {
        chains(c)?;
        layers(c)?;
        notices(c)?;
        #[cfg(feature = "aws-lc-rs")]
        {
            sensitive(c)?;
            xml(c)?;
        }
        Ok(())
    };
    run(c).expect("the fixtures are right");
}

criterion_group!(benches, all);
criterion_main!(benches);
