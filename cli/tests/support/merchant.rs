//! A merchant whose settings are right, made for a test: keys, certificates, files, variables.
#![allow(dead_code, missing_docs, unreachable_pub, reason = "each test uses its part")]

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rcgen::{
    CertificateParams, DistinguishedName, DnType, KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_RSA_SHA256, RsaKeySize,
    SerialNumber,
};
use time::{Duration, OffsetDateTime};

pub const MCHID: &str = "1900000109";
pub const SERIAL: &str = "3775B6A45ACD588826D15E583A95F5DD3775B6A4";
pub const PLATFORM_SERIAL: &str = "5157F09EFDC096DE15EBE81A47057A7232F1B8E1";
pub const ID: &str = "PUB_KEY_ID_0114232134912410000000000000";
pub const API_V3_KEY: &str = "0123456789abcdefGHIJKLMNOPQRSTUV";
pub const SECRET: &str = "abcdefghij0123456789KLMNOPQRSTUV";

fn rsa() -> KeyPair {
    KeyPair::generate_for(&PKCS_RSA_SHA256).unwrap()
}

/// The merchant's key, another merchant's, WeChat Pay's; made once for each process.
pub static OWN: LazyLock<KeyPair> = LazyLock::new(rsa);
pub static OTHER: LazyLock<KeyPair> = LazyLock::new(rsa);
pub static PLATFORM: LazyLock<KeyPair> = LazyLock::new(rsa);

/// A certificate of these days from now on, with this serial and name.
pub fn certificate(key: &KeyPair, serial: &str, name: &str, days: (i64, i64)) -> String {
    let mut params = CertificateParams::default();
    let byte = |at: usize| u8::from_str_radix(&serial[at..at + 2], 16).unwrap();
    let bytes: Vec<u8> = (0..serial.len()).step_by(2).map(byte).collect();
    params.serial_number = Some(SerialNumber::from_slice(&bytes));
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    let now = OffsetDateTime::now_utc();
    params.not_before = now + Duration::days(days.0);
    params.not_after = now + Duration::days(days.1);
    params.self_signed(key).unwrap().pem()
}

pub fn large_key() -> String {
    KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_3072).unwrap().serialize_pem()
}

pub fn ec_key() -> String {
    KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap().serialize_pem()
}

pub fn ec_certificate() -> String {
    certificate(&KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap(), SERIAL, MCHID, (-1, 900))
}

/// A fixture of the SDK, such as a key that is too short.
pub fn fixture(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures").join(name)).unwrap()
}

/// PKCS#1 of a public key.
pub fn pkcs1_public(key: &KeyPair) -> String {
    pem("RSA PUBLIC KEY", key.public_key_raw())
}

pub fn pem(label: &str, der: &[u8]) -> String {
    let text = BASE64_STANDARD.encode(der);
    let lines: Vec<_> = text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

/// Settings in a folder of their own.
pub struct Merchant {
    pub folder: tempfile::TempDir,
    vars: Vec<(String, String)>,
}

impl Merchant {
    /// One that verifies by the public key, complete.
    pub fn new() -> Self {
        let merchant = Self { folder: tempfile::tempdir().unwrap(), vars: Vec::new() };
        merchant.write("apiclient_key.pem", &OWN.serialize_pem());
        merchant.write("apiclient_cert.pem", &certificate(&OWN, SERIAL, MCHID, (-1, 900)));
        merchant.write("pub_key.pem", &PLATFORM.public_key_pem());
        let key = merchant.path("apiclient_key.pem").to_str().unwrap().to_owned();
        let public = merchant.path("pub_key.pem").to_str().unwrap().to_owned();
        merchant
            .set("MCHID", MCHID)
            .set("SERIAL", SERIAL)
            .set("PRIVATE_KEY", &key)
            .set("PUBLIC_KEY_ID", ID)
            .set("PUBLIC_KEY", &public)
            .set("API_V3_KEY", API_V3_KEY)
    }

    /// One that verifies by platform certificates that are given.
    pub fn of_certificates() -> Self {
        let merchant = Self::new().unset("PUBLIC_KEY_ID").unset("PUBLIC_KEY");
        merchant.write("platform.pem", &certificate(&PLATFORM, PLATFORM_SERIAL, "Tenpay.com sign", (-1, 900)));
        let path = merchant.path("platform.pem").to_str().unwrap().to_owned();
        merchant.set("PLATFORM_CERTIFICATE", &path)
    }

    /// One with `APIv2` alone.
    pub fn of_v2() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), vars: Vec::new() }.set("MCHID", MCHID).set("SECRET", SECRET)
    }

    /// The text of its certificate.
    pub fn certificate(&self) -> String {
        std::fs::read_to_string(self.path("apiclient_cert.pem")).unwrap()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file that only its owner reads.
    pub fn write(&self, name: &str, content: &str) {
        std::fs::write(self.path(name), content).unwrap();
        self.chmod(name, 0o600);
    }

    pub fn chmod(&self, name: &str, mode: u32) {
        #[cfg(unix)]
        std::fs::set_permissions(self.path(name), std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
    }

    #[must_use]
    pub fn set(mut self, name: &str, value: &str) -> Self {
        self = self.unset(name);
        self.vars.push((format!("WECHATPAY_{name}"), value.to_owned()));
        self
    }

    #[must_use]
    pub fn unset(mut self, name: &str) -> Self {
        self.vars.retain(|(known, _)| *known != format!("WECHATPAY_{name}"));
        self
    }

    /// A file beside the key, and the setting that names it.
    #[must_use]
    pub fn file(self, setting: &str, name: &str, content: &str) -> Self {
        self.write(name, content);
        let path = self.path(name).to_str().unwrap().to_owned();
        self.set(setting, &path)
    }

    pub fn vars(&self) -> Vec<(&str, &str)> {
        self.vars.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }

    /// The settings as an env file, every value quoted.
    pub fn env_file(&self) -> PathBuf {
        let escaped = |value: &str| value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
        let lines: Vec<_> = self.vars.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
        self.write("merchant.env", &lines.join("\n"));
        self.path("merchant.env")
    }
}
