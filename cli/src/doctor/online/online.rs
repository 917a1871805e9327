//! Everything that is asked over a network, each thing once.

use std::cell::OnceCell;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderValue, Method, Request, StatusCode};
use serde_json::{Value, json};
use wechatpay_chain::{Certificate, Client, PrivateKey, PublicKey, gateway};
use zeroize::Zeroizing;

use super::echo::{self, Opened};
use super::exchange::{Answer, Sender, Trouble};
use super::forged;
use super::signature::{self, Held};
use super::way::Way;
use crate::doctor::facts::{Facts, Mode};
use crate::settings::names;

/// How long WeChat Pay waits for the answer to a notice.
const NOTICE: Duration = Duration::from_secs(5);

/// What an answer or its absence is.
type Came = Result<Answer, Trouble>;

/// A platform certificate of the gateway's list, or why its entry does not open.
pub(in crate::doctor) type Fetched = Result<Certificate, String>;

/// Everything that is asked over a network.
pub(in crate::doctor) struct Online {
    client: Client,
    sender: Sender,
    way: Way,
    mode: Mode,
    api_v3_key: Option<Zeroizing<String>>,
    private_key: Option<PrivateKey>,
    given: Vec<Held>,
    certificates: OnceCell<Came>,
    fetched: OnceCell<Vec<Fetched>>,
    text: OnceCell<String>,
    echo: OnceCell<Option<Came>>,
    sealed: OnceCell<Option<Came>>,
    notify: Option<Notify>,
}

/// The notify URL, and what came of a forged notice.
pub(in crate::doctor) struct Notify {
    url: String,
    pub(in crate::doctor) way: Way,
    sender: Sender,
    answer: OnceCell<Came>,
}

impl Online {
    /// # Errors
    ///
    /// Why nothing can be asked: the settings make no client.
    pub(in crate::doctor) fn new(facts: &Facts) -> Result<Self, String> {
        let client = facts.client().map_err(|why| why.en().to_owned())?.clone();
        let network = facts.network().map_err(|error| error.to_string())?;
        let service = network.service().map_err(|error| error.to_string())?;
        let private_key = facts.key.as_ref().and_then(|key| PrivateKey::load(key.source.as_str()).ok());
        Ok(Self {
            client,
            sender: Sender::new(service, facts.timeout())?,
            way: Way::to(network, &facts.base_uri())?,
            mode: facts.mode(),
            api_v3_key: facts.settings.get(names::API_V3_KEY),
            private_key,
            given: given(facts),
            certificates: OnceCell::new(),
            fetched: OnceCell::new(),
            text: OnceCell::new(),
            echo: OnceCell::new(),
            sealed: OnceCell::new(),
            notify: facts.settings.get(names::NOTIFY_URL).map(|url| Notify::new(facts, &url)).transpose()?,
        })
    }

    pub(in crate::doctor) fn way(&self) -> &Way {
        &self.way
    }

    pub(in crate::doctor) fn notify(&self) -> Option<&Notify> {
        self.notify.as_ref()
    }

    /// The first request: the list of platform certificates.
    pub(in crate::doctor) fn certificates(&self) -> &Came {
        self.certificates.get_or_init(|| self.get("v3/certificates"))
    }

    /// What the gateway's list holds, opened with the `APIv3` key; empty without a list or a key.
    pub(in crate::doctor) fn fetched(&self) -> &[Fetched] {
        self.fetched.get_or_init(|| {
            let (Ok(answer), Some(key)) = (self.certificates(), &self.api_v3_key) else { return Vec::new() };
            entries(answer).iter().map(|entry| open(entry, key)).collect()
        })
    }

    /// The second request: the self test in plain. It is not sent after a refusal of the first.
    pub(in crate::doctor) fn echo(&self) -> Option<&Came> {
        let first = self.certificates().as_ref().ok()?;
        if matches!(first.status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
            return None;
        }
        let ask = || Some(self.post(json!({"echo_message": self.text()})));
        self.echo.get_or_init(ask).as_ref()
    }

    /// The third request: the self test encrypted. It is sent where a key of the gateway is held and the second was taken.
    pub(in crate::doctor) fn sealed(&self) -> Option<&Came> {
        self.echo()?.as_ref().ok().filter(|answer| answer.status.is_success())?;
        let ask = || {
            let key = self.preferred()?;
            Some(match echo::sealed(self.text(), &key) {
                Ok(payload) => self.post(payload),
                Err(why) => Err(Trouble::Broken(why)),
            })
        };
        self.sealed.get_or_init(ask).as_ref()
    }

    /// What came of the ciphertext in the third answer.
    pub(in crate::doctor) fn opened(&self) -> Option<Opened> {
        let answer = self.sealed()?.as_ref().ok()?;
        Some(echo::opened(answer, self.private_key.as_ref()?, self.text()))
    }

    /// The text of the self tests.
    pub(in crate::doctor) fn text(&self) -> &str {
        // The time is as good: the text need only be another one each time.
        let of_time = |_| format!("{:?}", SystemTime::now());
        self.text.get_or_init(|| echo::random_text(8).unwrap_or_else(of_time))
    }

    /// The keys that answers are verified by: those given, and in the mode of certificates those fetched.
    pub(in crate::doctor) fn held(&self) -> Vec<Held> {
        let fetched = self.fetched().iter().filter_map(|certificate| certificate.as_ref().ok());
        let fetched = fetched.filter(|_| self.mode == Mode::Certificate).map(of_certificate);
        self.given.iter().cloned().chain(fetched).collect()
    }

    /// The answers that are signed.
    pub(in crate::doctor) fn signed(&self) -> Vec<&Answer> {
        let all = [Some(self.certificates()), self.echo()];
        all.into_iter()
            .flatten()
            .filter_map(|came| came.as_ref().ok())
            .filter(|answer| signature::is_signed(answer))
            .collect()
    }

    /// The key that requests name: the public key, else the certificate that was given or fetched first.
    fn preferred(&self) -> Option<Held> {
        self.held().into_iter().next()
    }

    /// Asks for what changes nothing.
    fn get(&self, path: &str) -> Came {
        self.ask(self.client.chain(path).to_request(Method::GET, ()))
    }

    /// Sends a self test, which names the key that its ciphertext is for.
    fn post(&self, payload: Value) -> Came {
        let mut request = self.client.chain("v3/security/echo").to_request(Method::POST, payload);
        let serial = self.preferred().and_then(|key| HeaderValue::from_str(&key.serial).ok());
        if let (Ok(request), Some(serial)) = (&mut request, serial) {
            request.headers_mut().insert("wechatpay-serial", serial);
        }
        self.ask(request)
    }

    fn ask(&self, request: wechatpay_chain::Result<Request<Bytes>>) -> Came {
        let request = request.map_err(|error| Trouble::Broken(error.to_string()))?;
        self.sender.sign_and_send(&self.client, request)
    }

    /// What came of the forged notice.
    pub(in crate::doctor) fn notified(&self) -> Option<&Came> {
        let notify = self.notify.as_ref()?;
        let named =
            self.preferred().map_or_else(|| "PUB_KEY_ID_0000000000000000000000000000".to_owned(), |key| key.serial);
        Some(notify.answer.get_or_init(|| {
            let request: Request<Bytes> =
                forged::notice(&notify.url, &named, SystemTime::now()).map_err(Trouble::Broken)?;
            notify.sender.send(request)
        }))
    }
}

impl Notify {
    fn new(facts: &Facts, url: &str) -> Result<Self, String> {
        let mut builder = facts.settings.reached_by(Client::builder());
        // What WeChat Pay trusts is not known to trust a CA of one's own; only a stand-in does.
        let authority = facts.settings.get(names::CA).filter(|_| facts.is_base_here());
        if let Some(source) = authority {
            let only_it = |name: &str| (name == names::CA).then(|| source.to_string());
            builder = facts.settings.reached_by(Client::builder_from(only_it).map_err(|error| error.to_string())?);
        }
        let network = builder.network().map_err(|error| error.to_string())?;
        let service = network.service().map_err(|error| error.to_string())?;
        Ok(Self {
            url: url.to_owned(),
            way: Way::to(network, url)?,
            sender: Sender::new(service, NOTICE)?,
            answer: OnceCell::new(),
        })
    }
}

/// The keys of the settings: the public key first, then the certificates.
fn given(facts: &Facts) -> Vec<Held> {
    let key = facts.public_key.as_ref().and_then(|material| PublicKey::load(material.source.as_str()).ok());
    let public = facts.settings.get(names::PUBLIC_KEY_ID).zip(key);
    let public = public.map(|(id, key)| Held { serial: id.to_string(), key });
    let certificates =
        facts.platform.iter().filter_map(|material| Certificate::load_all(material.source.as_str()).ok());
    let mut certificates: Vec<_> =
        certificates.flatten().filter(|certificate| certificate.not_after() > facts.now).collect();
    certificates.sort_by_key(|certificate| std::cmp::Reverse(certificate.not_after()));
    public.into_iter().chain(certificates.iter().map(of_certificate)).collect()
}

fn of_certificate(certificate: &Certificate) -> Held {
    Held { serial: certificate.serial().to_owned(), key: certificate.public_key().clone() }
}

/// The entries of the gateway's list.
pub(in crate::doctor) fn entries(answer: &Answer) -> Vec<Value> {
    let list = answer.json().get("data").and_then(Value::as_array).cloned();
    list.filter(|_| answer.status.is_success()).unwrap_or_default()
}

fn open(entry: &Value, key: &str) -> Fetched {
    let sealed = entry.get("encrypt_certificate").unwrap_or(&Value::Null);
    let plain = gateway::open(key, sealed).map_err(|error| error.to_string())?;
    let text = std::str::from_utf8(&plain).map_err(|_| "what is in it is no text".to_owned())?;
    Certificate::from_pem(text).map_err(|error| error.to_string())
}
