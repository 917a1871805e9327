use wechatpay_chain::{CertificateDirectory, Client, ClientBuilder, Result};

/// A merchant without a WeChat Pay public key: platform certificates are fetched,
/// verified and refreshed, and a restart finds them in a folder.
pub fn client(
    builder: ClientBuilder,
    api_v3_key: &str,
    folder: &str,
) -> Result<Client> {
    builder
        .api_v3_key(api_v3_key)
        .auto_certificates()
        .certificate_store(CertificateDirectory::new(folder))
        .build()
}
