//! Every code that the tables of orders, payment codes and refunds name, by each way in which a call can ask for it.

use wechatpay_chain::{Method, Response, Value, json};

use super::shop::{Done, Shop, once};

/// A call that documents codes: the texts that may hold a token, and the pointer to its amount, as far as it has them.
#[derive(Clone, Copy)]
pub(crate) struct Asked {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) body: fn() -> Value,
    pub(crate) texts: &'static [&'static str],
    pub(crate) amount: &'static str,
}

/// One that is in the example of amounts, and too much for anything else.
const AMOUNT: i64 = 66_600_001;

/// What came of a call: status, code, and what the headers say of the fault.
#[derive(Debug, PartialEq)]
pub(crate) struct Came {
    pub(crate) status: u16,
    pub(crate) code: String,
    pub(crate) fault: String,
}

pub(crate) fn call(shop: &Shop, asked: Asked, body: Value, header: Option<&str>) -> (Came, String) {
    let mut chain = once(&shop.wxpay, asked.path);
    if let Some(header) = header {
        chain = chain.header("Wechatpay-Negative-Test", header);
    }
    if asked.method == "GET" {
        chain = chain.query("mchid", "1900000001");
    }
    let method: Method = asked.method.parse().unwrap();
    let answer = if body.is_null() { chain.send(method, ()) } else { chain.send(method, body) };
    let newest = shop.sim.get("calls?limit=1").unwrap()["items"][0].clone();
    let header = |name: &str| newest["answer"]["headers"][name].as_str().unwrap_or_default().to_owned();
    let (status, code) = match &answer {
        Ok(answer) => (answer.status().as_u16(), answer["code"].as_str().unwrap_or_default().to_owned()),
        Err(error) => {
            let refused = error.rejection().unwrap_or_else(|| panic!("{asked:?}: {error}"));
            (refused.status().as_u16(), refused.code().to_owned())
        }
    };
    (Came { status, code, fault: header("Sim-Fault") }, header("Sim-Warning"))
}

impl std::fmt::Debug for Asked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

/// Sets a member, whatever its depth.
fn put(body: &mut Value, pointer: &str, value: Value) {
    let mut at = body;
    for name in pointer.split('/').skip(1) {
        at = &mut at[name];
    }
    *at = value;
}

/// Asks for a code by header, by each text, by the amount, and by a rule; it comes each time, and nothing else happens.
pub(crate) fn by_every_way(shop: &Shop, asked: Asked, name: &str, status: u16, code: &str) {
    let expected = Came { status, code: code.to_owned(), fault: name.to_owned() };
    let (came, _) = call(shop, asked, (asked.body)(), Some(name));
    assert_eq!(came, expected, "{asked:?} by the header");
    for text in asked.texts {
        let mut body = (asked.body)();
        put(&mut body, text, json!(format!("茶 #{name}, please")));
        assert_eq!(call(shop, asked, body, None).0, expected, "{asked:?} by {text}");
    }
    if !asked.amount.is_empty() {
        let mut body = (asked.body)();
        put(
            &mut body,
            asked.amount,
            if asked.path.starts_with("v2/") { json!(AMOUNT.to_string()) } else { json!(AMOUNT) },
        );
        let amounts = |name: Value| json!({"triggers": {"amounts": {AMOUNT.to_string(): name}}});
        shop.sim.patch("settings", amounts(json!(name))).unwrap();
        assert_eq!(call(shop, asked, body, None).0, expected, "{asked:?} by its amount");
        shop.sim.patch("settings", amounts(Value::Null)).unwrap();
    }
    let rule = json!({"fault": name, "match": {"method": asked.method, "path": asked.path}});
    shop.sim.post("faults", rule).unwrap();
    assert_eq!(call(shop, asked, (asked.body)(), None).0, expected, "{asked:?} by a rule");
}

#[test]
fn what_an_endpoint_does_not_document_is_a_400_with_a_warning() {
    let shop = Shop::open();
    let asked = super::codes_v3::NATIVE;
    for name in ["MADE_UP", "TRADE_OVERDUE"] {
        let (came, warning) = call(&shop, asked, (asked.body)(), Some(name));
        assert_eq!((came.status, came.code.as_str()), (400, name));
        assert!(warning.contains("fault.undocumented"), "{warning}");
    }
    let (came, warning) = call(&shop, asked, (asked.body)(), Some("reset please"));
    assert_eq!((came.status, came.code.as_str()), (400, "PARAM_ERROR"));
    assert!(warning.contains("fault.unreadable"), "{warning}");
}

#[test]
fn tokens_can_be_switched_off() -> Done {
    let shop = Shop::open();
    shop.sim.patch("settings", json!({"triggers": {"text": false}}))?;
    let mut body = (super::codes_v3::NATIVE.body)();
    body["description"] = json!("#NOT_ENOUGH");
    let answer: Response = once(&shop.wxpay, super::shop::NATIVE).post(body)?;
    assert!(answer["code_url"].as_str().is_some());
    Ok(())
}

#[test]
fn the_shipped_amounts_are_all_taken_and_each_fires() -> Done {
    let shop = Shop::open();
    let shipped: Value = wechatpay_chain::serde_json::from_str(include_str!("../../examples/settings.json"))?;
    shop.sim.patch("settings", shipped.clone())?;
    let amounts = shipped["triggers"]["amounts"].as_object().ok_or("amounts")?;
    let expected: Vec<_> = (AMOUNT..AMOUNT + 20).map(|amount| amount.to_string()).collect();
    assert_eq!(amounts.keys().cloned().collect::<Vec<_>>(), expected);
    for (index, (amount, fault)) in amounts.iter().enumerate() {
        let mut order = super::shop::order(&format!("A-{index:05}"));
        order["amount"]["total"] = json!(amount.parse::<i64>()?);
        // Longer than the silences would be the wait for them.
        once(&shop.wxpay, super::shop::NATIVE).timeout(std::time::Duration::from_secs(2)).post(order).ok();
        let called = shop.sim.post("calls/wait", json!({"count": index + 1, "timeout_ms": 60_000}))?;
        assert_eq!(called["items"][0]["fault"], *fault, "{amount}");
    }
    Ok(())
}
