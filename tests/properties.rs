//! What holds for any text: what goes out is what comes in again, by way of the whole client and the stand-in.
#![cfg(all(feature = "async", feature = "mock", feature = "sync", feature = "tls", feature = "v2"))]

use wechatpay_chain::mock::Server;
use wechatpay_chain::{Method, json};

/// Repeatable and good enough to choose by.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(sides).unwrap()).unwrap()
    }

    /// A text of up to twenty characters that are special to someone.
    fn text(&mut self) -> String {
        const SPECIAL: &[char] = &[
            'a',
            'Z',
            '0',
            ' ',
            '%',
            '+',
            '&',
            '=',
            '?',
            '#',
            '/',
            '\\',
            '<',
            '>',
            '"',
            '\'',
            ']',
            '[',
            '!',
            '`',
            '{',
            '}',
            '|',
            '~',
            '.',
            ',',
            ';',
            ':',
            '@',
            '*',
            '\t',
            '\n',
            '\r',
            '\u{7f}',
            'é',
            '中',
            '文',
            '\u{2028}',
            '\u{feff}',
            '\u{10ffff}',
            '😀',
        ];
        let length = 1 + self.below(20);
        (0..length).map(|_| SPECIAL[self.below(SPECIAL.len())]).collect()
    }
}

#[test]
fn any_text_arrives_as_it_was_by_path_query_json_and_xml() {
    // No endpoint takes any text everywhere.
    let gateway = Server::builder().lenient().start().unwrap();
    gateway
        .on(Method::POST, "v3/echo/{segment}")
        .reply_with(|call| json!({"segment": call.variable("segment"), "body": call.json()["text"]}));
    gateway
        .on(Method::POST, "v2/pay/echo")
        .reply_with(|call| json!({"attach": call.json()["attach"], "detail": call.json()["detail"]}));
    gateway.on(Method::GET, "v2/pay/echo").reply_with(|call| json!({"attach": call.json()["attach"]}));
    let wxpay = gateway.client().unwrap();
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    for _ in 0..300 {
        let (one, two) = (dice.text(), dice.text());
        if !matches!(one.as_str(), "." | "..") {
            // Signed with the path and query as they stand on the wire, or the stand-in refuses them.
            let chain = wxpay.chain("v3/echo/{segment}").var("segment", &one).query(&two, &one);
            let answer = chain.post(json!({"text": two})).unwrap();
            assert_eq!(decode(&answer.get::<String>("/segment").unwrap()), one);
            assert_eq!(answer.get::<String>("/body").unwrap(), two);
        }
        let kind = if dice.below(2) == 0 { "MD5" } else { "HMAC-SHA256" };
        let fields = json!({"mch_id": wxpay.mchid(), "attach": one, "detail": two, "sign_type": kind});
        let answer = wxpay["v2/pay/echo"].post(fields).unwrap();
        assert_eq!(
            (answer.get::<String>("/attach").unwrap(), answer.get::<String>("/detail").unwrap()),
            (one.clone(), two)
        );
        let asked = wxpay["v2/pay/echo"].query("mch_id", wxpay.mchid()).query("attach", &one).get().unwrap();
        assert_eq!(asked.get::<String>("/attach").unwrap(), one);
    }
}

/// The text of a percent-encoded segment.
fn decode(segment: &str) -> String {
    let mut bytes = Vec::new();
    let mut parts = segment.split('%');
    bytes.extend(parts.next().unwrap().bytes());
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).unwrap());
        bytes.extend(part[2..].bytes());
    }
    String::from_utf8(bytes).unwrap()
}
