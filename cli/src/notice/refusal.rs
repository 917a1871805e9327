//! Why a notification is refused, as words for scripts and causes for people.

use wechatpay_chain::{Error, ErrorKind, Refusal, Unverified};

use crate::base::failure::{Facts, Failure};
use crate::base::sdk::told;
use crate::base::text::{Text, text};

/// A refused notification: exit 5, with its reason.
pub(crate) fn refused(refusal: Refusal) -> Failure {
    let Some(unverified) = refusal.unverified else { return opened(refusal.error) };
    let (reason, chinese, remedy) = match unverified {
        Unverified::HeadersMissing => ("headers_missing", "缺少签名头", None),
        Unverified::Stale => ("stale", "签名时间与收到时间相差超过 5 分钟", None),
        Unverified::UnknownSerial => ("unknown_serial", "序列号或公钥 ID 不是已配置的", Some(keys())),
        Unverified::OwnSerial => ("own_serial", "序列号是商户自己的证书", Some(keys())),
        Unverified::NotBase64 => ("not_base64", "签名不是 base64", None),
        Unverified::Probe => ("probe", "这是微信支付的签名探测，应当拒绝", None),
        _ => ("signature", "签名与报文不符", Some(causes())),
    };
    let said = told(&refusal.error);
    Failure::of(Facts {
        exit: 5,
        kind: "Verify",
        message: Text::new(said.en(), format!("{chinese}：{}", said.zh())),
        remedy,
        reason: Some(reason),
        verified: Some(false),
        ..Facts::default()
    })
}

/// What verified and still cannot be used.
pub(crate) fn opened(error: Error) -> Failure {
    let said = told(&error);
    let (kind, reason, chinese) = match error.kind() {
        ErrorKind::Decrypt => ("Decrypt", "apiv3key", "APIv3 密钥无法解密"),
        ErrorKind::Decode => ("Decode", "not_json", "报文无法解析"),
        _ => return Failure::from(error),
    };
    let remedy = (kind == "Decrypt").then(|| {
        text!("compare the APIv3 key with pay.weixin.qq.com, API security", "与商户平台 API安全 中的 APIv3 密钥核对")
    });
    let message = Text::new(said.en(), format!("{chinese}：{}", said.zh()));
    Failure::of(Facts { exit: 5, kind, message, remedy, reason: Some(reason), ..Facts::default() })
}

fn keys() -> Text {
    text!(
        "hold the key that the serial names: the WeChat Pay public key by its id, or the platform certificate",
        "配置该序列号对应的微信支付公钥（公钥 ID）或平台证书"
    )
}

/// In the order of how often they are it.
fn causes() -> Text {
    text!(
        "usually: the body was parsed and written again; a line end was added or lost when it was saved; the platform key is another one",
        "常见原因依次为：报文被解析后重新序列化；保存时增减了换行；平台公钥或证书不对"
    )
}
