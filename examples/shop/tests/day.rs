//! A whole day of the shop against a WeChat Pay that remembers: what is asked, paid, lost, forged and refunded today is in the books, and
//! tomorrow's bill says the same.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use rusqlite::Connection;
use wechatpay_chain::{Retry, Value, json};
use wechatpay_chain_shop::{Difference, Entry, Error, Shop, router};
use wechatpay_sim::{Fault, Simulator};

type Done = Result<(), Error>;

const APPID: &str = "wx8888888888888888";
const PAID: &str = "TRANSACTION.SUCCESS";
const NATIVE: &str = "v3/pay/transactions/native";
const REFUNDS: &str = "v3/refund/domestic/refunds";

/// The shop as it is in production, but for the base URI of its client, and a WeChat Pay of its own.
struct Town {
    sim: Simulator,
    shop: Shop,
    folder: PathBuf,
    alice: String,
}

impl Town {
    async fn open() -> Result<Self, Error> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("wechatpay-shop-day-{}-{number}", std::process::id()));
        std::fs::remove_dir_all(&folder).unwrap_or_default();
        std::fs::create_dir_all(&folder)?;
        let sim = Simulator::builder().seed(1).frozen("2026-11-25T09:00:00+08:00").start()?;
        // The account that the shop has: its app, and results of refunds that this test decides.
        let appids = json!([{"appid": APPID, "kind": "official"}]);
        sim.patch("merchants/1900000001", json!({"appids": appids}))?;
        sim.patch("settings", json!({"auto": {"refund": null}}))?;
        // Each failure is looked at by itself.
        let wxpay = sim.merchant("1900000001")?.builder()?.retry(Retry::none()).build()?;
        let shop = Shop::open(&folder.join("shop.db"), wxpay)?;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let near = format!("http://{}/", listener.local_addr()?);
        tokio::spawn(axum::serve(listener, router(shop.clone())).into_future());
        sim.patch("settings", json!({"notify": {"map": {"https://shop.example/": near}}}))?;
        let payers = sim.get("payers")?;
        let alice = payers["items"].as_array().into_iter().flatten().find(|payer| payer["name"] == "alice");
        let alice = alice.and_then(|alice| alice["openids"][APPID].as_str()).ok_or("alice has no openid")?.to_owned();
        Ok(Self { sim, shop, folder, alice })
    }

    /// A payer pays, and the shop is told once.
    fn pay(&self, number: &str, payer: &str) -> Result<Value, Error> {
        let pay = self.sim.pay(number).payer(payer).wait_for_notices();
        Ok(tokio::task::block_in_place(|| pay.send())?)
    }

    fn advance(&self, seconds: u64) -> Done {
        tokio::task::block_in_place(|| self.sim.advance(Duration::from_secs(seconds)))?;
        Ok(())
    }

    fn post(&self, path: &str, body: Value) -> Result<Value, Error> {
        Ok(tokio::task::block_in_place(|| self.sim.post(path, body))?)
    }

    /// How a refund ends, and the shop is told once.
    fn end_refund(&self, number: &str, status: &str) -> Done {
        self.post(&format!("refunds/{number}/result?wait=notices"), json!({"status": status}))?;
        Ok(())
    }

    /// So much is paid and refunded of an order, by the shop's books and by WeChat Pay's.
    fn agree(&self, number: &str, paid: u32, refunded: u32) -> Done {
        let own = self.shop.look_up(number)?;
        assert_eq!((own.paid, own.refunded), (paid, refunded), "the books of {number}");
        let theirs = self.sim.get(&format!("orders/{number}"))?;
        let their_paid = if theirs["paid_at"].is_null() { 0 } else { theirs["total"].as_i64().unwrap_or_default() };
        let refunds = self.sim.refunds()?;
        let ended = refunds.iter().filter(|refund| refund["order"] == theirs["id"] && refund["status"] == "SUCCESS");
        let their_refunded = ended.filter_map(|refund| refund["refund"].as_i64()).sum();
        assert_eq!((their_paid, their_refunded), (i64::from(paid), i64::from(refunded)), "{number} at WeChat Pay");
        Ok(())
    }

    fn database(&self) -> Result<Connection, Error> {
        Ok(Connection::open(self.folder.join("shop.db"))?)
    }
}

impl Drop for Town {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.folder).unwrap_or_default();
    }
}

/// Orders of both kinds, each paid, each told once.
async fn orders_are_paid(town: &Town) -> Done {
    let params = town.shop.order("D-JSAPI-01", &town.alice, 10_000).await?;
    // The phone: what the shop's page gives WeChat is right.
    let invoked = town.sim.post("invoke", json!({"kind": "jsapi", "params": params}))?;
    assert_eq!((&invoked["ok"], &invoked["order"]["out_trade_no"]), (&json!(true), &json!("D-JSAPI-01")), "{invoked}");
    assert_eq!(town.pay("D-JSAPI-01", "alice")?["notices"][0]["state"], "accepted");
    town.agree("D-JSAPI-01", 10_000, 0)?;
    assert!(town.shop.order_native("D-NATIVE-01", 2_500).await?.starts_with("weixin://wxpay/bizpayurl?pr="));
    assert_eq!(town.pay("D-NATIVE-01", "bob")?["state"], "SUCCESS");
    town.agree("D-NATIVE-01", 2_500, 0)?;
    // Somebody pays with a card that is refused, and goes.
    town.shop.order_native("D-LEFT-01", 700).await?;
    assert_eq!(town.sim.pay("D-LEFT-01").outcome("NOT_ENOUGH").send()?["state"], "NOTPAY");
    town.agree("D-LEFT-01", 0, 0)
}

/// Calls whose answer never comes, whether they were executed or not: repeated with the same number they are one order.
async fn answers_are_lost(town: &Town) -> Done {
    for (number, fault, executed) in [
        ("D-LOST-01", Fault::ResetAfter, true),
        ("D-LOST-02", Fault::ResetBefore, false),
        ("D-LOST-03", Fault::SystemErrorAfter, true),
        ("D-LOST-04", Fault::BadGateway, false),
        ("D-LOST-05", Fault::Unsigned, true),
    ] {
        town.sim.fault(fault.clone()).on("POST", NATIVE).number(number).times(1);
        assert!(town.shop.order_native(number, 300).await.is_err(), "{fault}");
        assert_eq!(town.sim.get(&format!("orders/{number}")).is_ok(), executed, "{fault}");
        town.shop.order_native(number, 300).await?;
        assert!(town.shop.order_native(number, 301).await.is_err(), "a number stands for one price");
        let found = town.sim.get(&format!("orders?out_trade_no={number}"))?;
        assert_eq!(found["items"].as_array().map(Vec::len), Some(1), "{fault}");
        town.pay(number, "bob")?;
        town.agree(number, 300, 0)?;
        assert!(town.shop.order_native(number, 300).await.is_err(), "what is paid is not ordered again");
    }
    Ok(())
}

/// Notices that are false book nothing, and the true one that follows does; copies are booked once; one that never comes is asked for.
async fn notices_are_not_what_they_seem(town: &Town) -> Done {
    town.database()?.execute_batch(
        "CREATE TABLE booked (n); CREATE TRIGGER count AFTER UPDATE OF paid ON orders BEGIN INSERT INTO booked VALUES (1); END",
    )?;
    // What does not verify is refused; what verifies and cannot be opened is the shop's own trouble.
    let unverified = [Fault::Forged, Fault::Tampered, Fault::Stale, Fault::UnknownSerial, Fault::Probe];
    let faults = unverified.into_iter().map(|fault| (fault, 401)).chain([(Fault::WrongKey, 500)]);
    for (number, (fault, status)) in (1..).zip(faults) {
        let number = format!("D-FALSE-{number:02}");
        town.shop.order_native(&number, 100).await?;
        town.sim.fault(fault.clone()).on_notice(PAID).times(1);
        let told = town.pay(&number, "alice")?["notices"][0].clone();
        assert_eq!((&told["state"], &told["attempts"][0]["status"]), (&json!("failed"), &json!(status)), "{fault}");
        assert_eq!(town.shop.look_up(&number)?.paid, 0, "{fault}");
        town.advance(15)?;
        town.agree(&number, 100, 0)?;
    }
    town.shop.order_native("D-TWICE-01", 100).await?;
    let told = town.pay("D-TWICE-01", "alice")?["notices"][0].clone();
    let path = format!("notices/{}/duplicate?wait=notices", told["id"].as_str().unwrap_or_default());
    let again = town.post(&path, json!({"count": 20}))?;
    let accepted = again["attempts"].as_array().into_iter().flatten().filter(|sent| sent["verdict"] == "accepted");
    assert_eq!(accepted.count(), 21);
    town.agree("D-TWICE-01", 100, 0)?;
    let booked: u32 = town.database()?.query_row("SELECT COUNT(*) FROM booked", [], |row| row.get(0))?;
    assert_eq!(booked, 7, "each payment is booked once");

    town.shop.order_native("D-SILENT-01", 100).await?;
    town.sim.fault(Fault::Lost).on_notice(PAID).times(1);
    town.pay("D-SILENT-01", "alice")?;
    assert_eq!(town.shop.look_up("D-SILENT-01")?.paid, 0);
    assert_eq!(town.shop.query_what_is_open().await?, 1);
    town.agree("D-SILENT-01", 100, 0)?;
    // No finding says that the shop has taken what it should not.
    assert_eq!(town.sim.get("findings")?, json!([]));
    Ok(())
}

/// Orders that are given up, in time and too late, and a payer who takes longer than a code lives.
async fn orders_end_without_payment_or_late(town: &Town) -> Done {
    town.shop.order_native("D-CLOSED-01", 100).await?;
    assert!(town.shop.close("D-CLOSED-01").await?.closed);
    assert_eq!(town.sim.pay("D-CLOSED-01").send().unwrap_err().code(), "STATE");
    assert!(town.shop.close("D-CLOSED-01").await?.closed, "once more is no harm");
    assert!(town.shop.order_native("D-CLOSED-01", 100).await.is_err(), "a number is not used again");
    town.agree("D-CLOSED-01", 0, 0)?;
    // The payer is quicker, and the notice is lost: the answer to the closing is the first that the shop hears of it.
    town.shop.order_native("D-QUICK-01", 100).await?;
    town.sim.fault(Fault::Lost).on_notice(PAID).times(1);
    town.pay("D-QUICK-01", "bob")?;
    let order = town.shop.close("D-QUICK-01").await?;
    assert_eq!((order.paid, order.closed), (100, false));
    // The closing is done, its answer is lost; then it is asked for again.
    town.shop.order_native("D-CLOSED-02", 100).await?;
    town.sim.fault(Fault::ResetAfter).on("POST", "v3/pay/transactions/out-trade-no/*").times(1);
    assert!(town.shop.close("D-CLOSED-02").await.is_err());
    assert_eq!((town.shop.query_what_is_open().await?, town.shop.look_up("D-CLOSED-02")?.closed), (1, true));
    // Two hours later the code is dead; a new one of the same order is not.
    town.shop.order_native("D-LATE-01", 900).await?;
    town.advance(2 * 3600 + 1)?;
    assert_eq!(town.sim.pay("D-LATE-01").send().unwrap_err().code(), "EXPIRED");
    town.shop.order_native("D-LATE-01", 900).await?;
    town.pay("D-LATE-01", "alice")?;
    town.agree("D-LATE-01", 900, 0)
}

/// Every way a refund can go, of one order of 100 yuan.
async fn money_goes_back(town: &Town) -> Done {
    let order = "D-JSAPI-01";
    town.shop.refund(order, "R-GOOD", 3_000).await?;
    town.end_refund("R-GOOD", "SUCCESS")?;
    town.agree(order, 10_000, 3_000)?;
    // Executed, and the answer is lost: it keeps its money taken until WeChat Pay has said what became of it.
    town.sim.fault(Fault::ResetAfter).on("POST", REFUNDS).times(1);
    assert!(town.shop.refund(order, "R-LOST", 2_000).await.unwrap_err().to_string().contains("R-LOST is open"));
    assert!(town.shop.refund(order, "R-MUCH", 5_001).await.is_err(), "7,000 less 2,000 are left");
    assert_eq!(town.shop.query_what_is_open().await?, 0, "it is on its way");
    town.end_refund("R-LOST", "SUCCESS")?;
    town.agree(order, 10_000, 5_000)?;
    // Not executed, which nobody can know: repeated with its number it is one refund.
    town.sim.fault(Fault::ResetBefore).on("POST", REFUNDS).times(1);
    assert!(town.shop.refund(order, "R-NONE", 1_000).await.is_err());
    assert_eq!(town.sim.get("refunds/R-NONE").unwrap_err().code(), "NOT_FOUND");
    town.shop.query_what_is_open().await?;
    town.shop.refund(order, "R-NONE", 1_000).await?;
    // Its notice is lost as well; a query finds its end.
    town.sim.fault(Fault::Lost).on_notice("REFUND.SUCCESS").times(1);
    town.end_refund("R-NONE", "SUCCESS")?;
    assert_eq!(town.shop.query_what_is_open().await?, 1);
    town.agree(order, 10_000, 6_000)?;
    // Refused for good: nothing happened, and the number may be tried again.
    town.sim.fault(Fault::code("NOT_ENOUGH")).on("POST", REFUNDS).times(1);
    assert!(town.shop.refund(order, "R-POOR", 500).await.unwrap_err().to_string().contains("NOT_ENOUGH"));
    // Closed: its money can be refunded under another number.
    town.shop.refund(order, "R-SHUT", 4_000).await?;
    assert!(town.shop.refund(order, "R-MORE", 4_000).await.is_err());
    town.end_refund("R-SHUT", "CLOSED")?;
    town.agree(order, 10_000, 6_000)?;
    abnormal(town, order).await?;
    // Accepted today, done tomorrow.
    town.shop.refund(order, "R-SLOW", 1_500).await
}

/// The way back is barred; the money is sent to a card, and the notice of that is lost.
async fn abnormal(town: &Town, order: &str) -> Done {
    town.shop.refund(order, "R-ODD", 2_500).await?;
    town.end_refund("R-ODD", "ABNORMAL")?;
    town.agree(order, 10_000, 6_000)?;
    assert!(town.shop.refund(order, "R-MORE", 2_000).await.is_err(), "its money is still on its way");
    let id = town.sim.get("refunds/R-ODD")?["refund_id"].as_str().unwrap_or_default().to_owned();
    let card = town.shop.wxpay.chain(REFUNDS).arg(id).seg("apply-abnormal-refund");
    card.post_async(json!({"out_refund_no": "R-ODD", "type": "MERCHANT_BANK_CARD"})).await?;
    town.sim.fault(Fault::Lost).on_notice("REFUND.SUCCESS").times(1);
    town.end_refund("R-ODD", "SUCCESS")?;
    assert_eq!(town.shop.query_what_is_open().await?, 1);
    town.agree(order, 10_000, 8_500)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_day_of_the_shop_is_in_the_bill_of_the_next_one() -> Done {
    let town = Town::open().await?;
    orders_are_paid(&town).await?;
    answers_are_lost(&town).await?;
    notices_are_not_what_they_seem(&town).await?;
    orders_end_without_payment_or_late(&town).await?;
    money_goes_back(&town).await?;
    assert_eq!(town.sim.get("invariants")?, json!({"ok": true, "failed": []}));
    // Too early: there is no bill, and the shop does not take that for an empty one.
    let early = town.shop.reconcile("2026-11-25").await.unwrap_err();
    assert!(early.to_string().contains("INVALID_REQUEST"), "{early}");

    town.post("clock/advance", json!({"to": "2026-11-26T10:00:00+08:00"}))?;
    let found = town.shop.reconcile("2026-11-25").await?;
    assert_eq!(found.differences, [], "{found:?}");
    // 10,000 and 2,500; five of 300; six, one, one and one of 100; 900.
    assert_eq!((found.payments, found.paid), (17, 10_000 + 2_500 + 1_500 + 900 + 900));
    // Of the one that was refused there is no row; the closed one has one.
    assert_eq!((found.refunds, found.refunded), (6, 3_000 + 2_000 + 1_000 + 4_000 + 2_500 + 1_500));
    assert_eq!(town.shop.reconcile("2026-11-24").await?.payments, 0, "a day without a bill");
    // The refund of yesterday ends today: yesterday's bill stays as it is, and so do the books of that day.
    town.end_refund("R-SLOW", "SUCCESS")?;
    town.agree("D-JSAPI-01", 10_000, 10_000)?;
    assert_eq!(town.shop.reconcile("2026-11-25").await?, found);
    assert_eq!(town.shop.query_what_is_open().await?, 0);
    money_is_where_it_should_be(&town)
}

/// The balance by hand: what was paid less the fee of 0.60 % and what went back.
fn money_is_where_it_should_be(town: &Town) -> Done {
    let fee = |paid: i64| (paid * 60 + 5_000) / 10_000;
    let paid = [2_500, 900].into_iter().chain([300; 5]).chain([100; 9]);
    let left: i64 = paid.map(|paid| paid - fee(paid)).sum();
    let balance = town.sim.get("merchants/1900000001")?["accounts"]["BASIC"].clone();
    assert_eq!(balance, json!({"available": left, "frozen": 0}), "the order of 100 yuan is all back, its fee as well");
    assert_eq!(town.sim.get("invariants")?, json!({"ok": true, "failed": []}));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_bill_and_books_do_not_have_in_common_is_named() -> Done {
    let town = Town::open().await?;
    for number in ["X-SAME", "X-LESS", "X-GONE", "X-OURS"] {
        town.shop.order_native(number, 1_000).await?;
        town.pay(number, "alice")?;
    }
    town.shop.refund("X-SAME", "R-SAME", 10).await?;
    // The books lose an order, have another with a wrong amount, and one that was never paid.
    town.database()?.execute_batch(
        "UPDATE orders SET paid = 999 WHERE out_trade_no = 'X-LESS'; DELETE FROM orders WHERE out_trade_no = 'X-GONE';
         UPDATE orders SET out_trade_no = 'X-NEVER' WHERE out_trade_no = 'X-OURS';
         UPDATE refunds SET out_refund_no = 'R-OTHER';",
    )?;
    town.post("clock/advance", json!({"to": "2026-11-26T10:00:00+08:00"}))?;
    let found = town.shop.reconcile("2026-11-25").await?;
    let (payment, refund) = (|no: &str| Entry::Payment(no.to_owned()), |no: &str| Entry::Refund(no.to_owned()));
    let expected = [
        Difference::OnlyBill(payment("X-GONE"), 1_000),
        Difference::Amount { entry: payment("X-LESS"), bill: 1_000, books: 999 },
        Difference::OnlyBill(payment("X-OURS"), 1_000),
        Difference::OnlyBill(refund("R-SAME"), 10),
        Difference::OnlyBooks(payment("X-NEVER"), 1_000),
        Difference::OnlyBooks(refund("R-OTHER"), 10),
    ];
    assert_eq!(found.differences, expected);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_bill_that_is_damaged_is_not_compared() -> Done {
    let town = Town::open().await?;
    town.shop.order_native("Y-00001", 1_000).await?;
    town.pay("Y-00001", "alice")?;
    town.post("clock/advance", json!({"to": "2026-11-26T10:00:00+08:00"}))?;
    for fault in [Fault::WrongHash, Fault::BillTruncated, Fault::BillExpired, Fault::StatementCreating.of(1)] {
        town.sim.fault(fault.clone()).times(1);
        assert!(town.shop.reconcile("2026-11-25").await.is_err(), "{fault}");
    }
    assert_eq!(town.shop.reconcile("2026-11-25").await?.differences, []);
    Ok(())
}
