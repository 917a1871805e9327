//! Steps 3 to 5: the headers of every request, and who signed it.

use serde_json::json;
use wechatpay_chain::gateway::{Authorization, Failure, request_message};

use super::arrived::Arrived;
use super::known::Known;
use super::stop::Stop;
use crate::engine::answer::Refusal;

/// Where the text to sign is described.
const DOC: &str = "https://pay.weixin.qq.com/doc/v3/merchant/4012365342";

/// The gateway's internal code for a clock that is off.
const CLOCK: u32 = 268_443_699;

/// Paths on which some checks come later and say less.
pub(crate) fn is_order(arrived: &Arrived) -> bool {
    arrived.path().starts_with("/v3/pay/transactions/")
}

/// Step 3: headers that every request has.
pub(crate) fn headers(arrived: &Arrived) -> Result<(), Stop> {
    if arrived.named("accept").and(arrived.named("user-agent")).is_some() {
        return Ok(());
    }
    let stop = Stop::new("3", "headers_missing", Refusal::invalid("Http头缺少Accept或User-Agent"));
    Err(stop.hint("send Accept: application/json, and a User-Agent of your own"))
}

/// Step 4: the five items of `Authorization`.
pub(crate) fn authorization(arrived: &Arrived) -> Result<Authorization, Stop> {
    Authorization::parse(arrived.header("authorization")).map_err(|failure| malformed(arrived, failure))
}

fn malformed(arrived: &Arrived, failure: Failure) -> Stop {
    let message = match is_order(arrived) {
        true => "签名信息错误，验签失败",
        false => "Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》",
    };
    let why = match failure {
        Failure::Missing => "authorization_missing",
        Failure::Scheme => "authorization_scheme",
        Failure::Repeated => "authorization_repeated",
        _ => "authorization_malformed",
    };
    Stop::new("4", why, sign_error(message)).hint(failure.to_string()).doc(DOC)
}

/// Step 5a: the time, before anybody is looked up.
pub(crate) fn time(authorization: &Authorization, now: u64) -> Result<(), Stop> {
    const WINDOW: u64 = 300;
    let Some(time) = authorization.timestamp() else {
        let stop = Stop::new("5a", "timestamp", clock_error());
        return Err(stop.hint("timestamp is not a number of seconds"));
    };
    if time.abs_diff(now) <= WINDOW {
        return Ok(());
    }
    let stop = if (time / 1000).abs_diff(now) <= WINDOW {
        let stop = Stop::new("5a", "milliseconds", clock_error());
        stop.hint("timestamp is in milliseconds; it has to be in seconds")
    } else {
        let (off, side) = (time.abs_diff(now), if time < now { "behind" } else { "ahead of" });
        let hint = format!("the timestamp is {off} s {side} this machine's clock");
        Stop::new("5a", "clock", clock_error()).hint(hint)
    };
    Err(stop.doc(DOC))
}

fn clock_error() -> Refusal {
    sign_error("Http头Authorization中的timestamp与发起请求的时间不得超过5分钟").internal(CLOCK)
}

/// Step 5b of a merchant that nobody knows, or who has no such certificate.
pub(crate) fn unknown(known: Option<&Known>) -> Stop {
    let stop = |why| Stop::new("5b", why, sign_error("商户证书序列号有误"));
    match known {
        None => stop("unknown_mchid").hint("there is no merchant of this number here: production settings?"),
        Some(known) => {
            let serials: Vec<_> = known.keys.certificates.iter().map(|known| known.serial.as_str()).collect();
            stop("unknown_serial").hint(format!("valid or not, this merchant has {}", serials.join(", ")))
        }
    }
}

/// Steps 5c and 5d: the nonce, and the signature. `signed` is the body, of an upload its meta.
pub(crate) fn signature(
    authorization: &Authorization,
    arrived: &Arrived,
    signed: &[u8],
    known: &Known,
) -> Result<(), Stop> {
    let key = known.public_key(authorization.serial());
    let (method, now) = (arrived.method.as_str(), known.seconds());
    match authorization.verify(method, &arrived.target, signed, now, |_, _| key) {
        Ok(()) => Ok(()),
        Err(Failure::Nonce) => {
            let mut stop = malformed(arrived, Failure::Nonce);
            (stop.step, stop.why) = ("5c".into(), "nonce".to_owned());
            Err(stop)
        }
        Err(Failure::Timestamp | Failure::Window) => Err(Stop::new("5a", "clock", clock_error()).doc(DOC)),
        Err(Failure::UnknownKey) => Err(unknown(Some(known))),
        Err(failure) => {
            let mut refusal = sign_error("签名错误");
            if known.rules.is("sign.detail", "full") {
                refusal.detail = Some(detail(authorization, arrived, signed));
            }
            let why = if failure == Failure::NotBase64 { "not_base64" } else { "unknown" };
            Err(Stop::new("5d", why, refusal).hint(failure.to_string()).doc(DOC))
        }
    }
}

/// What the gateway tells of the text that it believes was signed.
fn detail(authorization: &Authorization, arrived: &Arrived, signed: &[u8]) -> serde_json::Value {
    let message = message(authorization, arrived, signed);
    let start = message.get(..64).unwrap_or(&message);
    json!({
        "detail": {"issue": "sign not match"},
        "field": "signature",
        "location": "authorization",
        "sign_information": {
            "method": arrived.method.as_str(),
            "url": arrived.target,
            "sign_message_length": message.len(),
            "truncated_sign_message": String::from_utf8_lossy(start),
        },
    })
}

/// The text that should have been signed.
fn message(authorization: &Authorization, arrived: &Arrived, signed: &[u8]) -> Vec<u8> {
    let (timestamp, nonce) = (authorization.timestamp_text(), authorization.nonce());
    request_message(arrived.method.as_str(), &arrived.target, timestamp, nonce, signed)
}

/// A nonce that was seen before.
pub(crate) fn reused() -> Stop {
    let refusal = sign_error("Http头Authorization中的nonce_str重复");
    Stop::new("5c", "nonce_reused", refusal).hint("sign each request with a nonce of its own")
}

fn sign_error(message: &str) -> Refusal {
    Refusal::new(401, "SIGN_ERROR", message)
}
