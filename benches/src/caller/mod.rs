//! Who is compared: each makes the same call, signs it, and verifies the answer.

mod floor;
mod reqwest;
mod wxpay_rs;

use std::sync::Arc;

use http::HeaderMap;
use tokio::runtime::Handle;
use wechatpay_chain::{Client, ClientBuilder, PrivateKey, PublicKey, Value, json};

use crate::crypto::{SigningKey, VerifyingKey, nonce};
use crate::{Error, MCHID, MERCHANT_KEY, PLATFORM_ID, PLATFORM_PUBLIC, SERIAL, TLS_CA};

pub const PATH: &str = "v3/pay/transactions/native";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Ours,
    /// On the runtime that it is called from.
    OursOwn,
    OursSync,
    Floor,
    FloorSync,
    Reqwest,
    WxpayRs,
}

impl Kind {
    pub const ALL: [Self; 7] =
        [Self::Ours, Self::OursOwn, Self::OursSync, Self::Floor, Self::FloorSync, Self::Reqwest, Self::WxpayRs];

    /// Whether it keeps a thread for each call.
    pub fn blocks(self) -> bool {
        matches!(self, Self::OursSync | Self::FloorSync)
    }

    pub fn title(self) -> &'static str {
        match self {
            Self::Ours => "wechatpay-chain, async",
            Self::OursOwn => "… with `.runtime`",
            Self::OursSync => "wechatpay-chain, sync",
            Self::Floor => "floor: hyper-util by hand",
            Self::FloorSync => "the floor, blocking",
            Self::Reqwest => "reqwest by hand",
            Self::WxpayRs => "wxpay-rs 2.1",
        }
    }
}

/// The keys of one merchant, parsed; `None` where they are parsed while the client is built.
pub struct Keys(Option<(PrivateKey, PublicKey)>);

impl Keys {
    pub fn of(kind: Kind) -> Result<Self, Error> {
        Ok(Self(if matches!(kind, Kind::Ours | Kind::OursOwn) { Some(keys()?) } else { None }))
    }
}

/// What clients of several merchants share, beside what they share by themselves.
pub struct Shared {
    client: Option<::reqwest::Client>,
    order: Arc<Value>,
}

/// A client, ready to be shared by tasks and threads.
#[derive(Clone)]
pub enum Caller {
    Ours(Client, Arc<Value>),
    Floor(Arc<floor::Floor>, Arc<Value>),
    Reqwest(Arc<reqwest::Reqwest>, Arc<Value>),
    WxpayRs(Arc<wxpay_rs::WxpayRs>),
}

impl Caller {
    pub async fn new(kind: Kind, base: &str) -> Result<Self, Error> {
        let order = Arc::new(order());
        Ok(match kind {
            Kind::Ours | Kind::OursSync => Self::Ours(ours(base)?, order),
            Kind::OursOwn => Self::Ours(builder(base)?.runtime(Handle::current()).build()?, order),
            Kind::Floor | Kind::FloorSync => Self::Floor(Arc::new(floor::Floor::new(base)?), order),
            Kind::Reqwest => Self::Reqwest(Arc::new(reqwest::Reqwest::new(base, None)?), order),
            Kind::WxpayRs => Self::WxpayRs(Arc::new(wxpay_rs::WxpayRs::new(base).await?)),
        })
    }

    /// One of another merchant; who writes by hand would share what can be shared, such as the order here.
    pub async fn beside(kind: Kind, base: &str, shared: &Shared, keys: Keys) -> Result<Self, Error> {
        let order = Arc::clone(&shared.order);
        Ok(match (kind, &shared.client, keys.0) {
            (Kind::Reqwest, Some(client), _) => {
                let reqwest = reqwest::Reqwest::new(base, Some(client.clone()))?;
                Self::Reqwest(Arc::new(reqwest), order)
            }
            (Kind::Ours, _, Some(keys)) => Self::Ours(with(base, keys).build()?, order),
            (Kind::OursOwn, _, Some(keys)) => Self::Ours(with(base, keys).runtime(Handle::current()).build()?, order),
            _ => Self::new(kind, base).await?,
        })
    }

    /// What those of other merchants share with this one.
    pub fn shared(&self) -> Shared {
        let client = if let Self::Reqwest(reqwest, _) = self { Some(reqwest.client()) } else { None };
        Shared { client, order: Arc::new(order()) }
    }

    /// One call; the link it brings is looked at, so that none can be left out.
    pub async fn call(&self) -> Result<(), Error> {
        let code_url = match self {
            Self::Ours(client, order) => client[PATH].post_async(&**order).await?.get("/code_url")?,
            Self::Floor(floor, order) => floor.post(order).await?,
            Self::Reqwest(reqwest, order) => reqwest.post(order).await?,
            Self::WxpayRs(wxpay) => wxpay.post().await?,
        };
        check(&code_url)
    }

    /// The same, blocking this thread; the others need a runtime that somebody else drives.
    pub fn call_sync(&self) -> Result<(), Error> {
        match self {
            Self::Ours(client, order) => check(&client[PATH].post(&**order)?.get::<String>("/code_url")?),
            _ => Handle::current().block_on(self.call()),
        }
    }
}

fn check(code_url: &str) -> Result<(), Error> {
    if code_url.starts_with("weixin://") { Ok(()) } else { Err("another answer".into()) }
}

pub fn ours(base: &str) -> Result<Client, Error> {
    Ok(builder(base)?.build()?)
}

fn builder(base: &str) -> Result<ClientBuilder, Error> {
    Ok(with(base, keys()?))
}

fn keys() -> Result<(PrivateKey, PublicKey), Error> {
    Ok((PrivateKey::from_pem(MERCHANT_KEY)?, PublicKey::from_pem(PLATFORM_PUBLIC)?))
}

fn with(base: &str, (key, platform): (PrivateKey, PublicKey)) -> ClientBuilder {
    Client::builder()
        .mchid(MCHID)
        .serial(SERIAL)
        .private_key(key)
        .platform_key(PLATFORM_ID, platform)
        .root_certificate(TLS_CA)
        .base_uri(base)
}

pub fn order() -> Value {
    json!({
        "appid": "wxd678efh567hg6787", "mchid": MCHID, "description": "测试商品", "out_trade_no": "1217752501201407033233368018",
        "notify_url": "https://www.example.com/wxpay/pay", "amount": {"total": 100, "currency": "CNY"},
    })
}

/// What the floor and reqwest do by hand, with the same keys.
struct Hand {
    key: SigningKey,
    platform: VerifyingKey,
}

impl Hand {
    fn new() -> Result<Self, Error> {
        Ok(Self {
            key: SigningKey::from_pem(MERCHANT_KEY)?,
            platform: VerifyingKey::from_pem(include_str!("../../fixtures/platform_public_pkcs1.pem"))?,
        })
    }

    fn authorization(&self, body: &[u8]) -> Result<String, Error> {
        let (time, nonce) = (now()?, nonce()?);
        let mut message = format!("POST\n/{PATH}\n{time}\n{nonce}\n").into_bytes();
        message.extend_from_slice(body);
        message.push(b'\n');
        let signature = base64(&self.key.sign(&message)?);
        Ok(format!(
            "WECHATPAY2-SHA256-RSA2048 mchid=\"{MCHID}\",nonce_str=\"{nonce}\",timestamp=\"{time}\",serial_no=\"{SERIAL}\",signature=\"{signature}\"",
        ))
    }

    /// Window, serial and signature, then the field.
    fn answer(&self, headers: &HeaderMap, body: &[u8]) -> Result<String, Error> {
        let header = |name| headers.get(name).and_then(|value| value.to_str().ok()).ok_or(name);
        let time = header("wechatpay-timestamp")?;
        if now()?.abs_diff(time.parse()?) > 300 || header("wechatpay-serial")? != PLATFORM_ID {
            return Err("stale, or signed by another key".into());
        }
        let message = [time.as_bytes(), header("wechatpay-nonce")?.as_bytes(), body, b""].join(&b'\n');
        self.platform.verify(&message, &unbase64(header("wechatpay-signature")?)?)?;
        let value: Value = serde_json::from_slice(body)?;
        Ok(value["code_url"].as_str().ok_or("no code_url")?.to_owned())
    }
}

fn now() -> Result<u64, Error> {
    Ok(std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_secs())
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

fn unbase64(text: &str) -> Result<Vec<u8>, Error> {
    use base64::Engine as _;
    Ok(base64::engine::general_purpose::STANDARD.decode(text)?)
}
