//! The table of refunds, by merchant and partner, in both versions of the API.

use serde_json::{Value, json};

use super::super::answer::Outcome;
use super::super::call::Version;
use super::super::ledger::Account;
use super::super::testing::{self, NOW};
use super::super::time::Time;
use super::super::world::World;
use super::family::{FAMILIES, Family};
use super::refund_rows::{CHANGED, ROWS};
use super::row::{answer, control};

const REFUNDS: &str = "v3/refund/domestic/refunds";
const TOTAL: i64 = 10_000;

struct Stage {
    family: Family,
    world: World,
    now: Time,
    order: &'static str,
    number: String,
    total: i64,
    refund: i64,
}

impl Stage {
    /// Two orders that alice paid, and a refund of the first in a state.
    fn at(family: Family, state: &str) -> Self {
        let (number, total) = ("R1".to_owned(), TOTAL);
        let mut stage =
            Self { family, world: testing::world(), now: NOW, order: "A-00001", number, total, refund: 5_000 };
        ["A-00001", "A-00002"].into_iter().for_each(|order| stage.pay(order));
        let before: &[&str] = match state {
            "-" => &[],
            "PROCESSING" => &["request"],
            "SUCCESS" => &["request", "result SUCCESS"],
            "CLOSED" => &["request", "result CLOSED"],
            "ABNORMAL" => &["request", "result ABNORMAL"],
            state => panic!("{state}"),
        };
        before.iter().for_each(|event| _ = stage.does(event));
        assert_eq!(stage.state(), state, "{family:?}");
        stage
    }

    fn state(&self) -> String {
        self.world.refunds.by_number(self.family.mchid(), "R1").map_or("-", |refund| refund.status.as_str()).to_owned()
    }

    /// How often somebody was told of the refund.
    fn told(&self) -> usize {
        let refund = self.world.refunds.by_number(self.family.mchid(), "R1");
        refund.map_or(0, |refund| self.world.notices.about(&refund.id).count())
    }

    fn call(&mut self, method: &str, path: &str, body: Value) -> Outcome {
        let call = testing::call(self.family.mchid(), method, path, body);
        testing::calls(&mut self.world, self.now, call)
    }

    fn control(&mut self, path: &str, body: Value) -> String {
        control(&testing::control(&mut self.world, self.now, "POST", path, body))
    }

    fn place(&mut self, order: &str) {
        let mut body = json!({
            "description": "a book", "out_trade_no": order, "notify_url": "http://127.0.0.1:9/paid",
            "amount": {"total": TOTAL, "currency": "CNY"},
        });
        let (members, path) = match self.family.is_partner {
            true => (
                json!({"sp_appid": "wx0000000000000001", "sp_mchid": self.family.mchid(), "sub_mchid": self.family.owner()}),
                "v3/pay/partner/transactions/native",
            ),
            false => {
                (json!({"appid": "wx0000000000000001", "mchid": self.family.mchid()}), "v3/pay/transactions/native")
            }
        };
        members.as_object().into_iter().flatten().for_each(|(name, value)| body[name] = value.clone());
        self.call("POST", path, body).expect("placed");
    }

    fn pay(&mut self, order: &str) {
        self.place(order);
        assert_eq!(self.control(&format!("orders/{order}/pay"), json!({})), "ok");
    }

    fn request(&mut self) -> Outcome {
        let sub = if self.family.version == Version::V3 { "sub_mchid" } else { "sub_mch_id" };
        let mut body = match self.family.version {
            Version::V3 => json!({"amount": {"refund": self.refund, "total": self.total, "currency": "CNY"}}),
            Version::V2 => json!({"refund_fee": self.refund.to_string(), "total_fee": self.total.to_string()}),
        };
        body["out_trade_no"] = self.order.into();
        body["out_refund_no"] = self.number.as_str().into();
        body["notify_url"] = "http://127.0.0.1:9/refunded".into();
        if self.family.is_partner {
            body[sub] = self.family.owner().into();
        }
        let path = if self.family.version == Version::V3 { REFUNDS } else { "v2/secapi/pay/refund" };
        self.call("POST", path, body)
    }

    fn query(&mut self) -> Outcome {
        match (self.family.version, self.family.is_partner) {
            (Version::V3, false) => self.call("GET", &format!("{REFUNDS}/R1"), Value::Null),
            (Version::V3, true) => self.call("GET", &format!("{REFUNDS}/R1?sub_mchid=1900000011"), Value::Null),
            (Version::V2, false) => self.call("POST", "v2/pay/refundquery", json!({"out_refund_no": "R1"})),
            (Version::V2, true) => {
                let body = json!({"out_refund_no": "R1", "sub_mch_id": "1900000011"});
                self.call("POST", "v2/pay/refundquery", body)
            }
        }
    }

    fn another_way(&mut self) -> Outcome {
        let known = self.world.refunds.by_number(self.family.mchid(), "R1").expect("a refund");
        let path = format!("{REFUNDS}/{}/apply-abnormal-refund", known.refund_id);
        let mut body = json!({"out_refund_no": "R1", "type": "MERCHANT_BANK_CARD"});
        if self.family.is_partner {
            body["sub_mchid"] = self.family.owner().into();
        }
        self.call("POST", &path, body)
    }

    /// Puts so much into the merchant's account, or takes it out.
    fn balance(&mut self, amount: i64) {
        let path = format!("merchants/{}/balance", self.family.owner());
        assert_eq!(self.control(&path, json!({"account": "BASIC", "amount": amount})), "ok");
    }

    /// Other refunds of the order, each of so much.
    fn others(&mut self, count: usize, refund: i64) {
        for number in 0..count {
            (self.number, self.refund) = (format!("O{number}"), refund);
            self.request().expect("accepted");
        }
        (self.number, self.refund) = ("R1".to_owned(), 5_000);
    }

    /// What stands before the request.
    fn prepare(&mut self, event: &str) {
        let has = self.world.ledger.balance(&Account::Basic(self.family.owner().to_owned()));
        match event {
            "request" => {}
            "request another amount" => self.refund = 4_999,
            "request with another total" => self.total = 9_999,
            "request of another order" => self.order = "A-00002",
            "request of an unknown order" => self.order = "A-00009",
            "request of an unpaid order" => {
                self.place("A-00003");
                self.order = "A-00003";
            }
            "request of more than the order" => self.refund = TOTAL + 1,
            "request of more than is left" => self.others(1, 5_001),
            "request of what a closed one left" => {
                self.others(1, 5_001);
                self.control("refunds/O0/result", json!({"status": "CLOSED"}));
            }
            "request number 51" => self.others(50, 1),
            "request after 365 days" => self.now = self.now.plus_seconds(365 * 86_400),
            "request later" => self.now = self.now.plus_seconds(365 * 86_400 + 1),
            "request without funds" => self.balance(-has + 4_969),
            "request once there are funds again" => {
                self.balance(-has);
                self.request().expect_err("there are none");
                self.balance(4_970);
            }
            "request for a payer who is gone" => self.payer_goes(),
            event => panic!("{event}"),
        }
    }

    fn does(&mut self, event: &str) -> String {
        if event.starts_with("request") {
            self.prepare(event);
            let outcome = self.request();
            return answer(self.family.version, &outcome);
        }
        match event {
            "query" => answer(self.family.version, &self.query()),
            "another way" => answer(Version::V3, &self.another_way()),
            "3 seconds" => self.later(),
            "3 seconds, the payer being gone" => {
                self.payer_goes();
                self.later()
            }
            "another way and 3 seconds, the payer being gone" => {
                self.payer_goes();
                self.does("another way and 3 seconds")
            }
            "another way and 3 seconds" => {
                self.another_way().expect("accepted");
                self.later()
            }
            event => {
                let status = event.trim_start_matches("result ");
                self.control("refunds/R1/result", json!({"status": status}))
            }
        }
    }

    fn payer_goes(&mut self) {
        testing::control(&mut self.world, NOW, "PATCH", "payers/alice", json!({"closed": true})).expect("closed");
    }

    fn later(&mut self) -> String {
        self.now = self.now.plus_seconds(3);
        testing::until(&mut self.world, self.now);
        String::new()
    }
}

#[test]
fn every_row_in_every_family() {
    for family in FAMILIES {
        for row in ROWS {
            let mut stage = Stage::at(family, row.state);
            let before = stage.told();
            let answer = stage.does(row.event);
            let expected = row.answer(family.version);
            let is = (stage.state(), answer, stage.told() - before);
            let should_be = (row.becomes.to_owned(), expected.to_owned(), row.notices);
            assert_eq!(is, should_be, "{family:?} {} + {}", row.state, row.event);
        }
    }
}

#[test]
fn every_state_meets_every_event() {
    for state in ["PROCESSING", "SUCCESS", "CLOSED", "ABNORMAL"] {
        let events =
            ["request", "request another amount", "request of another order", "query", "3 seconds", "another way"];
        let results = ["result SUCCESS", "result CLOSED", "result ABNORMAL"];
        for event in events.into_iter().chain(results) {
            let rows = ROWS.iter().filter(|row| row.state == state && row.event == event);
            assert_eq!(rows.count(), 1, "{state} + {event}");
        }
    }
}

#[test]
fn money_is_where_the_state_says_and_moved_once_whatever_was_repeated() {
    for family in FAMILIES {
        for (state, wallet, basic, reserve) in [
            ("PROCESSING", 0, -4_970, 5_000),
            ("SUCCESS", 5_000, -4_970, 0),
            ("CLOSED", 0, 0, 0),
            ("ABNORMAL", 0, -4_970, 5_000),
        ] {
            let mut stage = Stage::at(family, state);
            (0..3).for_each(|_| _ = stage.does("request"));
            let has = |account: Account| stage.world.ledger.balance(&account);
            let is = (
                has(Account::Wallet("alice".to_owned())) - (100_000_000 - 2 * TOTAL),
                has(Account::Basic(stage.family.owner().to_owned())) - 2 * 9_940,
                has(Account::RefundReserve),
            );
            assert_eq!(is, (wallet, basic, reserve), "{family:?} {state}");
        }
    }
}

#[test]
fn another_sub_merchants_refund_is_not_found_under_the_partners_number() {
    let family = Family { version: Version::V3, is_partner: true };
    let mut stage = Stage::at(family, "PROCESSING");
    let body = json!({
        "out_trade_no": "A-00001", "out_refund_no": "R1", "sub_mchid": "1900000012",
        "amount": {"refund": 5_000, "total": TOTAL, "currency": "CNY"},
    });
    let outcome = stage.call("POST", REFUNDS, body);
    assert_eq!(answer(Version::V3, &outcome), CHANGED);
}
