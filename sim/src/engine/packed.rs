//! Texts of which there are many alike: held compressed, by what texts of their kind mostly have in them.

use std::borrow::Cow;
use std::fmt;

use lz4_flex::block::{compress_with_dict, decompress_with_dict};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What headers of calls, of answers and of notices, and the resource of a notice mostly look like. What is compressed with it can only be read
/// with it; nothing compressed is ever written to a file.
const ALIKE: &[u8] = concat!(
    "User-Agent:Mozilla/4.0\nAccept:*/*\nPragma:no-cache\nContent-Type:application/json\nRequest-ID:-0\n",
    "Content-Type:application/json; charset=utf-8\nCache-Control:no-cache, must-revalidate\nContent-Language:zh-CN\n",
    "Wechatpay-Signature-Type:WECHATPAY2-SHA256-RSA2048\nWechatpay-Nonce:\nWechatpay-Timestamp:17\n",
    "Wechatpay-Serial:PUB_KEY_ID_01\nWechatpay-Signature:\n",
    "accept:application/json\naccept-encoding:gzip\ncontent-type:application/json\nuser-agent:wechatpay-chain/0.1.0\n",
    "host:127.0.0.1:8787\ncontent-length:2\nconnection:keep-alive\n",
    "authorization:WECHATPAY2-SHA256-RSA2048 mchid=\"1900000001\",nonce_str=\"\",signature=\"\",timestamp=\"17\",serial_no=\"\"\n",
    r#"{"mch_id":"1900000001","openid":"o","out_bill_no":"","state":"SUCCESS","transfer_amount":100,"transfer_bill_no":"13","#,
    r#""create_time":"2026-11-25T10:00:00+08:00","update_time":"2026-11-25T10:00:00+08:00"}"#,
    r#"{"amount":{"payer_refund":100,"payer_total":100,"refund":100,"total":100},"mchid":"1900000001","out_refund_no":"","#,
    r#""out_trade_no":"","refund_id":"50","refund_status":"SUCCESS","success_time":"2026-11-25T10:00:00+08:00","#,
    r#""transaction_id":"42000","user_received_account":"支付用户零钱"}"#,
    r#"{"amount":{"currency":"CNY","payer_currency":"CNY","payer_total":100,"total":100},"appid":"wx0000000000000001","#,
    r#""attach":"","bank_type":"OTHERS","mchid":"1900000001","out_trade_no":"","payer":{"openid":"o"},"promotion_detail":[],"#,
    r#""success_time":"2026-11-25T10:00:00+08:00","trade_state":"SUCCESS","trade_state_desc":"支付成功","#,
    r#""trade_type":"NATIVE","transaction_id":"42000"}"#,
)
.as_bytes();

/// A text; a text in the state file too.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Packed {
    length: u32,
    bytes: Box<[u8]>,
}

impl Packed {
    pub(crate) fn of(text: &str) -> Self {
        let length = u32::try_from(text.len()).expect("no text has four thousand million bytes");
        Self { length, bytes: compress_with_dict(text.as_bytes(), ALIKE).into() }
    }

    /// How many bytes the text has.
    pub(crate) fn length(&self) -> usize {
        usize::try_from(self.length).expect("the text has been in memory before")
    }

    pub(crate) fn text(&self) -> String {
        let bytes = decompress_with_dict(&self.bytes, self.length(), ALIKE).expect("it was compressed here");
        String::from_utf8(bytes).expect("it was a text")
    }
}

impl fmt::Debug for Packed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text().fmt(f)
    }
}

impl Serialize for Packed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text())
    }
}

impl<'de> Deserialize<'de> for Packed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<str>::deserialize(deserializer).map(|text| Self::of(&text))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_text_is_what_it_was(text in "\\PC{0,600}") {
            prop_assert_eq!(Packed::of(&text).text(), text);
        }

        #[test]
        fn pieces_of_what_is_usual_are_what_they_were(from in 0..900_usize, length in 0..900_usize, times in 1..4_usize) {
            let text = String::from_utf8_lossy(ALIKE.get(from..(from + length).min(ALIKE.len())).unwrap_or_default()).repeat(times);
            prop_assert_eq!(Packed::of(&text).text(), text);
        }
    }

    #[test]
    fn a_resource_takes_less_than_half_and_stands_in_files_as_it_is() {
        let resource = concat!(
            r#"{"amount":{"currency":"CNY","payer_currency":"CNY","payer_total":2500,"total":2500},"appid":"wx0000000000000001","#,
            r#""bank_type":"OTHERS","mchid":"1900000001","out_trade_no":"ORDER-0012345","payer":{"openid":"oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"},"#,
            r#""success_time":"2026-03-01T17:08:33+08:00","trade_state":"SUCCESS","trade_state_desc":"支付成功","trade_type":"NATIVE","#,
            r#""transaction_id":"4200012738495018273645091827"}"#,
        );
        let packed = Packed::of(resource);
        assert!(packed.bytes.len() * 2 < resource.len(), "{} of {}", packed.bytes.len(), resource.len());
        let written = serde_json::to_string(&packed).unwrap();
        assert_eq!(written, serde_json::to_string(resource).unwrap());
        assert_eq!(serde_json::from_str::<Packed>(&written).unwrap(), packed);
    }
}
