//! The forms: what a file holds, and what is to come of it where a private key, a public key or a certificate is wanted.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::ways::{Want, Way};

pub(crate) const MERCHANT_SERIAL: &str = "5F3A9C01D2E47B6088A1C3F5E70912B4D6C8AA17";

macro_rules! fixture {
    ($file:literal) => {
        include_bytes!(concat!("../fixtures/", $file))
    };
}

pub(crate) const MERCHANT_KEY: &str = include_str!("../fixtures/merchant_key.pem");
pub(crate) const MERCHANT_CERT: &str = include_str!("../fixtures/merchant_cert.pem");
const PKCS1: &str = include_str!("../fixtures/merchant_key_pkcs1.pem");
const SPKI: &str = include_str!("../fixtures/merchant_public.pem");
const PUBLIC_PKCS1: &str = include_str!("../fixtures/merchant_public_pkcs1.pem");
const EC_CERT: &str = include_str!("../fixtures/forms/ec_cert.pem");
const EC_SEC1: &str = include_str!("../fixtures/forms/ec_sec1.pem");

/// What is to come of a form.
#[derive(Clone, Copy)]
pub(crate) enum Expected {
    Loaded,
    /// What it is named as, and the command that the error gives, if one helps.
    Named(&'static str, &'static str),
}

use Expected::{Loaded, Named};

pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) content: Vec<u8>,
    private: Expected,
    public: Expected,
    certificate: Expected,
    root: Expected,
    binary: bool,
}

impl Row {
    pub(crate) fn expected(&self, way: &Way) -> Expected {
        let nothing = self.content.trim_ascii().is_empty() && way.env;
        match way.want {
            _ if self.binary && way.text => Named("a binary file", "from_path"),
            _ if nothing => Named("missing in the environment: WECHATPAY_", ""),
            Want::PrivateKey => self.private,
            Want::PublicKey => self.public,
            Want::Certificate => self.certificate,
            Want::Root => self.root,
        }
    }

    fn binary(self) -> Self {
        Self { binary: true, ..self }
    }

    fn root(self, root: Expected) -> Self {
        Self { root, ..self }
    }
}

fn row(
    name: &'static str,
    content: impl AsRef<[u8]>,
    private: Expected,
    public: Expected,
    certificate: Expected,
) -> Row {
    Row { name, content: content.as_ref().to_vec(), private, public, certificate, root: certificate, binary: false }
}

const KEY_OF_P12: &str =
    "openssl pkcs12 -legacy -in apiclient_cert.p12 -passin pass:MCHID -nocerts -nodes -out apiclient_key.pem";
const CERT_OF_P12: &str =
    "openssl pkcs12 -legacy -in apiclient_cert.p12 -passin pass:MCHID -nokeys -out apiclient_cert.pem";
const HALF: &str = "openssl pkey -in key.pem -pubout -out public.pem";

/// A form of the merchant's private key.
fn key(name: &'static str, content: impl AsRef<[u8]>) -> Row {
    let is = "an RSA private key; expected";
    row(name, content, Loaded, Named(is, HALF), Named(is, CERT_OF_P12))
}

/// A form of its public key.
fn public(name: &'static str, content: impl AsRef<[u8]>) -> Row {
    let is = "an RSA public key; expected";
    row(name, content, Named(is, KEY_OF_P12), Loaded, Named(is, CERT_OF_P12))
}

/// A form of its certificate.
fn certificate(name: &'static str, content: impl AsRef<[u8]>) -> Row {
    row(name, content, Named("a certificate (X.509); expected", KEY_OF_P12), Loaded, Loaded)
}

/// A private key that cannot be used as it is.
fn other_key(name: &'static str, content: impl AsRef<[u8]>, is: &'static str, command: &'static str) -> Row {
    row(name, content, Named(is, command), Named(is, ""), Named(is, CERT_OF_P12))
}

/// A key that no command turns into one of RSA.
fn no_rsa(name: &'static str, content: impl AsRef<[u8]>, is: &'static str) -> Row {
    row(name, content, Named(is, KEY_OF_P12), Named(is, ""), Named(is, CERT_OF_P12))
}

/// What is nothing at all.
fn nothing(name: &'static str, content: impl AsRef<[u8]>, is: &'static str) -> Row {
    row(name, content, Named(is, ""), Named(is, ""), Named(is, ""))
}

fn der(pem: &str) -> Vec<u8> {
    let data: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    STANDARD.decode(data).unwrap()
}

fn base64(bytes: impl AsRef<[u8]>) -> String {
    STANDARD.encode(bytes)
}

fn folded(bytes: impl AsRef<[u8]>) -> String {
    let text = base64(bytes);
    text.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect::<Vec<_>>().join("\r\n")
}

fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(to_bytes).collect()
}

pub(crate) fn rows() -> Vec<Row> {
    [texts(), labels_and_neighbours(), encrypted_and_archives(), ssh_and_json(), not_rsa(), damaged()]
        .into_iter()
        .flatten()
        .collect()
}

/// Ways in which a text is kept.
fn texts() -> Vec<Row> {
    let gbk = [b"# \xC9\xCC\xBB\xA7\xCB\xBD\xD4\xBF\n", MERCHANT_KEY.as_bytes()].concat();
    vec![
        key("PKCS#8", MERCHANT_KEY),
        key("PKCS#1", PKCS1),
        key("CRLF", MERCHANT_KEY.replace('\n', "\r\n")),
        key("\\n written out", MERCHANT_KEY.replace('\n', "\\n")),
        key("\\r\\n written out", PKCS1.replace('\n', "\\r\\n")),
        key("\\\\n written out twice", MERCHANT_KEY.replace('\n', "\\\\n")),
        key(
            "JSON escapes",
            MERCHANT_KEY.replace('\n', "\\u000a").replace('/', "\\/").replace('+', "\\u002B").replace('=', "\\u003d"),
        ),
        key(
            "percent-encoded",
            MERCHANT_KEY.replace('+', "%2B").replace('/', "%2F").replace('\n', "%0A").replace(' ', "%20"),
        ),
        key("blanks for line breaks", MERCHANT_KEY.replace('\n', " ")),
        key("no line breaks", MERCHANT_KEY.replace('\n', "")),
        key("no blanks at all", MERCHANT_KEY.replace(['\n', ' '], "")),
        key("line breaks doubled", MERCHANT_KEY.replace('\n', "\n\n")),
        key("indented", MERCHANT_KEY.replace('\n', "\n    ")),
        key("in quotes", format!("\"{}\"", MERCHANT_KEY.trim())),
        key("in quotes, \\n written out", format!("'{}'", MERCHANT_KEY.replace('\n', "\\n"))),
        key("dashes of a word processor", MERCHANT_KEY.replace("-----", "——")),
        key("UTF-8 with BOM", format!("\u{feff}{MERCHANT_KEY}")),
        key("UTF-16 LE", utf16(MERCHANT_KEY, u16::to_le_bytes)),
        key("UTF-16 BE", utf16(MERCHANT_KEY, u16::to_be_bytes)),
        key("a comment in GBK above", gbk),
        key("a comment in Chinese with a URL", format!("# 商户私钥 https://pay.weixin.qq.com\n{MERCHANT_KEY}")),
        key("base64 without frame", base64(der(MERCHANT_KEY))),
        key("base64 without frame, PKCS#1", base64(der(PKCS1))),
        key("base64 without frame, folded", folded(der(MERCHANT_KEY))),
        key("base64 without frame, in quotes", format!("\"{}\"", base64(der(MERCHANT_KEY)))),
        key(
            "base64 of URLs without padding",
            base64(der(MERCHANT_KEY)).replace('+', "-").replace('/', "_").replace('=', ""),
        ),
        key("base64 of a PEM", base64(MERCHANT_KEY)),
        key("base64 of a PEM, folded", folded(MERCHANT_KEY)),
        key("base64 of a PEM, twice", base64(base64(MERCHANT_KEY))),
        key("private.pkcs8://", format!("private.pkcs8://{}", base64(der(MERCHANT_KEY)))),
        key("private.pkcs8:// folded", format!("private.pkcs8://{}", folded(der(MERCHANT_KEY)))),
        key("private.pkcs1://", format!("private.pkcs1://{}", base64(der(PKCS1)))),
        key("private.pkcs1:// of PKCS#8", format!("private.pkcs1://{}", base64(der(MERCHANT_KEY)))),
        key("DER, PKCS#8", der(MERCHANT_KEY)).binary(),
        key("DER, PKCS#1", der(PKCS1)).binary(),
        public("SPKI", SPKI),
        public("PKCS#1 public", PUBLIC_PKCS1),
        public("SPKI, \\n written out", SPKI.replace('\n', "\\n")),
        public("SPKI, base64 without frame", base64(der(SPKI))),
        public("public.spki:// folded", format!("public.spki://{}", folded(der(SPKI)))),
        public("public.pkcs1://", format!("public.pkcs1://{}", base64(der(PUBLIC_PKCS1)))),
        public("DER, SPKI", der(SPKI)).binary(),
        public("DER, PKCS#1 public", der(PUBLIC_PKCS1)).binary(),
        certificate("certificate", MERCHANT_CERT),
        certificate("certificate, UTF-16 LE", utf16(MERCHANT_CERT, u16::to_le_bytes)),
        certificate("certificate, on one line", MERCHANT_CERT.replace('\n', " ")),
        certificate("certificate, base64 without frame", base64(der(MERCHANT_CERT))),
        certificate("certificate, DER", fixture!("forms/merchant_cert.der")).binary(),
    ]
}

/// Labels that do not fit, and blocks beside the one that is wanted.
fn labels_and_neighbours() -> Vec<Row> {
    let relabel = |pem: &str, from: &str, to: &str| pem.replace(&format!(" {from}-"), &format!(" {to}-"));
    let prose = "Everything from -----BEGIN to -----END is secret.\n";
    let all = |name, content: String| row(name, content, Loaded, Loaded, Loaded);
    vec![
        key("PKCS#8 as RSA PRIVATE KEY", relabel(MERCHANT_KEY, "PRIVATE KEY", "RSA PRIVATE KEY")),
        key("PKCS#1 as PRIVATE KEY", relabel(PKCS1, "RSA PRIVATE KEY", "PRIVATE KEY")),
        key(
            "a frame around base64 of a PEM",
            format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----", base64(MERCHANT_KEY)),
        ),
        key(
            "EC PARAMETERS before",
            format!("{}{MERCHANT_KEY}", &EC_SEC1[..EC_SEC1.find("-----BEGIN EC PRIVATE").unwrap()]),
        ),
        key("an EC key before", format!("{EC_SEC1}{MERCHANT_KEY}")),
        key("prose with dashes before", format!("{prose}{MERCHANT_KEY}--\nAdmin")),
        key("headers of RFC 1421", MERCHANT_KEY.replacen("KEY-----\n", "KEY-----\nComment: a\n  b\nX: y\n\n", 1)),
        public("SPKI as RSA PUBLIC KEY", relabel(SPKI, "PUBLIC KEY", "RSA PUBLIC KEY")),
        public("PKCS#1 as PUBLIC KEY", relabel(PUBLIC_PKCS1, "RSA PUBLIC KEY", "PUBLIC KEY")),
        certificate("TRUSTED CERTIFICATE", fixture!("forms/trusted_cert.pem")),
        certificate("X509 CERTIFICATE", relabel(MERCHANT_CERT, "CERTIFICATE", "X509 CERTIFICATE")),
        certificate("a chain, its EC authority behind", format!("{MERCHANT_CERT}{EC_CERT}")),
        certificate("a chain, its EC authority before", format!("{EC_CERT}{MERCHANT_CERT}")),
        all(
            "Bag Attributes, key and certificate",
            String::from_utf8(fixture!("forms/bag_attributes.pem").to_vec()).unwrap(),
        ),
        all("certificate and key", format!("{MERCHANT_CERT}{MERCHANT_KEY}")),
        all("key and certificate", format!("{PKCS1}\r\n{MERCHANT_CERT}")),
        all("certificate and key on one line", format!("{MERCHANT_CERT}{MERCHANT_KEY}").replace('\n', "\\n")),
        row(
            "key and public key",
            format!("{MERCHANT_KEY}{SPKI}"),
            Loaded,
            Loaded,
            Named("found a `PRIVATE KEY`", CERT_OF_P12),
        ),
    ]
}

fn encrypted_and_archives() -> Vec<Row> {
    let pkcs8 = "encrypted with a passphrase (PKCS#8)";
    let pkcs1 = "encrypted with a passphrase (PEM headers)";
    let p12 = "a PKCS#12 file (.p12, .pfx)";
    let jks = "a Java keystore (JKS)";
    let bundle = "a bundle of certificates (PKCS#7)";
    let csr = "a request for a certificate (CSR, PKCS#10)";
    let export = "keytool -exportcert -rfc -keystore keystore.jks -alias ALIAS -file certificate.pem";
    let decrypt = "openssl pkey -in key.pem -out plain.pem";
    let encrypted = |name, content: &[u8], is, command| {
        row(name, content, Named(is, command), Named(is, HALF), Named(is, CERT_OF_P12))
    };
    let old = String::from_utf8(fixture!("forms/encrypted_pkcs1.pem").to_vec()).unwrap();
    let pkcs7 = |name, content: &[u8], command| {
        row(name, content, Named(bundle, KEY_OF_P12), Named(bundle, command), Named(bundle, command))
    };
    vec![
        encrypted("ENCRYPTED PRIVATE KEY", fixture!("forms/encrypted_pkcs8.pem"), pkcs8, decrypt),
        encrypted("Proc-Type: 4,ENCRYPTED", old.as_bytes(), pkcs1, decrypt),
        encrypted("Proc-Type: 4,ENCRYPTED on one line", old.replace('\n', " ").as_bytes(), pkcs1, decrypt),
        encrypted("Proc-Type: 4,ENCRYPTED, \\n written out", old.replace('\n', "\\n").as_bytes(), pkcs1, decrypt),
        encrypted("encrypted, DER", fixture!("forms/encrypted_pkcs8.der"), pkcs8, "openssl pkey -inform DER -in key.der -out plain.pem").binary(),
        row("PKCS#12", fixture!("forms/merchant.p12"), Named(p12, KEY_OF_P12), Named(p12, CERT_OF_P12), Named(p12, CERT_OF_P12)).binary(),
        row("PKCS#12, base64", base64(fixture!("forms/merchant.p12")), Named(p12, KEY_OF_P12), Named(p12, CERT_OF_P12), Named(p12, CERT_OF_P12)),
        row(
            "Java keystore",
            fixture!("forms/keystore.jks"),
            Named(jks, "keytool -importkeystore -srckeystore keystore.jks -destkeystore key.p12 -deststoretype PKCS12 && openssl pkcs12 -in key.p12 -nocerts -nodes -out key.pem"),
            Named(jks, export),
            Named(jks, export),
        )
        .binary(),
        pkcs7("PKCS#7", fixture!("forms/pkcs7.pem"), "openssl pkcs7 -in certificates.p7b -print_certs -out certificate.pem"),
        pkcs7("PKCS#7, DER", fixture!("forms/pkcs7.p7b"), "openssl pkcs7 -inform DER -in certificates.p7b -print_certs -out certificate.pem").binary(),
        row(
            "CSR",
            fixture!("forms/request.csr"),
            Named(csr, KEY_OF_P12),
            Named(csr, "openssl req -in request.csr -pubkey -noout -out public.pem"),
            Named(csr, CERT_OF_P12),
        ),
        row("ZIP", b"PK\x03\x04\x14\0\0\0", Named("a ZIP archive", "unzip"), Named("a ZIP archive", "unzip"), Named("a ZIP archive", "unzip")),
    ]
}

fn ssh_and_json() -> Vec<Row> {
    let openssh = "a private key in OpenSSH's own format";
    let (ssh, ssh2) = ("a public key of SSH (`ssh-rsa`)", "a public key of SSH (SSH2, RFC 4716)");
    let ssh_key = |name, content: &[u8]| {
        let half = "ssh-keygen -e -m PKCS8 -f key > public.pem";
        row(
            name,
            content,
            Named(openssh, "ssh-keygen -p -m PEM -f key"),
            Named(openssh, half),
            Named(openssh, CERT_OF_P12),
        )
    };
    let (jwk, xml) = ("a JSON Web Key (JWK)", "a key in the XML of .NET");
    let putty =
        "PuTTY-User-Key-File-2: ssh-rsa\nEncryption: none\nComment: fixture\nPublic-Lines: 1\nAAAAB3NzaC1yc2E=\n";
    let (ppk, pgp) = ("a private key of PuTTY (PPK)", "something of PGP");
    let other_ssh = "a public key of SSH that is not an RSA key";
    vec![
        ssh_key("OPENSSH PRIVATE KEY", fixture!("forms/openssh_rsa.key")),
        ssh_key("OPENSSH PRIVATE KEY, encrypted", fixture!("forms/openssh_encrypted.key")),
        no_rsa(
            "OPENSSH PRIVATE KEY, Ed25519",
            fixture!("forms/openssh_ed25519.key"),
            "an OpenSSH private key that is not an RSA key",
        ),
        row(
            "ssh-rsa AAAA",
            fixture!("forms/openssh_rsa.pub"),
            Named(ssh, KEY_OF_P12),
            Named(ssh, "ssh-keygen -e -m PKCS8 -f key.pub > public.pem"),
            Named(ssh, CERT_OF_P12),
        ),
        no_rsa("ssh-ed25519 AAAA", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA== a@b", other_ssh),
        row(
            "SSH2 PUBLIC KEY",
            fixture!("forms/ssh2.pub"),
            Named(ssh2, KEY_OF_P12),
            Named(ssh2, "ssh-keygen -i -f key.pub | ssh-keygen -e -m PKCS8 -f /dev/stdin > public.pem"),
            Named(ssh2, CERT_OF_P12),
        ),
        other_key("PuTTY", putty, ppk, "puttygen key.ppk -O private-openssh -o key.pem"),
        no_rsa(
            "PGP",
            "-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: 1\n\nlQOYBF\n=aaaa\n-----END PGP PRIVATE KEY BLOCK-----",
            pgp,
        ),
        row(
            "JWK",
            fixture!("forms/key.jwk"),
            Named(jwk, "createPrivateKey"),
            Named(jwk, "createPublicKey"),
            Named(jwk, CERT_OF_P12),
        ),
        row(
            "XML",
            "<RSAKeyValue><Modulus>AQID</Modulus></RSAKeyValue>",
            Named(xml, "ExportPkcs8PrivateKeyPem"),
            Named(xml, "ExportSubjectPublicKeyInfoPem"),
            Named(xml, CERT_OF_P12),
        ),
    ]
}

/// Keys that are not of RSA, or too short.
fn not_rsa() -> Vec<Row> {
    let (ec_cert, sm2_cert) =
        ("a certificate of an EC key, not an RSA key", "a certificate of an SM2 key, not an RSA key");
    let bits = "an RSA key of 1024 bits; 2048 or more are expected";
    let short = "it has fewer than 2048 bits";
    vec![
        no_rsa("EC PRIVATE KEY", EC_SEC1, "an EC private key, not an RSA key"),
        no_rsa("EC, PKCS#8", fixture!("ec_key.pem"), "an EC private key, not an RSA key"),
        no_rsa("EC public", fixture!("ec_public.pem"), "an EC public key, not an RSA key"),
        no_rsa("SM2", fixture!("forms/sm2_key.pem"), "an SM2 private key, not an RSA key"),
        no_rsa("SM2 public", fixture!("forms/sm2_public.pem"), "an SM2 public key, not an RSA key"),
        no_rsa("Ed25519", fixture!("forms/ed25519_key.pem"), "an Ed25519 (or similar) private key, not an RSA key"),
        no_rsa(
            "Ed25519 public",
            fixture!("forms/ed25519_public.pem"),
            "an Ed25519 (or similar) public key, not an RSA key",
        ),
        no_rsa("DSA, PKCS#8", fixture!("forms/dsa_key.pem"), "a DSA private key, not an RSA key"),
        no_rsa("DSA PRIVATE KEY", fixture!("forms/dsa_traditional.pem"), "a DSA private key, not an RSA key"),
        no_rsa("RSA-PSS", fixture!("forms/pss_key.pem"), "a private key for RSA-PSS only"),
        no_rsa("EC certificate", EC_CERT, ec_cert).root(Loaded),
        no_rsa("SM2 certificate", fixture!("forms/sm2_cert.pem"), sm2_cert).root(Loaded),
        row(
            "RSA of 1024 bits",
            fixture!("short_key.pem"),
            Named(short, ""),
            Named("an RSA private key; expected", HALF),
            Named("an RSA private key; expected", CERT_OF_P12),
        ),
        row(
            "RSA public of 1024 bits",
            fixture!("forms/short_public.pem"),
            Named("an RSA public key; expected", KEY_OF_P12),
            Named(bits, ""),
            Named("an RSA public key; expected", CERT_OF_P12),
        ),
        row(
            "RSA certificate of 1024 bits",
            fixture!("forms/short_cert.pem"),
            Named("a certificate (X.509); expected", KEY_OF_P12),
            Named(bits, ""),
            Named(bits, ""),
        )
        .root(Loaded),
    ]
}

fn damaged() -> Vec<Row> {
    let lines: Vec<_> = MERCHANT_KEY.lines().collect();
    let cut = format!("{}\n{}", lines[..10].join("\n"), lines[lines.len() - 1]);
    vec![
        nothing("a line lost", cut, "which is damaged: it is cut off"),
        nothing("a character lost", MERCHANT_KEY.replacen("MII", "MI", 1), "`PRIVATE KEY`, whose base64 is damaged"),
        nothing("the first line lost", lines[1..].join("\n"), "the PEM text is damaged: its first line"),
        nothing("base64 cut off", &base64(der(MERCHANT_KEY))[..400], "which is damaged: it is cut off"),
        nothing("a password", "correct horse battery staple", "no PEM text"),
        nothing("empty", "", "no PEM text (`-----BEGIN …-----`) found: it is empty"),
        nothing("blank", " \r\n", "no PEM text (`-----BEGIN …-----`) found: it is empty"),
    ]
}
