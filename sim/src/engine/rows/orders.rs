//! The table of orders, in each family and with each trade type.

use serde_json::{Value, json};

use super::super::answer::Outcome;
use super::super::call::Version;
use super::super::openids;
use super::super::testing::{self, NOW};
use super::super::time::Time;
use super::super::world::World;
use super::order_rows::ROWS;
use super::row::{answer, control, fields};

/// A path for orders, another trade type of the same family, and seconds that its credential lives.
struct Family {
    path: &'static str,
    another: &'static str,
    credential: &'static str,
    lives: i64,
}

const fn family(path: &'static str, another: &'static str, credential: &'static str, lives: i64) -> Family {
    Family { path, another, credential, lives }
}

const FAMILIES: &[Family] = &[
    family("v3/pay/transactions/jsapi", "v3/pay/transactions/app", "prepay_id", 7_200),
    family("v3/pay/transactions/native", "v3/pay/transactions/jsapi", "code_url", 7_200),
    family("v3/pay/transactions/h5", "v3/pay/transactions/native", "h5_url", 300),
    family("v3/pay/transactions/app", "v3/pay/transactions/h5", "prepay_id", 7_200),
    family("v3/pay/partner/transactions/jsapi", "v3/pay/partner/transactions/app", "prepay_id", 7_200),
    family("v3/pay/partner/transactions/miniprogram", "v3/pay/partner/transactions/native", "prepay_id", 7_200),
    family("v3/pay/partner/transactions/native", "v3/pay/partner/transactions/jsapi", "code_url", 7_200),
    family("v3/pay/partner/transactions/h5", "v3/pay/partner/transactions/app", "h5_url", 300),
    family("v3/pay/partner/transactions/app", "v3/pay/partner/transactions/h5", "prepay_id", 7_200),
];

/// APIv2's have one path; the trade type stands in the body.
const V2: &[Family] = &[
    family("JSAPI", "NATIVE", "prepay_id", 7_200),
    family("NATIVE", "APP", "code_url", 7_200),
    family("MWEB", "NATIVE", "mweb_url", 300),
    family("APP", "MWEB", "prepay_id", 7_200),
];

const APP: &str = "wx0000000000000001";
const NUMBER: &str = "A-00001";

struct Stage<'f> {
    family: &'f Family,
    version: Version,
    is_partner: bool,
    world: World,
    now: Time,
}

impl<'f> Stage<'f> {
    /// An order in a state, brought there by what brings orders there.
    fn at(family: &'f Family, state: &str) -> Self {
        Self::of(family, Version::V3, family.path.contains("partner"), state)
    }

    fn of(family: &'f Family, version: Version, is_partner: bool, state: &str) -> Self {
        let mut stage = Self { family, version, is_partner, world: testing::world(), now: NOW };
        let before: &[&str] = match state {
            "-" => &[],
            "burnt" => &["close"],
            "NOTPAY" => &["create"],
            "CLOSED" => &["create", "close"],
            "SUCCESS" => &["create", "pay"],
            "REFUND" => &["create", "pay", "refund"],
            state => panic!("{state}"),
        };
        before.iter().for_each(|event| _ = stage.does(event));
        assert_eq!(stage.state(), state, "{}", family.path);
        stage
    }

    fn mchid(&self) -> &'static str {
        if self.is_partner { "1900000010" } else { "1900000001" }
    }

    fn state(&self) -> String {
        let burnt = self.world.burnt.contains(&(self.mchid().to_owned(), NUMBER.to_owned()));
        let order = self.world.orders.by_number(self.mchid(), NUMBER);
        order.map_or(if burnt { "burnt" } else { "-" }, |order| order.state.as_str()).to_owned()
    }

    fn call(&mut self, method: &str, path: &str, body: Value) -> Outcome {
        let call = testing::call(self.mchid(), method, path, body);
        testing::calls(&mut self.world, self.now, call)
    }

    fn control(&mut self, path: &str, body: Value) -> String {
        control(&testing::control(&mut self.world, self.now, "POST", path, body))
    }

    /// The body of every trade type: what one does not know is the gate's to refuse.
    fn body(&self, total: i64) -> Value {
        let openid = openids::openid(APP, &self.world.payers["alice"]);
        let mut body = json!({
            "description": "a book", "out_trade_no": NUMBER, "notify_url": "http://127.0.0.1:9/paid", "attach": "a",
            "amount": {"total": total, "currency": "CNY"},
        });
        let members = match self.is_partner {
            true => json!({
                "sp_appid": APP, "sp_mchid": self.mchid(), "sub_mchid": "1900000011", "payer": {"sp_openid": openid},
            }),
            false => json!({"appid": APP, "mchid": self.mchid(), "payer": {"openid": openid}}),
        };
        members.as_object().into_iter().flatten().for_each(|(name, value)| body[name] = value.clone());
        body
    }

    fn named(&self) -> (String, Value) {
        let (family, query, body) = match self.is_partner {
            true => ("partner/", "sp_mchid=1900000010&sub_mchid=1900000011", json!({"sub_mchid": "1900000011"})),
            false => ("", "mchid=1900000001", json!({})),
        };
        (format!("v3/pay/{family}transactions/out-trade-no/{NUMBER}{{}}?{query}"), body)
    }

    fn refund(&mut self) -> Outcome {
        let mut body = json!({
            "out_trade_no": NUMBER, "out_refund_no": format!("R{}", self.world.refunds.iter().count()),
            "amount": {"refund": 40, "total": 100, "currency": "CNY"},
        });
        if self.is_partner {
            body["sub_mchid"] = "1900000011".into();
        }
        self.call("POST", "v3/refund/domestic/refunds", body)
    }

    /// A request of APIv2: whose it is, and the number.
    fn v2(&mut self, path: &str, mut body: Value) -> Outcome {
        body["appid"] = APP.into();
        body["mch_id"] = self.mchid().into();
        body["out_trade_no"] = NUMBER.into();
        if self.is_partner {
            body["sub_mch_id"] = "1900000011".into();
        }
        self.call("POST", path, body)
    }

    fn v2_order(&mut self, total: &str, trade_type: &str) -> Outcome {
        let openid = openids::openid(APP, &self.world.payers["alice"]);
        let body = json!({
            "body": "a book", "notify_url": "http://127.0.0.1:9/paid", "total_fee": total, "trade_type": trade_type,
            "openid": openid, "spbill_create_ip": "203.0.113.7",
        });
        self.v2("v2/pay/unifiedorder", body)
    }

    fn does_v2(&mut self, event: &str) -> String {
        let outcome = match event {
            "create" => self.v2_order("100", self.family.path),
            "create otherwise" => self.v2_order("101", self.family.path),
            "create another type" => self.v2_order("100", self.family.another),
            "query" => self.v2("v2/pay/orderquery", json!({})),
            "close" => self.v2("v2/pay/closeorder", json!({})),
            "refund" => {
                let number = format!("R{}", self.world.refunds.iter().count());
                let body = json!({"out_refund_no": number, "total_fee": "100", "refund_fee": "40"});
                self.v2("v2/secapi/pay/refund", body)
            }
            _ => return self.happens(event),
        };
        answer(Version::V2, &outcome)
    }

    fn does(&mut self, event: &str) -> String {
        if self.version == Version::V2 {
            return self.does_v2(event);
        }
        let (path, body) = self.named();
        let outcome = match event {
            "create" => self.call("POST", self.family.path, self.body(100)),
            "create otherwise" => self.call("POST", self.family.path, self.body(101)),
            "create another type" => self.call("POST", self.family.another, self.body(100)),
            "query" => self.call("GET", &path.replace("{}", ""), Value::Null),
            "close" => self.call("POST", &path.replace("{}", "/close"), body),
            "refund" => self.refund(),
            _ => return self.happens(event),
        };
        answer(Version::V3, &outcome)
    }

    /// What payers, time and somebody at the controls do.
    fn happens(&mut self, event: &str) -> String {
        let path = format!("orders/{NUMBER}/pay");
        match event {
            "pay" => self.control(&path, json!({})),
            "pay without money" => {
                testing::control(&mut self.world, NOW, "PATCH", "payers/alice", json!({"balance": 99})).unwrap();
                self.control(&path, json!({}))
            }
            "pay after its time" => {
                self.control(&format!("orders/{NUMBER}/expire"), json!({}));
                self.control(&path, json!({}))
            }
            "pay an old credential" => {
                self.now = self.now.plus_seconds(self.family.lives + 1);
                self.control(&path, json!({}))
            }
            "7 days" => {
                self.now = self.now.plus_seconds(7 * 86_400);
                testing::until(&mut self.world, self.now);
                String::new()
            }
            outcome => self.control(&path, json!({"payer": "alice", "outcome": outcome})),
        }
    }
}

fn every_row(stage: impl Fn(&str) -> Stage<'static>) {
    for row in ROWS {
        let mut stage = stage(row.state);
        let before = stage.world.notices.iter().count();
        let answer = stage.does(row.event);
        // A refund that ended in the meantime has no address to tell it to.
        let is = (stage.state(), answer, stage.world.notices.iter().count() - before);
        let should_be = (row.becomes.to_owned(), row.answer(stage.version).to_owned(), row.notices);
        assert_eq!(is, should_be, "{}: {} + {}", stage.family.path, row.state, row.event);
    }
}

#[test]
fn every_row_in_every_family() {
    FAMILIES.iter().for_each(|family| every_row(|state| Stage::at(family, state)));
}

#[test]
fn every_row_in_v2() {
    for family in V2 {
        for is_partner in [false, true] {
            every_row(|state| Stage::of(family, Version::V2, is_partner, state));
        }
    }
}

#[test]
fn every_state_meets_every_event() {
    for state in ["NOTPAY", "CLOSED", "SUCCESS", "REFUND"] {
        for event in ["create", "create otherwise", "create another type", "query", "pay", "close", "refund", "7 days"]
        {
            let rows = ROWS.iter().filter(|row| row.state == state && row.event == event);
            assert_eq!(rows.count(), 1, "{state} + {event}");
        }
    }
}

#[test]
fn a_try_that_fails_is_noted_in_each_family() {
    for family in FAMILIES {
        let mut stage = Stage::at(family, "NOTPAY");
        for outcome in ["WRONG_PASSWORD", "NOT_ENOUGH", "CANCEL", "RISK"] {
            stage.does(outcome);
        }
        let order = stage.world.orders.by_number(stage.mchid(), NUMBER).unwrap();
        let outcomes: Vec<_> = order.attempts.iter().map(|attempt| attempt.outcome.as_str()).collect();
        assert_eq!(outcomes, ["WRONG_PASSWORD", "NOT_ENOUGH", "CANCEL", "RISK"], "{}", family.path);
        assert_eq!(order.transaction_id, None);
    }
}

#[test]
fn each_family_answers_with_its_credential_and_again_with_a_new_one() {
    for family in FAMILIES {
        let mut stage = Stage::at(family, "-");
        let body = stage.body(100);
        let first = fields(stage.call("POST", family.path, body.clone()));
        let again = fields(stage.call("POST", family.path, body));
        let names: Vec<_> = first.as_object().unwrap().keys().collect();
        assert_eq!(names, [family.credential], "{}", family.path);
        assert_ne!(first, again, "{}", family.path);
        let operation = wechatpay_catalog::operation("POST", family.path).unwrap();
        assert!(operation.check_response(&first).is_empty(), "{}", family.path);
    }
}

/// The names of the members of an object, and of those in it.
fn members(value: &Value) -> Vec<String> {
    let of = |name: &String, value: &Value| match value {
        Value::Object(inner) => inner.keys().map(|member| format!("{name}.{member}")).collect(),
        _ => vec![name.clone()],
    };
    value.as_object().unwrap().iter().flat_map(|(name, value)| of(name, value)).collect()
}

#[test]
fn a_query_has_the_members_of_its_state() {
    for (state, text) in [
        ("NOTPAY", "订单未支付"),
        ("CLOSED", "订单已关闭"),
        ("SUCCESS", "支付成功"),
        ("REFUND", "订单发生过退款，退款详情请查询退款单"),
    ] {
        for family in FAMILIES {
            let mut stage = Stage::at(family, state);
            let (path, _) = stage.named();
            let shown = fields(stage.call("GET", &path.replace("{}", ""), Value::Null));
            let mut expected: Vec<&str> = match stage.is_partner {
                true => vec!["sp_appid", "sp_mchid", "sub_mchid"],
                false => vec!["appid", "mchid"],
            };
            expected.extend(["amount.currency", "amount.total", "out_trade_no", "trade_state", "trade_state_desc"]);
            if matches!(state, "SUCCESS" | "REFUND") {
                expected.extend(["amount.payer_currency", "amount.payer_total", "attach", "bank_type", "success_time"]);
                expected.extend(["trade_type", "transaction_id"]);
                expected.push(if stage.is_partner { "payer.sp_openid" } else { "payer.openid" });
            }
            expected.sort_unstable();
            let mut is = members(&shown);
            is.sort_unstable();
            assert_eq!(is, expected, "{} {state}", family.path);
            assert_eq!((&shown["trade_state"], &shown["trade_state_desc"]), (&json!(state), &json!(text)));
        }
    }
}
