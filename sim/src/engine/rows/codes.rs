//! The table of payment codes, by merchant and partner, in both versions of the API.

use serde_json::{Value, json};

use super::super::answer::Outcome;
use super::super::call::Version;
use super::super::ledger::Account;
use super::super::testing::{self, NOW};
use super::super::time::Time;
use super::super::world::World;
use super::family::{FAMILIES, Family};
use super::row::{Row, answer, control, done, row};

const OTHER: &str = "400 INVALID_REQUEST 268498688 请求重入时，参数与首次请求时不一致";
const BAD: &str = "400 INVALID_REQUEST 付款码无效，请重新扫码";
const UNKNOWN: &str = "404 ORDER_NOT_EXIST 268512771 订单不存在";
const FAILED: &str = "400 INVALID_REQUEST 支付失败";
const REVOKED: &str = "400 INVALID_REQUEST 订单已撤销";
const NO_CLOSE: &str = "400 INVALID_REQUEST 268449641 当前交易不允许进行普通关单";
const REFUNDED: &str = "400 INVALID_REQUEST 订单发生过退款，不支持撤销";
const LATE: &str = "400 INVALID_REQUEST 订单已超过可撤销期限";
const OVER: &str = "STATE 支付请求已失效";

const ROWS: &[Row] = &[
    row("-", "charge", "SUCCESS", "200", "SUCCESS"),
    row("-", "charge as much as needs no password", "SUCCESS", "200", "SUCCESS"),
    row("-", "charge more", "USERPAYING", "202", "USERPAYING"),
    row("-", "charge without money", "PAYERROR", FAILED, "NOTENOUGH"),
    row("-", "charge a code that was used", "-", BAD, "AUTH_CODE_INVALID"),
    row("-", "charge an old code", "-", BAD, "AUTHCODEEXPIRE"),
    row("-", "charge what is no code", "-", BAD, "PARAM_ERROR"),
    row("-", "query", "-", UNKNOWN, "ORDERNOTEXIST"),
    row("-", "reverse", "-", UNKNOWN, "ORDERNOTEXIST"),
    row("USERPAYING", "charge", "USERPAYING", "202", "USERPAYING"),
    row("USERPAYING", "charge otherwise", "USERPAYING", OTHER, "OUT_TRADE_NO_USED"),
    row("USERPAYING", "query", "USERPAYING", "200", "SUCCESS"),
    done("USERPAYING", "password", "SUCCESS", "ok"),
    done("USERPAYING", "WRONG_PASSWORD", "PAYERROR", "ok"),
    done("USERPAYING", "CANCEL", "PAYERROR", "ok"),
    done("USERPAYING", "8 days", "USERPAYING", ""),
    row("USERPAYING", "close", "USERPAYING", NO_CLOSE, "SYSTEMERROR"),
    row("USERPAYING", "reverse", "REVOKED", "200", "SUCCESS"),
    row("PAYERROR", "charge", "PAYERROR", FAILED, "NOTENOUGH"),
    row("PAYERROR", "charge otherwise", "PAYERROR", OTHER, "OUT_TRADE_NO_USED"),
    row("PAYERROR", "query", "PAYERROR", "200", "SUCCESS"),
    done("PAYERROR", "password", "PAYERROR", OVER),
    row("PAYERROR", "close", "PAYERROR", NO_CLOSE, "ORDERCLOSED"),
    row("PAYERROR", "reverse", "REVOKED", "200", "SUCCESS"),
    row("SUCCESS", "charge", "SUCCESS", "200", "SUCCESS"),
    row("SUCCESS", "charge otherwise", "SUCCESS", OTHER, "OUT_TRADE_NO_USED"),
    row("SUCCESS", "query", "SUCCESS", "200", "SUCCESS"),
    done("SUCCESS", "password", "SUCCESS", OVER),
    row("SUCCESS", "close", "SUCCESS", NO_CLOSE, "ORDERPAID"),
    row("SUCCESS", "reverse", "REVOKED", "200", "SUCCESS"),
    row("SUCCESS", "reverse after 24 hours", "REVOKED", "200", "SUCCESS"),
    row("SUCCESS", "reverse later", "SUCCESS", LATE, "REVERSE_EXPIRE"),
    row("SUCCESS", "reverse without money", "SUCCESS", "403 NOT_ENOUGH 商户余额不足", "NOTENOUGH"),
    row("REFUND", "charge", "REFUND", "200", "SUCCESS"),
    row("REFUND", "reverse", "REFUND", REFUNDED, "TRADE_STATE_ERROR"),
    row("REVOKED", "charge", "REVOKED", REVOKED, "ORDERREVERSED"),
    row("REVOKED", "charge otherwise", "REVOKED", OTHER, "OUT_TRADE_NO_USED"),
    row("REVOKED", "query", "REVOKED", "200", "SUCCESS"),
    done("REVOKED", "password", "REVOKED", OVER),
    row("REVOKED", "close", "REVOKED", NO_CLOSE, "ORDERCLOSED"),
    row("REVOKED", "reverse", "REVOKED", "200", "SUCCESS"),
    row("REVOKED", "reverse later", "REVOKED", "200", "SUCCESS"),
];

const APP: &str = "wx0000000000000001";
const NUMBER: &str = "A-00001";
const CODE: &str = "130000000000000001";

struct Stage {
    family: Family,
    world: World,
    now: Time,
    total: i64,
}

impl Stage {
    fn at(family: Family, state: &str) -> Self {
        let mut stage = Self { family, world: testing::world(), now: NOW, total: 500 };
        let before: &[&str] = match state {
            "-" => &[],
            "USERPAYING" => &["charge more"],
            "PAYERROR" => &["charge more", "CANCEL"],
            "SUCCESS" => &["charge"],
            "REFUND" => &["charge", "refund"],
            "REVOKED" => &["charge", "reverse"],
            state => panic!("{state}"),
        };
        before.iter().for_each(|event| _ = stage.does(event));
        assert_eq!(stage.state(), state, "{family:?}");
        stage
    }

    fn state(&self) -> String {
        self.world.orders.by_number(self.family.mchid(), NUMBER).map_or("-", |order| order.state.as_str()).to_owned()
    }

    fn call(&mut self, method: &str, path: &str, body: Value) -> Outcome {
        let call = testing::call(self.family.mchid(), method, path, body);
        testing::calls(&mut self.world, self.now, call)
    }

    /// The members that say whose it is.
    fn parties(&self, mut body: Value) -> Value {
        let members = match (self.family.version, self.family.is_partner) {
            (Version::V3, false) => json!({"appid": APP, "mchid": self.family.mchid()}),
            (Version::V3, true) => {
                json!({"sp_appid": APP, "sp_mchid": self.family.mchid(), "sub_mchid": self.family.owner()})
            }
            (Version::V2, false) => json!({"appid": APP, "mch_id": self.family.mchid()}),
            (Version::V2, true) => {
                json!({"appid": APP, "mch_id": self.family.mchid(), "sub_mch_id": self.family.owner()})
            }
        };
        members.as_object().into_iter().flatten().for_each(|(name, value)| body[name] = value.clone());
        body
    }

    fn charge(&mut self, code: &str) -> Outcome {
        let total = self.total;
        match self.family.version {
            Version::V3 => {
                let family = if self.family.is_partner { "partner/" } else { "" };
                let body = self.parties(json!({
                    "description": "a book", "out_trade_no": NUMBER, "payer": {"auth_code": code},
                    "amount": {"total": total, "currency": "CNY"},
                }));
                self.call("POST", &format!("v3/pay/{family}transactions/codepay"), body)
            }
            Version::V2 => {
                let body = self.parties(json!({
                    "body": "a book", "out_trade_no": NUMBER, "auth_code": code, "total_fee": total.to_string(),
                    "spbill_create_ip": "203.0.113.7",
                }));
                self.call("POST", "v2/pay/micropay", body)
            }
        }
    }

    /// Asks for the order, closes it or takes it back.
    fn order(&mut self, what: &str) -> Outcome {
        if self.family.version == Version::V2 {
            let path = match what {
                "query" => "v2/pay/orderquery",
                "close" => "v2/pay/closeorder",
                _ => "v2/secapi/pay/reverse",
            };
            let body = self.parties(json!({"out_trade_no": NUMBER}));
            return self.call("POST", path, body);
        }
        let family = if self.family.is_partner { "partner/" } else { "" };
        let path = format!("v3/pay/{family}transactions/out-trade-no/{NUMBER}");
        let query = format!("{path}?sub_mchid={}", self.family.owner());
        match what {
            "query" => self.call("GET", &query, Value::Null),
            what => {
                let body = self.parties(json!({}));
                self.call("POST", &format!("{path}/{what}"), body)
            }
        }
    }

    fn control(&mut self, method: &'static str, path: &str, body: Value) -> String {
        control(&testing::control(&mut self.world, self.now, method, path, body))
    }

    fn code(&mut self) -> String {
        let made = testing::control(&mut self.world, self.now, "GET", "payers/bob/auth_code", Value::Null).unwrap();
        made["auth_code"].as_str().unwrap().to_owned()
    }

    fn does(&mut self, event: &str) -> String {
        let outcome = match event {
            "charge" => self.charge(CODE),
            "charge otherwise" => {
                self.total += 1;
                self.charge(CODE)
            }
            "charge as much as needs no password" => {
                self.total = 100_000;
                self.charge(CODE)
            }
            "charge more" => {
                self.total = 100_001;
                self.charge(CODE)
            }
            "charge without money" => {
                self.control("PATCH", "payers/alice", json!({"balance": 499}));
                self.charge(CODE)
            }
            "charge a code that was used" => {
                let code = self.code();
                let body = json!({
                    "appid": APP, "mchid": "1900000001", "description": "a book", "out_trade_no": "B-00001",
                    "payer": {"auth_code": code}, "amount": {"total": 1, "currency": "CNY"},
                });
                let other = testing::call("1900000001", "POST", "v3/pay/transactions/codepay", body);
                testing::calls(&mut self.world, NOW, other).expect("paid");
                self.charge(&code)
            }
            "charge an old code" => {
                let code = self.code();
                self.now = self.now.plus_seconds(61);
                self.charge(&code)
            }
            "charge what is no code" => self.charge("160000000000000001"),
            "reverse without money" => {
                let path = format!("merchants/{}/balance", self.family.owner());
                let has = self.world.ledger.balance(&Account::Basic(self.family.owner().to_owned()));
                self.control("POST", &path, json!({"account": "BASIC", "amount": -has}));
                self.order("reverse")
            }
            "reverse after 24 hours" | "reverse later" => {
                let more = i64::from(event == "reverse later");
                self.now = self.now.plus_seconds(24 * 3600 + more);
                self.order("reverse")
            }
            "query" | "close" | "reverse" => self.order(event),
            _ => return self.happens(event),
        };
        answer(self.family.version, &outcome)
    }

    fn happens(&mut self, event: &str) -> String {
        match event {
            "password" => self.control("POST", &format!("orders/{NUMBER}/pay"), json!({})),
            "refund" => self.control("POST", &format!("orders/{NUMBER}/refund"), json!({"refund": 1})),
            "8 days" => {
                self.now = self.now.plus_seconds(8 * 86_400);
                testing::until(&mut self.world, self.now);
                String::new()
            }
            outcome => self.control("POST", &format!("orders/{NUMBER}/pay"), json!({"outcome": outcome})),
        }
    }
}

#[test]
fn every_row_in_every_family_and_nobody_is_ever_told() {
    for family in FAMILIES {
        for row in ROWS {
            let mut stage = Stage::at(family, row.state);
            let answer = stage.does(row.event);
            let expected = row.answer(family.version);
            assert_eq!(
                (stage.state().as_str(), answer.as_str()),
                (row.becomes, expected),
                "{family:?} {} + {}",
                row.state,
                row.event
            );
            assert_eq!(stage.world.notices.iter().count(), 0, "{family:?} {} + {}", row.state, row.event);
        }
    }
}

#[test]
fn every_state_meets_every_event() {
    for state in ["USERPAYING", "PAYERROR", "SUCCESS", "REVOKED"] {
        for event in ["charge", "charge otherwise", "query", "password", "close", "reverse"] {
            let password = state == "USERPAYING" && event == "password";
            let rows = ROWS.iter().filter(|row| row.state == state && row.event == event);
            assert!(rows.count() == 1 || password, "{state} + {event}");
        }
    }
}

#[test]
fn money_is_where_the_state_says() {
    for family in FAMILIES {
        for (state, wallet, basic) in
            [("USERPAYING", 0, 0), ("PAYERROR", 0, 0), ("SUCCESS", 500, 497), ("REFUND", 500, 496), ("REVOKED", 0, 0)]
        {
            let stage = Stage::at(family, state);
            let has = |account: Account| stage.world.ledger.balance(&account);
            let paid = 100_000_000 - has(Account::Wallet("alice".to_owned()));
            let settled = has(Account::Basic(stage.family.owner().to_owned()));
            assert_eq!((paid, settled), (wallet, basic), "{family:?} {state}");
        }
    }
}
