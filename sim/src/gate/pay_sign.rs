//! The signature of what a front end hands the WeChat client.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use wechatpay_chain::gateway::v2;
use wechatpay_chain::{PublicKey, SignType};

use crate::engine::control::invoke::{Differs, Handed, Signed, Wrong, message};
use crate::engine::orders::Order;

/// Keys that it may have been made with, besides the APIv2 key.
#[derive(Debug)]
pub(crate) struct Keys {
    /// The valid ones of the merchant that placed the order.
    pub(crate) own: Vec<PublicKey>,
    /// Anybody's, with whose they are.
    pub(crate) others: Vec<(String, PublicKey)>,
}

/// Whether it is the merchant's; if not, what was signed or by whom.
pub(crate) fn check(handed: &Handed, signed: &Signed, order: &Order, keys: &Keys, secret: &str) -> Result<(), Wrong> {
    match signed {
        Signed::Lines(lines) => check_lines(handed, lines, order, keys),
        Signed::Members { fields, sign_type } => {
            let kind = if sign_type == "HMAC-SHA256" { SignType::HmacSha256 } else { SignType::Md5 };
            match v2::sign(fields, kind, secret).is_ok_and(|right| right == handed.sign) {
                true => Ok(()),
                false => Err(Handed::unsigned(None)),
            }
        }
    }
}

fn check_lines(handed: &Handed, lines: &[String; 4], order: &Order, keys: &Keys) -> Result<(), Wrong> {
    let Ok(signature) = STANDARD.decode(&handed.sign) else { return Err(Handed::unsigned(None)) };
    let signs = |key: &PublicKey, message: &[u8]| key.verify(message, &signature);
    let [app, time, nonce, last] = lines;
    let right = message([app, time, nonce, last]);
    if keys.own.iter().any(|key| signs(key, &right)) {
        return Ok(());
    }
    let other = keys.others.iter().find(|(_, key)| signs(key, &right)).map(|(whose, _)| Differs {
        part: "key".to_owned(),
        sent: whose.clone(),
        expected: format!("a valid one of {}", order.mchid),
    });
    let mistakes = || handed.mistakes(lines, order);
    let other = other.or_else(|| {
        let mut mistakes = mistakes().into_iter();
        mistakes.find(|(message, _)| keys.own.iter().any(|key| signs(key, message))).map(|(_, differs)| differs)
    });
    Err(Handed::unsigned(other))
}
