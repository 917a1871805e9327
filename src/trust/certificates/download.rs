//! One download of the platform certificates: signed request, decrypted answer, verified with what it contains.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use http::header::{ACCEPT, USER_AGENT};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::Deserialize;

use crate::crypto::clock::unix_seconds;
use crate::crypto::secret::Secret;
use crate::crypto::x509;
use crate::error::rejection::{Rejection, request_id};
use crate::error::{Error, ErrorKind, Result};
use crate::keys::Certificate;
use crate::protocol::shape::{Shape, Whose};
use crate::protocol::v3::answer;
use crate::protocol::v3::cause::Came;
use crate::protocol::v3::envelope::Encrypted;
use crate::protocol::v3::trust::{MerchantKeys, Trust, same_serial};
use crate::protocol::v3::verify::{Failure, Signed};
use crate::request::authorization::Authorizer;
use crate::transport::hosts::{Hosts, Trouble};
use crate::transport::hyper_service::HyperService;
use crate::transport::timer;
use crate::uri::base_uri::BaseUri;
use http::header::AUTHORIZATION;

/// What a download needs.
#[derive(Debug)]
pub(crate) struct Download {
    pub(crate) authorizer: Authorizer,
    pub(crate) hyper: HyperService,
    pub(crate) hosts: Arc<Hosts>,
    pub(crate) user_agent: HeaderValue,
    pub(crate) timeout: Duration,
    pub(crate) window: Duration,
    pub(crate) api_v3_key: Secret,
    pub(crate) merchant: MerchantKeys,
}

#[derive(Deserialize)]
struct Answer {
    data: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    serial_no: String,
    #[serde(default)]
    expire_time: String,
    encrypt_certificate: Encrypted,
}

impl Download {
    /// The certificates that are valid now, and their PEM texts.
    ///
    /// # Errors
    ///
    /// `Config` when the merchant has the WeChat Pay public key instead; `Decrypt` for a wrong APIv3 key; `Verify` when the
    /// answer or a certificate in it is not right; otherwise as a call.
    pub(crate) async fn certificates(&self, held: &Trust) -> Result<(Vec<Certificate>, Vec<String>)> {
        let named_too = |error: Error| {
            named(error.kind(), &error.to_string()).that_may_pass(error.is_retryable()).with_source(error)
        };
        let response = self.get(held).await.map_err(named_too)?;
        let (parts, body) = response.into_parts();
        if !parts.status.is_success() {
            return Err(refused(parts.status, &parts.headers, body));
        }
        let now = unix_seconds().ok_or_else(|| named(ErrorKind::Verify, "the local clock is before 1970"))?;
        self.read(&parts.headers, &body, held, now).map_err(|error| error.with_request_id(request_id(&parts.headers)))
    }

    /// From the first host that answers.
    async fn get(&self, held: &Trust) -> Result<http::Response<Bytes>> {
        let mut tried = Vec::new();
        loop {
            let at = self.hosts.pick(&tried, Instant::now()).unwrap_or_default();
            let result = self.get_from(self.hosts.base(at), held).await;
            match &result {
                Ok(_) => self.hosts.answered(at),
                Err(error) => {
                    let trouble = match error.kind() {
                        ErrorKind::Connect => Trouble::Unreachable,
                        ErrorKind::Transport | ErrorKind::Timeout => Trouble::Broke,
                        _ => return result,
                    };
                    self.hosts.failed(at, trouble, Instant::now());
                    tried.push(at);
                    if tried.len() < self.hosts.len() {
                        continue;
                    }
                }
            }
            return result;
        }
    }

    async fn get_from(&self, base_uri: &BaseUri, held: &Trust) -> Result<http::Response<Bytes>> {
        let path = base_uri.resolve(certificates_path(base_uri.host()).to_owned());
        let url = base_uri.uri(path)?;
        let mut request = http::Request::get(url)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .header(USER_AGENT, self.user_agent.clone());
        if let Some(serial) = held.preferred_serial(SystemTime::now()) {
            request = request.header("wechatpay-serial", serial);
        }
        let mut request = request
            .body(Bytes::new())
            .map_err(|error| Error::request("the URL of the certificates is not one").with_source(error))?;
        let calling = async {
            let (authorization, _) = self.authorizer.authorize(&request).await?;
            request.headers_mut().insert(AUTHORIZATION, authorization);
            self.hyper.send(request, None).await
        };
        let late = || Error::new(ErrorKind::Timeout, format!("no answer within {:?}", self.timeout));
        let driver = self.hyper.drive().driver()?;
        timer::within(driver, self.timeout, calling).await.map_err(|over| over.or_late(late))?
    }

    /// Decrypts, checks each certificate, then verifies the answer by the key it names, held or just decrypted.
    fn read(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        held: &Trust,
        now: u64,
    ) -> Result<(Vec<Certificate>, Vec<String>)> {
        let answer: Answer = serde_json::from_slice(body).map_err(|_| {
            let shape = Shape::of(body).tell(Whose::Answer).map(|shape| format!("; {shape}")).unwrap_or_default();
            named(ErrorKind::Decode, &format!("the answer is not the documented JSON{shape}"))
        })?;
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(now);
        let mut certificates = Vec::new();
        let mut pems = Vec::new();
        for entry in answer.data {
            let (certificate, pem) = self.open(&entry)?;
            if certificate.is_valid_at(time) {
                certificates.push(certificate);
                pems.push(pem);
            }
        }
        if certificates.is_empty() {
            return Err(named(ErrorKind::Verify, "the answer holds no certificate that is valid now"));
        }
        let trust = held.refreshed(&certificates, time)?;
        self.merchant.check(&trust).map_err(|error| named(ErrorKind::Verify, &error.to_string()))?;
        let came =
            Came { whose: Whose::Answer, headers, body: Some(body), own_serial: self.merchant.serial.as_deref() };
        Signed::read(headers, now, self.window)
            .and_then(|signed| signed.check(body, &trust))
            .map_err(|failure| before(failure, held).into_error(&came))?;
        Ok((certificates, pems))
    }

    fn open(&self, entry: &Entry) -> Result<(Certificate, String)> {
        let pem = entry.encrypt_certificate.open(&self.api_v3_key)?;
        let pem =
            String::from_utf8(pem.to_vec()).map_err(|_| named(ErrorKind::Decode, "a certificate is not a PEM text"))?;
        let certificate = Certificate::from_pem(&pem)
            .map_err(|error| named(ErrorKind::Decode, "a certificate cannot be read").with_source(error))?;
        if !same_serial(certificate.serial(), &entry.serial_no) {
            let (named_as, own) = (&entry.serial_no, certificate.serial());
            return Err(named(ErrorKind::Verify, &format!("the certificate named {named_as:?} has the serial {own}")));
        }
        Ok((certificate.ending(x509::rfc3339(&entry.expire_time)), pem))
    }
}

/// A failure as it was before the answer: what a refused answer brought is not held.
fn before(failure: Failure, held: &Trust) -> Failure {
    match failure {
        Failure::UnknownSerial { serial, .. } => Failure::UnknownSerial {
            serial,
            held: held.serials().map(str::to_owned).collect(),
            search: Some("nor is it among the certificates that the answer brings".to_owned()),
        },
        other => other,
    }
}

/// Where the platform certificates of a host are; the overseas hosts have their own path.
fn certificates_path(host: &str) -> &'static str {
    match ["apihk.", "apius.", "apieu."].iter().any(|overseas| host.starts_with(overseas)) {
        true => "v3/global/certificates",
        false => "v3/certificates",
    }
}

fn refused(status: StatusCode, headers: &HeaderMap, body: Bytes) -> Error {
    let error = Error::rejected(answer::rejection(status, headers, body, false));
    let no_certificates = |rejection: &Rejection| rejection.is("RESOURCE_NOT_EXISTS") || rejection.is("NOT_FOUND");
    if status == StatusCode::NOT_FOUND && error.rejection().is_some_and(no_certificates) {
        let message = "there are none: this merchant uses the WeChat Pay public key: configure platform_key";
        return named(ErrorKind::Config, message).with_source(error);
    }
    // It is not the answer to the call that needs the certificates, so it is no `Rejected`.
    let kind = if error_passes(status) { ErrorKind::Transport } else { ErrorKind::Config };
    let message = error.sentence().to_owned();
    named(kind, &message).with_request_id(request_id(headers)).with_source(error)
}

/// Whether a refusal may pass by itself; other ones say that credentials or permissions are wrong.
fn error_passes(status: StatusCode) -> bool {
    status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error()
}

fn named(kind: ErrorKind, why: &str) -> Error {
    Error::new(kind, format!("the platform certificates: {why}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::keys::PrivateKey;
    use crate::keys::fixtures as f;
    use crate::keys::signer::AnySigner;
    use crate::protocol::v3::sign::Identity;
    use crate::protocol::v3::sign::Scheme;

    fn fetch(api_v3_key: &str, own_serial: &str) -> Download {
        let identity =
            Identity { scheme: Scheme::Merchant, id: "1900009191".into(), serial: f::MERCHANT_SERIAL.into() };
        let key = PrivateKey::from_pem(f::MERCHANT_KEY).unwrap();
        Download {
            merchant: MerchantKeys { serial: Some(own_serial.to_owned()), key: Some(key.clone()) },
            authorizer: Authorizer::new(identity, AnySigner::new(key)),
            hyper: HyperService::new().unwrap(),
            hosts: Arc::new(Hosts::new(
                vec![BaseUri::parse("https://api.mch.weixin.qq.com/").unwrap()],
                Duration::ZERO,
            )),
            user_agent: HeaderValue::from_static("test"),
            timeout: Duration::from_secs(1),
            window: crate::protocol::v3::verify::WINDOW,
            api_v3_key: Secret::new(api_v3_key),
        }
    }

    #[test]
    fn the_bootstrap_vector_passes_and_one_bit_anywhere_fails() {
        let vector = f::vector("v3-certificates-bootstrap");
        let headers = f::headers(&vector["input"]["headers"]);
        let text = |pointer: &str| vector.pointer(pointer).and_then(serde_json::Value::as_str).unwrap();
        let (body, key, now) = (text("/input/body"), text("/input/apiv3_key"), 1_795_334_406);
        let read = |fetch: &Download, headers: &HeaderMap, body: &str, now| {
            fetch.read(headers, body.as_bytes(), &Trust::default(), now).map_err(|error| error.kind())
        };
        let right = fetch(key, f::MERCHANT_SERIAL);
        let (certificates, pems) = right.read(&headers, body.as_bytes(), &Trust::default(), now).unwrap();
        assert_eq!(certificates[0].serial(), text("/expected/serial_no"));
        assert_eq!(pems, [text("/expected/certificate_pem")]);

        let other_key = format!("1{}", &key[1..]);
        assert_eq!(read(&fetch(&other_key, ""), &headers, body, now).unwrap_err(), ErrorKind::Decrypt);
        assert_eq!(read(&right, &headers, body, now + 600).unwrap_err(), ErrorKind::Verify);
        assert_eq!(read(&right, &headers, body, now + 10 * 365 * 86_400).unwrap_err(), ErrorKind::Verify);
        assert_eq!(read(&fetch(key, f::PLATFORM_SERIAL), &headers, body, now).unwrap_err(), ErrorKind::Verify);
        for (from, to, kind) in [
            ("\"ciphertext\":\"2", "\"ciphertext\":\"3", ErrorKind::Decrypt),
            ("\"associated_data\":\"c", "\"associated_data\":\"d", ErrorKind::Decrypt),
            ("AEAD_AES_256_GCM", "AEAD_AES_256_GCN", ErrorKind::Decode),
            ("\"serial_no\":\"7", "\"serial_no\":\"6", ErrorKind::Verify),
            ("\"effective_time\":\"2026", "\"effective_time\":\"2027", ErrorKind::Verify),
            ("\"data\"", "\"dat\"", ErrorKind::Decode),
        ] {
            assert!(body.contains(from), "{from}");
            assert_eq!(read(&right, &headers, &body.replacen(from, to, 1), now).unwrap_err(), kind, "{from}");
        }
        for name in ["wechatpay-timestamp", "wechatpay-nonce", "wechatpay-signature", "wechatpay-serial"] {
            let mut other = headers.clone();
            let mut value = headers[name].as_bytes().to_vec();
            value[3] ^= 1;
            other.insert(name, HeaderValue::from_bytes(&value).unwrap());
            assert_eq!(read(&right, &other, body, now).unwrap_err(), ErrorKind::Verify, "{name}");
        }
    }

    #[test]
    fn a_merchant_without_certificates_is_told_what_to_do() {
        for code in ["RESOURCE_NOT_EXISTS", "NOT_FOUND", "ResourceNotExists"] {
            let body = json!({"code": code}).to_string().into();
            let error = refused(StatusCode::NOT_FOUND, &HeaderMap::new(), body);
            assert!(
                error.kind() == ErrorKind::Config && error.to_string().contains("configure platform_key"),
                "{error}"
            );
        }
        for (status, kind) in [
            (404, ErrorKind::Config),
            (401, ErrorKind::Config),
            (429, ErrorKind::Transport),
            (502, ErrorKind::Transport),
        ] {
            let status = StatusCode::from_u16(status).unwrap();
            let error = refused(status, &HeaderMap::new(), json!({"code": "ORDER_NOT_EXIST"}).to_string().into());
            assert_eq!((error.kind(), error.rejection().is_none()), (kind, true));
            assert!(error.to_string().starts_with("the platform certificates: the gateway refused with"), "{error}");
        }
    }
}
