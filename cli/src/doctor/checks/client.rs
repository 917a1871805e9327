//! Whether all of it makes a client that signs.

use wechatpay_chain::PrivateKey;

use crate::base::sdk::told;
use crate::base::text::{Text, text};
use crate::doctor::check::{Check, Group, Outcome};
use crate::doctor::facts::{Facts, Mode};
use crate::doctor::verdict::Verdict;

pub(in crate::doctor) const CHECKS: &[Check] = &[Check::new(
    "client.builds",
    Group::Platform,
    ("whether the SDK makes a client that signs", "SDK 能否创建客户端并签名"),
    builds,
)
.needs_all_above()];

fn builds(facts: &Facts) -> Outcome {
    let failed = |why: &Text| {
        let (en, zh) = (why.en(), why.zh());
        Verdict::fail(
            text!("the SDK makes no client: {en}", "SDK 无法创建客户端：{zh}"),
            Text::new("mend the setting that the message names", "按错误信息修正对应配置"),
        )
    };
    if let Err(why) = facts.client() {
        return Ok(failed(why));
    }
    if facts.mode() == Mode::V2 {
        return Ok(Verdict::ok(Text::new("the SDK makes a client for APIv2", "SDK 可创建 APIv2 客户端")));
    }
    Ok(match facts.key.as_ref().map(|key| signs(&key.source)) {
        None | Some(Ok(true)) => Verdict::ok(Text::new("the SDK makes a client that signs", "SDK 可创建客户端并签名")),
        Some(Ok(false)) => failed(&Text::new(
            "its own public key does not verify what the private key signed",
            "私钥的签名无法用其自身的公钥验证",
        )),
        Some(Err(error)) => failed(&told(&error)),
    })
}

/// Whether the public half of a key verifies what the key signs.
fn signs(key: &str) -> wechatpay_chain::Result<bool> {
    const MESSAGE: &[u8] = b"wxpay doctor";
    let key = PrivateKey::load(key)?;
    Ok(key.public_key()?.verify(MESSAGE, &key.sign(MESSAGE)?))
}
