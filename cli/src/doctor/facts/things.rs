//! What was found in a file, in words of both languages.

use wechatpay_chain::{Found, Thing};

use crate::base::text::Text;

/// What it is: `an RSA private key`, `RSA 私钥`.
pub(in crate::doctor) fn described(found: &Found) -> Text {
    Text::new(found.description(), chinese(found))
}

fn chinese(found: &Found) -> String {
    let algorithm = found.algorithm().map(|algorithm| format!("{algorithm} ")).unwrap_or_default();
    let thing = match (found.thing(), found.form()) {
        (Thing::PrivateKey, _) if found.is_encrypted() => "加密的私钥（有口令）",
        (Thing::PrivateKey, "openssh") => "私钥（OpenSSH 格式）",
        (Thing::PrivateKey, "putty") => "私钥（PuTTY 格式）",
        (Thing::PrivateKey, _) => "私钥",
        (Thing::PublicKey, "ssh") => "公钥（SSH 格式）",
        (Thing::PublicKey, _) => "公钥",
        (Thing::Certificate, _) => "证书（X.509）",
        (Thing::Pkcs12, _) => "PKCS#12 文件（.p12）",
        (Thing::Csr, _) => "证书请求（CSR）",
        (_, "pkcs7") => "证书包（PKCS#7）",
        (_, "crl") => "证书吊销列表（CRL）",
        (_, "jwk") => "JSON Web Key",
        (_, "xml") => ".NET 的 XML 密钥",
        (_, "pgp") => "PGP 内容",
        (_, "jks") => "Java 密钥库（JKS）",
        (_, "zip") => "ZIP 压缩包",
        (_, "damaged") => "已损坏或不完整的内容",
        (_, "empty") => "空内容",
        _ => "无法识别的内容",
    };
    format!("{algorithm}{thing}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_key_is_named_in_both_languages() {
        for (text, en, zh) in [
            ("", "it is empty", "空内容"),
            ("-----BEGIN PRIVATE KEY-----\n!!\n-----END PRIVATE KEY-----", "damaged", "已损坏"),
            ("PuTTY-User-Key-File-2: ssh-rsa", "PuTTY", "PuTTY"),
            ("{\"kty\":\"RSA\"}", "JWK", "JSON Web Key"),
            ("ssh-rsa AAAA", "ssh-rsa", "RSA 公钥（SSH 格式）"),
        ] {
            let described = described(&wechatpay_chain::look(text.as_bytes())[0]);
            assert!(described.en().contains(en) && described.zh().contains(zh), "{described:?}");
        }
    }
}
