use wechatpay_chain::{Client, Response, Result, Value};

/// `form` in plain text: JSON pointers into it say what is encrypted.
pub async fn apply(partner: &Client, form: Value) -> Result<Response> {
    let forms = partner
        .chain("v3/applyment4sub/applyment/")
        .encrypt_all(["/contact_info/contact_name", "/contact_info/mobile_phone"])
        .encrypt_if_present("/ubo_info_list/*/ubo_id_doc_name");
    forms.post_async(form).await
}
