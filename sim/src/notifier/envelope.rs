//! The body of a notice: of APIv3 the envelope with the sealed resource, of APIv2 XML.

use serde::Serialize;
use wechatpay_chain::gateway::seal;

use super::papers::Papers;
use super::v2;
use crate::engine::call::Version;
use crate::engine::notices::Notice;
use crate::keys::KeyError;

/// Members in the order in which WeChat Pay writes them.
#[derive(Serialize)]
struct Envelope<'a> {
    id: &'a str,
    create_time: String,
    event_type: &'a str,
    resource_type: &'a str,
    summary: &'a str,
    resource: Resource<'a>,
}

#[derive(Serialize)]
struct Resource<'a> {
    original_type: &'a str,
    algorithm: &'a str,
    ciphertext: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    associated_data: Option<&'a str>,
    nonce: &'a str,
}

/// How a resource is sealed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sealing<'a> {
    pub(super) api_v3_key: &'a str,
    /// 12 characters.
    pub(super) nonce: &'a str,
    /// `None` leaves the member out.
    pub(super) associated_data: Option<&'a str>,
}

/// The body of a notice, always the same.
///
/// # Errors
///
/// Should a key not be usable.
pub(crate) fn body(notice: &Notice, papers: &Papers) -> Result<String, KeyError> {
    match notice.version {
        Version::V3 => envelope(notice, usual(notice, papers)),
        Version::V2 => v2::body(notice, papers.api_v3_key(), papers.secret()),
    }
}

/// How a notice is sealed if nothing is wrong.
pub(super) fn usual<'a>(notice: &'a Notice, papers: &'a Papers) -> Sealing<'a> {
    let associated_data = Some(notice.original_type.as_str());
    Sealing { api_v3_key: papers.api_v3_key(), nonce: &notice.nonce, associated_data }
}

/// The envelope of APIv3.
pub(super) fn envelope(notice: &Notice, sealing: Sealing<'_>) -> Result<String, KeyError> {
    let associated_data = sealing.associated_data.unwrap_or_default();
    let sealed = seal(sealing.api_v3_key, sealing.nonce, associated_data, notice.resource.text().as_bytes());
    let sealed = sealed.map_err(|error| unusable(&error))?;
    let envelope = Envelope {
        id: &notice.uuid,
        create_time: notice.created_at.to_string(),
        event_type: &notice.event_type,
        resource_type: if notice.event_type == "APPLYMENT_STATE.APPROVED" { "applyment" } else { "encrypt-resource" },
        summary: &notice.summary,
        resource: Resource {
            original_type: &notice.original_type,
            algorithm: sealed.algorithm,
            ciphertext: &sealed.ciphertext,
            associated_data: sealing.associated_data,
            nonce: sealing.nonce,
        },
    };
    Ok(serde_json::to_string(&envelope).unwrap_or_default())
}

/// What the SDK says of a key.
pub(super) fn unusable(error: &wechatpay_chain::Error) -> KeyError {
    KeyError::new(error.to_string())
}
