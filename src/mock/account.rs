//! The merchant's side of a stand-in: keys, settings and clients that fit it.

use super::keyring::PLATFORM_ID;
use super::merchant::Parties;
use crate::client::Client;
use crate::client::builder::ClientBuilder;
use crate::error::Result;

/// What a client of a stand-in needs, in this process or in another: address, keys, certificates, settings.
///
/// A [`Server`](super::Server) has one, and its methods are the server's too. Keys and certificates are made once per process
/// and are the same for all its stand-ins; serials have 40 digits and begin with none that other programs drop.
#[derive(Debug)]
pub struct Account {
    pub(super) parties: &'static Parties,
    pub(super) url: String,
}

impl Account {
    /// The base URI of the stand-in, `http://127.0.0.1:PORT/`, or `https://…` from one with TLS.
    pub fn url(&self) -> String {
        self.url.clone()
    }

    /// A client that already holds matching keys.
    ///
    /// # Errors
    ///
    /// As [`ClientBuilder::build`].
    pub fn client(&self) -> Result<Client> {
        self.builder().build()
    }

    /// A builder with matching keys, for settings of your own.
    pub fn builder(&self) -> ClientBuilder {
        self.parties.builder(&self.url)
    }

    /// A builder with the merchant's settings and no platform key: for `.auto_certificates()`.
    pub fn merchant_builder(&self) -> ClientBuilder {
        self.parties.merchant_builder(&self.url)
    }

    /// The same settings as environment variables, for another process, whatever its language.
    ///
    /// `WECHATPAY_MCHID`, `_SERIAL`, `_PRIVATE_KEY`, `_CERTIFICATE`, `_PUBLIC_KEY_ID`, `_PUBLIC_KEY`, `_API_V3_KEY`, `_SECRET`,
    /// `_BASE_URI` and `_CA`, as [`Client::from_env`] reads them; keys and certificates are PEM texts.
    ///
    /// ```
    /// let gateway = wechatpay_chain::mock::Server::start_tls()?;
    /// let mut shop = std::process::Command::new("node");
    /// shop.arg("shop.js").envs(gateway.env());
    /// # Ok::<(), wechatpay_chain::Error>(())
    /// ```
    pub fn env(&self) -> Vec<(&'static str, String)> {
        self.parties.env(&self.url)
    }

    /// The merchant's private key (`apiclient_key.pem`): PEM, PKCS#8.
    pub fn merchant_key(&self) -> &str {
        self.parties.merchant().0
    }

    /// The merchant API certificate (`apiclient_cert.pem`): PEM, issued by the authority of [`ca`](Self::ca).
    pub fn merchant_certificate(&self) -> &str {
        self.parties.merchant().1
    }

    /// The WeChat Pay public key (`pub_key.pem`): PEM, SPKI. Its id is [`public_key_id`](Self::public_key_id).
    pub fn public_key(&self) -> &str {
        self.parties.public_key()
    }

    /// The id of its WeChat Pay public key.
    pub fn public_key_id(&self) -> &'static str {
        PLATFORM_ID
    }

    /// The certificate of the authority that issued the others, for programs that are to trust it: PEM.
    pub fn ca(&self) -> &str {
        self.parties.authority()
    }

    /// The same as [`ca`](Self::ca).
    pub fn authority(&self) -> &str {
        self.ca()
    }
}
