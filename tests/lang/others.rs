//! What reads like words and is no error's message.

use crate::literals::Said;

/// A literal, by the file it stands in and how it begins, and what it is instead.
pub(crate) struct Other {
    pub(crate) path: &'static str,
    pub(crate) text: &'static str,
    #[allow(dead_code, reason = "for who reads the list")]
    pub(crate) why: &'static str,
}

impl Other {
    /// Whether it is all that a file says.
    pub(crate) fn is_whole(&self) -> bool {
        self.text.is_empty()
    }

    pub(crate) fn is(&self, said: &Said) -> bool {
        said.path == self.path && said.text.starts_with(self.text)
    }
}

const fn other(path: &'static str, text: &'static str, why: &'static str) -> Other {
    Other { path, text, why }
}

pub(crate) const OTHERS: &[Other] = &[
    other("client/assemble.rs", "wechatpay-chain/", "the User-Agent"),
    other("client/config.rs", "openssl pkcs12", "what is looked for in a message"),
    other("client/warm_up.rs", "warm up", "the message that a signer signs for practice"),
    other("error/json.rs", "EOF while", "how serde's texts begin, which stand in foreign.rs"),
    other("error/json.rs", "duplicate field", "how serde's texts begin, which stand in foreign.rs"),
    other("error/json.rs", "missing field", "how serde's texts begin, which stand in foreign.rs"),
    other("error/json.rs", "trailing characters", "how serde's texts begin, which stand in foreign.rs"),
    other("error/json.rs", "unknown field", "how serde's texts begin, which stand in foreign.rs"),
    other("error/rejection.rs", "<!doctype html", "how a web page begins"),
    other("files/bill/form.rs", "`iconv ", "a command"),
    other("keys/advice.rs", "keytool ", "a command"),
    other("keys/advice.rs", "node ", "a command"),
    other("keys/advice.rs", "openssl ", "a command"),
    other("keys/advice.rs", "puttygen ", "a command"),
    other("keys/advice.rs", "pwsh ", "a command"),
    other("keys/advice.rs", "ssh-keygen ", "a command"),
    other("keys/advice.rs", "unzip ", "a command"),
    other("keys/form.rs", "PGP ", "how a PEM label begins"),
    other("keys/form.rs", "ssh-rsa ", "how a key begins"),
    other("keys/identity.rs", "PRIVATE KEY", "a PEM label"),
    other("keys/identity.rs", "RSA PRIVATE KEY", "a PEM label"),
    other("keys/private_key.rs", "PrivateKey({} bits)", "for Debug"),
    other("keys/public_key.rs", "PublicKey({} bits)", "for Debug"),
    other("keys/serial.rs", "serial number:", "how tools write a serial"),
    other("keys/signer.rs", "a failure that may pass", "of `Temporary`, which is a cause and no `Error`"),
    other("notice/v2.rs", "text/xml", "a content type"),
    other("protocol/gateway/authorization.rs", "Authorization {{", "for Debug"),
    other("protocol/gateway/authorization.rs", "", "what a gateway answers, in the words of the real one's language"),
    other("protocol/gateway/failure.rs", "", "of `gateway::Failure`, what a gateway answers to a request"),
    other("protocol/gateway/form.rs", "Part(", "for Debug"),
    other("protocol/gateway/platform_key.rs", "PlatformKey(", "for Debug"),
    other("protocol/gateway/v2.rs", "sign ", "of `gateway::v2::Failure`, what a gateway answers to a request"),
    other("protocol/gateway/v2.rs", "sign_type ", "of `gateway::v2::Failure`, what a gateway answers to a request"),
    other("protocol/gateway/v2.rs", "the document has no sign", "of `gateway::v2::Failure`"),
    other("protocol/shape.rs", "<!doctype html", "how a web page begins"),
    other("protocol/v2/return_msg.rs", "", "what the gateway says, to be compared"),
    other("protocol/v3/sign.rs", " =\"\",nonce_str=", "the form of `Authorization`"),
    other("request/media.rs", "--{boundary}", "a part of an upload"),
    other("request/media.rs", "multipart/form-data", "a content type"),
    other("request/media.rs", "Media(", "for Debug"),
    other("request/payload.rs", "Payload(", "for Debug"),
    other("request/v2.rs", "text/xml", "content types"),
    other("request/v2_upload.rs", "--{boundary}", "a part of an upload"),
    other("request/v2_upload.rs", "Content-Disposition: ", "a part of an upload"),
    other("request/v2_upload.rs", "multipart/form-data", "a content type"),
    other("transport/connect.rs", "not connected within ", "of an `io::Error`, which is a cause and no `Error`"),
    other("transport/proxy.rs", "given {}", "a key of the table of shared connections"),
    other("transport/proxy.rs", "proxy {why}, {EXPECTED}", "the setting's name; its parts have their Chinese each"),
    other("transport/tls.rs", "RSA PRIVATE KEY", "a PEM label"),
    other("trust/certificates/refresh.rs", "the certificates were not saved", "of `CertificatesStatus`, no `Error`"),
    other("trust/certificates/refresh.rs", "{bad} of {} are no certificates", "of `CertificatesStatus`, no `Error`"),
    other("trust/certificates/refresh.rs", "the saved certificates cannot", "of `CertificatesStatus`, no `Error`"),
];
