//! The sentence about a form that cannot be used: what it is, and the command that makes the right one of it.

use super::form::{Form, Piece};
use super::want::Want;
use crate::crypto::der::{Algorithm, Kind};

/// Labels are the text's own words: only such as PEM has are repeated.
const LONGEST_LABEL: usize = 40;

/// What was found instead of what is wanted, and what to do.
pub(crate) fn complaint(piece: &Piece, want: Want) -> String {
    let name = name(piece.form);
    let label = piece.label.as_deref().filter(|label| is_shown(label));
    let found = match (label, piece.form) {
        (_, Form::Unknown | Form::Empty | Form::Headless) => name.to_owned(),
        (Some(label), _) => format!("found a `{label}`, {name}"),
        (None, _) => format!("found {name}"),
    };
    match command(piece, want) {
        Some((TURNED, command)) => format!("{found}; {TURNED} `{command}`{}", remark(command)),
        Some((lead, command)) => {
            format!("{found}; {}; {lead} `{command}`{}", expected(piece.form, want), remark(command))
        }
        None => format!("{found}; {}", expected(piece.form, want)),
    }
}

/// Nothing else is needed.
const TURNED: &str = "it is turned into the right form by";
const HALF: &str = "its own public half, which is not WeChat Pay's, is written by";
const INSIDE: &str = "the certificate in it is written by";
const KEY_OF_P12: (&str, &str) = (
    "of apiclient_cert.p12 it is made by",
    "openssl pkcs12 -legacy -in apiclient_cert.p12 -passin pass:MCHID -nocerts -nodes -out apiclient_key.pem",
);
const CERTIFICATE_OF_P12: (&str, &str) = (
    "the merchant's own is made of apiclient_cert.p12 by",
    "openssl pkcs12 -legacy -in apiclient_cert.p12 -passin pass:MCHID -nokeys -out apiclient_cert.pem",
);

/// Merchants' archives are encrypted as OpenSSL 3 does not any longer by itself.
fn remark(command: &str) -> &'static str {
    if command.contains("-legacy") { " (OpenSSL 1 knows no `-legacy`)" } else { "" }
}

fn is_shown(label: &str) -> bool {
    label.len() <= LONGEST_LABEL
        && label.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b' ')
}

/// What a form is called.
pub(super) fn name(form: Form) -> &'static str {
    match form {
        Form::Der(kind) => kind_name(kind),
        Form::OldEncrypted => "a private key encrypted with a passphrase (PEM headers)",
        Form::OpenSshKey { rsa: true } => "a private key in OpenSSH's own format",
        Form::OpenSshKey { rsa: false } => "an OpenSSH private key that is not an RSA key",
        Form::SshPublic { rsa: true } => "a public key of SSH (`ssh-rsa`)",
        Form::Ssh2Public { rsa: true } => "a public key of SSH (SSH2, RFC 4716)",
        Form::SshPublic { rsa: false } | Form::Ssh2Public { rsa: false } => {
            "a public key of SSH that is not an RSA key"
        }
        Form::Putty => "a private key of PuTTY (PPK)",
        Form::Pgp => "something of PGP, which WeChat Pay does not use",
        Form::Jwk => "a JSON Web Key (JWK)",
        Form::Xml => "a key in the XML of .NET (`RSAKeyValue`)",
        Form::JavaKeystore => "a Java keystore (JKS)",
        Form::Zip => "a ZIP archive, such as the merchant platform's tool gives",
        Form::Parameters => "the parameters of a key that is not there, not an RSA key",
        Form::Damaged => "whose base64 is damaged",
        Form::Headless => "the PEM text is damaged: its first line, `-----BEGIN …-----`, is missing",
        Form::NotBase64 => "a `private.…://` or `public.…://` whose rest is not base64 of a key",
        Form::BinaryAsText => "a binary file (DER, PKCS#12, a keystore) that was read as a text",
        Form::Empty => "no PEM text (`-----BEGIN …-----`) found: it is empty",
        Form::Unknown => "no PEM text (`-----BEGIN …-----`) found, nor base64 of a key or a certificate",
    }
}

fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::PrivateKey { algorithm: Algorithm::Rsa, .. } => "an RSA private key",
        Kind::PrivateKey { algorithm: Algorithm::RsaPss, .. } => {
            "a private key for RSA-PSS only, which is not an RSA key for PKCS#1 v1.5"
        }
        Kind::PrivateKey { algorithm: Algorithm::Ec, .. } => "an EC private key, not an RSA key",
        Kind::PrivateKey { algorithm: Algorithm::Sm2, .. } => "an SM2 private key, not an RSA key",
        Kind::PrivateKey { algorithm: Algorithm::Edwards, .. } => "an Ed25519 (or similar) private key, not an RSA key",
        Kind::PrivateKey { algorithm: Algorithm::Dsa, .. } => "a DSA private key, not an RSA key",
        Kind::PrivateKey { algorithm: Algorithm::Other, .. } => "a private key, not an RSA key",
        Kind::PublicKey { algorithm: Algorithm::Rsa, .. } => "an RSA public key",
        Kind::PublicKey { algorithm: Algorithm::RsaPss, .. } => {
            "a public key for RSA-PSS only, which is not an RSA key for PKCS#1 v1.5"
        }
        Kind::PublicKey { algorithm: Algorithm::Ec, .. } => "an EC public key, not an RSA key",
        Kind::PublicKey { algorithm: Algorithm::Sm2, .. } => "an SM2 public key, not an RSA key",
        Kind::PublicKey { algorithm: Algorithm::Edwards, .. } => "an Ed25519 (or similar) public key, not an RSA key",
        Kind::PublicKey { algorithm: Algorithm::Dsa, .. } => "a DSA public key, not an RSA key",
        Kind::PublicKey { algorithm: Algorithm::Other, .. } => "a public key, not an RSA key",
        Kind::EncryptedKey => "a private key encrypted with a passphrase (PKCS#8)",
        Kind::Certificate(Algorithm::Rsa) => "a certificate (X.509)",
        Kind::Certificate(Algorithm::Ec) => "a certificate of an EC key, not an RSA key",
        Kind::Certificate(Algorithm::Sm2) => "a certificate of an SM2 key, not an RSA key",
        Kind::Certificate(_) => "a certificate of a key that is not an RSA key",
        Kind::Request => "a request for a certificate (CSR, PKCS#10)",
        Kind::RevocationList => "a list of revoked certificates (CRL)",
        Kind::Pkcs7 => "a bundle of certificates (PKCS#7)",
        Kind::Pkcs12 => "a PKCS#12 file (.p12, .pfx)",
        Kind::CutOff => "which is damaged: it is cut off",
    }
}

/// What is expected instead.
fn expected(form: Form, want: Want) -> &'static str {
    match (form, want) {
        (Form::BinaryAsText, _) => "give the path of the file to `from_path` or `load`, not its content as a text",
        (Form::Zip, _) => "what is needed is in it",
        (Form::Unknown | Form::Empty, Want::PrivateKey) => {
            "expected the private key (the file apiclient_key.pem); a file is read by `from_path` or `load`"
        }
        (Form::Unknown | Form::Empty, Want::PublicKey) => {
            "expected WeChat Pay's public key (the file pub_key.pem); a file is read by `from_path` or `load`"
        }
        (Form::Unknown | Form::Empty, Want::Certificate) => {
            "expected a certificate (such as the file apiclient_cert.pem); a file is read by `from_path` or `load`"
        }
        (_, Want::PrivateKey) => "expected the private key, RSA of 2048 bits or more (the file apiclient_key.pem)",
        (_, Want::PublicKey) => "expected WeChat Pay's public key, RSA of 2048 bits or more (the file pub_key.pem)",
        (_, Want::Certificate) => "expected a certificate, a `CERTIFICATE` in PEM",
    }
}

/// The command that makes what is wanted, and how it does.
fn command(piece: &Piece, want: Want) -> Option<(&'static str, &'static str)> {
    match (piece.form, want) {
        (Form::Zip, _) => Some(("it is unpacked by", "unzip certificates.zip")),
        (
            Form::NotBase64
            | Form::Damaged
            | Form::Headless
            | Form::BinaryAsText
            | Form::Empty
            | Form::Unknown
            | Form::Der(Kind::CutOff),
            _,
        ) => None,
        (form, Want::PrivateKey) => Some(for_private_key(form, piece.label.is_some())),
        (form, Want::PublicKey) => for_public_key(form, piece.label.is_some()),
        (form, Want::Certificate) => Some(for_certificate(form, piece.label.is_some())),
    }
}

fn for_private_key(form: Form, is_pem: bool) -> (&'static str, &'static str) {
    match form {
        Form::Der(Kind::EncryptedKey) if !is_pem => (TURNED, "openssl pkey -inform DER -in key.der -out plain.pem"),
        Form::Der(Kind::EncryptedKey) | Form::OldEncrypted => (TURNED, "openssl pkey -in key.pem -out plain.pem"),
        Form::Der(Kind::Pkcs12) => (TURNED, KEY_OF_P12.1),
        Form::OpenSshKey { rsa: true } => (TURNED, "ssh-keygen -p -m PEM -f key"),
        Form::Putty => (TURNED, "puttygen key.ppk -O private-openssh -o key.pem"),
        Form::Jwk => (
            TURNED,
            "node -p 'require(\"crypto\").createPrivateKey({key: JSON.parse(require(\"fs\").readFileSync(\"key.jwk\")), format: \"jwk\"}).export({type: \"pkcs8\", format: \"pem\"})' > key.pem",
        ),
        Form::Xml => (
            TURNED,
            "pwsh -c '$r = [Security.Cryptography.RSA]::Create(); $r.FromXmlString((Get-Content -Raw key.xml)); $r.ExportPkcs8PrivateKeyPem()' > key.pem",
        ),
        Form::JavaKeystore => (
            TURNED,
            "keytool -importkeystore -srckeystore keystore.jks -destkeystore key.p12 -deststoretype PKCS12 && openssl pkcs12 -in key.p12 -nocerts -nodes -out key.pem",
        ),
        _ => KEY_OF_P12,
    }
}

fn for_public_key(form: Form, is_pem: bool) -> Option<(&'static str, &'static str)> {
    Some(match form {
        Form::SshPublic { rsa: true } => (TURNED, "ssh-keygen -e -m PKCS8 -f key.pub > public.pem"),
        Form::Ssh2Public { rsa: true } => {
            (TURNED, "ssh-keygen -i -f key.pub | ssh-keygen -e -m PKCS8 -f /dev/stdin > public.pem")
        }
        Form::OpenSshKey { rsa: true } => (HALF, "ssh-keygen -e -m PKCS8 -f key > public.pem"),
        Form::Der(Kind::PrivateKey { algorithm: Algorithm::Rsa, .. } | Kind::EncryptedKey) | Form::OldEncrypted => {
            (HALF, "openssl pkey -in key.pem -pubout -out public.pem")
        }
        Form::Putty => {
            (HALF, "puttygen key.ppk -O private-openssh -o key.pem && openssl pkey -in key.pem -pubout -out public.pem")
        }
        Form::Jwk => (
            TURNED,
            "node -p 'require(\"crypto\").createPublicKey({key: JSON.parse(require(\"fs\").readFileSync(\"key.jwk\")), format: \"jwk\"}).export({type: \"spki\", format: \"pem\"})' > public.pem",
        ),
        Form::Xml => (
            TURNED,
            "pwsh -c '$r = [Security.Cryptography.RSA]::Create(); $r.FromXmlString((Get-Content -Raw key.xml)); $r.ExportSubjectPublicKeyInfoPem()' > public.pem",
        ),
        Form::Der(Kind::Request) if is_pem => (HALF, "openssl req -in request.csr -pubkey -noout -out public.pem"),
        Form::Der(Kind::Request) => (HALF, "openssl req -inform DER -in request.csr -pubkey -noout -out public.pem"),
        Form::Der(Kind::Pkcs7) | Form::JavaKeystore => (INSIDE, for_certificate(form, is_pem).1),
        Form::Der(Kind::Pkcs12) => (INSIDE, CERTIFICATE_OF_P12.1),
        _ => return None,
    })
}

fn for_certificate(form: Form, is_pem: bool) -> (&'static str, &'static str) {
    match form {
        Form::Der(Kind::Pkcs7) if is_pem => {
            (TURNED, "openssl pkcs7 -in certificates.p7b -print_certs -out certificate.pem")
        }
        Form::Der(Kind::Pkcs7) => {
            (TURNED, "openssl pkcs7 -inform DER -in certificates.p7b -print_certs -out certificate.pem")
        }
        Form::JavaKeystore => {
            (TURNED, "keytool -exportcert -rfc -keystore keystore.jks -alias ALIAS -file certificate.pem")
        }
        Form::Der(Kind::Pkcs12) => (TURNED, CERTIFICATE_OF_P12.1),
        _ => CERTIFICATE_OF_P12,
    }
}
