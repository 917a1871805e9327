use wechatpay_chain::{Client, Media, Result, Value, path};

/// Pictures first: the form takes their ids.
pub async fn upload(wxpay: &Client, file: &str) -> Result<String> {
    let picture = Media::from_path(file)?;
    wxpay
        .chain("v3/merchant/media/upload")
        .post_async(picture)
        .await?
        .get("/media_id")
}

/// `form` in plain text, optional members that are empty left out. What the catalogue
/// marks as sensitive is encrypted, and `Wechatpay-Serial` says by which key.
pub async fn apply(partner: &Client, form: Value) -> Result<u64> {
    let forms = partner.chain(path!("v3/applyment4sub/applyment/"));
    forms.encrypt_known().post_async(form).await?.get("/applyment_id")
}

/// `APPLYMENT_STATE_…`, and the page that the new merchant signs on, as a QR code.
pub async fn state(partner: &Client, code: &str) -> Result<(String, Option<String>)> {
    let form = partner.chain("v3/applyment4sub/applyment/business_code").arg(code);
    let form = form.get_async().await?;
    Ok((form.get("/applyment_state")?, form.get("/sign_url")?))
}
