//! Who takes part: a merchant, with keys made once per process, and the settings of its clients.

use std::fmt;
use std::net::Ipv4Addr;

use once_cell::sync::OnceCell;
use zeroize::Zeroizing;

use super::keyring::{API_V3_KEY, PLATFORM_ID, Validity, certified, generate};
use crate::client::Client;
use crate::client::builder::ClientBuilder;
use crate::crypto::pem;
use crate::crypto::x509_builder::{Purpose, spki};
use crate::error::{Error, Result};
use crate::keys::{PrivateKey, PublicKey};
use crate::protocol::gateway::PlatformKey;

pub(super) const MCHID: &str = "1900000109";
pub(super) const SERIAL: &str = "3775B6A45ACD588826D15E583A95F5DD3775B6A4";
/// The serials of the stand-in's own authority and server.
const CA_SERIAL: &str = "4A00000000000000000000000000000000000001";
const TLS_SERIAL: &str = "4A00000000000000000000000000000000000002";
/// The names under which clients with a host of their own may reach the server, by a proxy or a name service of theirs.
pub(super) const HOSTS: &[&str] =
    &["localhost", "api.mch.weixin.qq.com", "api2.mch.weixin.qq.com", "api.wechatpay.cn", "api2.wechatpay.cn"];
pub(super) const SECRET: &str = "stand-in.api-v2-key.of.32.bytes.";

/// The keys of both sides.
pub(super) struct Parties {
    merchant_pem: Zeroizing<String>,
    merchant: PrivateKey,
    pub(super) merchant_public: PublicKey,
    /// The one behind the WeChat Pay public key.
    pub(super) platform: PlatformKey,
    platform_public: PublicKey,
    platform_pem: Zeroizing<String>,
    /// Of the merchant, by the stand-in's authority.
    merchant_certificate: String,
    /// Of the authority, and of the server at 127.0.0.1; both have the platform's key.
    authority: String,
    server: String,
    /// The WeChat Pay public key as `pub_key.pem` has it: a `SubjectPublicKeyInfo`.
    public_key: String,
}

impl fmt::Debug for Parties {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parties").field("platform", &self.platform).finish_non_exhaustive()
    }
}

static PARTIES: OnceCell<Parties> = OnceCell::new();

impl Parties {
    /// The parties of this process; the first call makes their keys.
    pub(super) fn get() -> Result<&'static Self> {
        PARTIES.get_or_try_init(|| {
            let (merchant_pem, merchant) = generate()?;
            let (platform_pem, platform) = generate()?;
            let certify = |key: &PrivateKey, serial, purpose| {
                let pem = certified(key, serial, Validity::Now.period(), purpose, &platform);
                pem.ok_or_else(|| Error::config("the stand-in's certificates could not be made"))
            };
            Ok(Self {
                merchant_certificate: certify(&merchant, SERIAL, Purpose::EndEntity)?,
                authority: certify(&platform, CA_SERIAL, Purpose::Authority)?,
                server: certify(&platform, TLS_SERIAL, Purpose::Server(Ipv4Addr::LOCALHOST, HOSTS))?,
                public_key: pem::encode("PUBLIC KEY", &spki(platform.signing_key().public_key())),
                platform_pem,
                merchant_public: merchant.public_key()?,
                platform_public: platform.public_key()?,
                platform: PlatformKey::new(PLATFORM_ID, platform),
                merchant_pem,
                merchant,
            })
        })
    }

    /// A builder with everything of the merchant that fits a stand-in at `url`, and no key of the platform.
    pub(super) fn merchant_builder(&self, url: &str) -> ClientBuilder {
        let builder = Client::builder();
        #[cfg(all(feature = "tls", feature = "_transport"))]
        let builder = if url.starts_with("https") { builder.root_certificate(&self.authority) } else { builder };
        builder
            .mchid(MCHID)
            .serial(SERIAL)
            .private_key(self.merchant.clone())
            .api_v3_key(API_V3_KEY)
            .secret(SECRET)
            .present(&self.merchant_certificate, self.merchant_pem.as_str())
            .base_uri(url)
    }

    /// What the server presents: its certificate and key.
    pub(super) fn server(&self) -> (&str, &str) {
        (&self.server, &self.platform_pem)
    }

    /// The certificate of the authority that signed the server's and the merchant's.
    pub(super) fn authority(&self) -> &str {
        &self.authority
    }

    /// The merchant's private key, PEM (PKCS#8), and certificate.
    pub(super) fn merchant(&self) -> (&str, &str) {
        (&self.merchant_pem, &self.merchant_certificate)
    }

    /// The WeChat Pay public key, PEM.
    pub(super) fn public_key(&self) -> &str {
        &self.public_key
    }

    /// The same with the WeChat Pay public key.
    pub(super) fn builder(&self, url: &str) -> ClientBuilder {
        self.merchant_builder(url).platform_key(PLATFORM_ID, self.platform_public.clone())
    }

    /// The same as environment variables.
    pub(super) fn env(&self, url: &str) -> Vec<(&'static str, String)> {
        vec![
            ("WECHATPAY_MCHID", MCHID.to_owned()),
            ("WECHATPAY_SERIAL", SERIAL.to_owned()),
            ("WECHATPAY_PRIVATE_KEY", self.merchant_pem.as_str().to_owned()),
            ("WECHATPAY_PUBLIC_KEY_ID", PLATFORM_ID.to_owned()),
            ("WECHATPAY_CERTIFICATE", self.merchant_certificate.clone()),
            ("WECHATPAY_PUBLIC_KEY", self.public_key.clone()),
            ("WECHATPAY_API_V3_KEY", API_V3_KEY.to_owned()),
            ("WECHATPAY_SECRET", SECRET.to_owned()),
            ("WECHATPAY_BASE_URI", url.to_owned()),
            ("WECHATPAY_CA", self.authority.clone()),
        ]
    }
}
