//! The shop under everything the gateway, forgers and accidents can do: real database files, real sockets.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use rusqlite::Connection;
use wechatpay_chain::mock::{Fault, Notification, Server};
use wechatpay_chain::{Client, Event, Method, Notice, Retry, Value, json};
use wechatpay_chain_shop::{Shop, router};

struct Fixture {
    gateway: Server,
    shop: Shop,
    url: String,
    folder: PathBuf,
}

impl Fixture {
    async fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("wechatpay-shop-test-{}-{number}", std::process::id()));
        // A process that was killed may have left its folder, and its number to this one.
        std::fs::remove_dir_all(&folder).unwrap_or_default();
        std::fs::create_dir_all(&folder).unwrap();
        let gateway = Server::start().unwrap();
        gateway.on(Method::POST, "v3/pay/transactions/jsapi").reply(json!({"prepay_id": "wx1"}));
        // Each failure is looked at by itself.
        let wxpay = gateway.builder().retry(Retry::none()).build().unwrap();
        let shop = Shop::open(&folder.join("shop.db"), wxpay).unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/notify", listener.local_addr().unwrap());
        tokio::spawn(axum::serve(listener, router(shop.clone())).into_future());
        let fixture = Self { gateway, shop, url, folder };
        let params = fixture.shop.order("T20261121", "openid", 100).await.unwrap();
        assert_eq!(params["package"], "prepay_id=wx1");
        fixture
    }

    fn paid(&self, change: impl FnOnce(&mut Value)) -> Notification {
        let mut resource = json!({
            "mchid": self.shop.wxpay.mchid(), "out_trade_no": "T20261121", "transaction_id": "42", "trade_state": "SUCCESS",
            "amount": {"total": 100, "currency": "CNY"},
        });
        change(&mut resource);
        self.gateway.notice("TRANSACTION.SUCCESS", "transaction", resource)
    }

    async fn push(&self, notice: Notification) -> u16 {
        let url = self.url.clone();
        tokio::task::spawn_blocking(move || notice.push(&url).unwrap().as_u16()).await.unwrap()
    }

    fn balance(&self) -> (u32, u32) {
        let order = self.shop.look_up("T20261121").unwrap();
        (order.paid, order.refunded)
    }

    /// Another connection to the same database, as an operator would open it.
    fn database(&self) -> Connection {
        Connection::open(self.folder.join("shop.db")).unwrap()
    }
}

impl Drop for Fixture {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.folder).unwrap_or_default();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_is_booked() {
    let f = Fixture::new().await;
    assert_eq!(f.push(f.paid(|_| ())).await, 204);
    let order = f.shop.look_up("T20261121").unwrap();
    assert_eq!((order.paid, order.transaction_id.as_deref()), (100, Some("42")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handler_that_fails_once_gets_it_again() {
    let f = Fixture::new().await;
    let notice = f.paid(|_| ());
    f.database()
        .execute_batch("CREATE TRIGGER broken BEFORE UPDATE ON orders BEGIN SELECT RAISE(ABORT, 'disk'); END")
        .unwrap();
    assert_eq!((f.push(notice.clone()).await, f.balance()), (500, (0, 0)));
    f.database().execute_batch("DROP TRIGGER broken").unwrap();
    assert_eq!((f.push(notice).await, f.balance()), (204, (100, 0)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_duplicates_at_once_are_booked_once() {
    let f = Fixture::new().await;
    let notice = f.paid(|_| ());
    // Counts how often the ledger was changed, not only what it says in the end.
    f.database()
        .execute_batch("CREATE TABLE booked (n); CREATE TRIGGER count AFTER UPDATE ON orders BEGIN INSERT INTO booked VALUES (1); END")
        .unwrap();
    let pushes: Vec<_> = (0..50)
        .map(|_| {
            let (notice, url) = (notice.clone(), f.url.clone());
            tokio::task::spawn_blocking(move || notice.push(&url).unwrap().as_u16())
        })
        .collect();
    for push in pushes {
        assert_eq!(push.await.unwrap(), 204);
    }
    let booked: u32 = f.database().query_row("SELECT COUNT(*) FROM booked", [], |row| row.get(0)).unwrap();
    assert_eq!((booked, f.balance()), (1, (100, 0)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forged_stale_probing_and_tampered_ones_book_nothing() {
    let f = Fixture::new().await;
    for notice in [f.paid(|_| ()).forged(), f.paid(|_| ()).stale(), f.paid(|_| ()).probe(), f.paid(|_| ()).tampered()] {
        assert_eq!((f.push(notice).await, f.balance()), (401, (0, 0)));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn shared_money_and_combined_orders_are_not_payments() {
    let f = Fixture::new().await;
    let shared = json!({"mchid": "1900000109", "transaction_id": "42", "out_order_no": "T20261121", "order_id": "3", "receiver": {"amount": 100}});
    let combined = json!({"combine_out_trade_no": "T20261121", "sub_orders": [{"out_trade_no": "T20261121", "amount": {"total_amount": 100}}]});
    for notice in [
        f.gateway.notice("TRANSACTION.SUCCESS", "profitsharing", shared.clone()),
        f.gateway.notice("PROFITSHARING.SUCCESS", "profitsharing", shared.clone()),
        f.gateway.notice("TRANSACTION.SUCCESS", "", shared),
        f.gateway.notice("TRANSACTION.SUCCESS", "transaction", combined),
    ] {
        assert_eq!((f.push(notice).await, f.balance()), (204, (0, 0)));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_that_does_not_fit_the_order_is_not_booked() {
    let f = Fixture::new().await;
    for notice in [
        f.paid(|resource| resource["amount"]["total"] = json!(1)),
        f.paid(|resource| resource["amount"]["currency"] = json!("USD")),
        f.paid(|resource| resource["mchid"] = json!("1900000110")),
        f.paid(|resource| resource["out_trade_no"] = json!("T20261122")),
        f.paid(|resource| resource["trade_state"] = json!("NOTPAY")),
    ] {
        assert_eq!((f.push(notice).await, f.balance()), (500, (0, 0)));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_missing_notification_is_made_up_for_by_a_query() {
    let f = Fixture::new().await;
    f.gateway.on(Method::GET, "v3/pay/transactions/out-trade-no/{no}").reply(json!({"trade_state": "NOTPAY"})).times(1);
    let paid = |change: fn(&mut Value)| {
        let mut answer = json!({
            "trade_state": "REFUND", "out_trade_no": "T20261121", "mchid": "1900000109", "transaction_id": "42",
            "amount": {"total": 100, "currency": "CNY"},
        });
        change(&mut answer);
        answer
    };
    let wrong: [fn(&mut Value); 4] = [
        |answer| answer["out_trade_no"] = json!("T20261122"),
        |answer| answer["mchid"] = json!("1900000110"),
        |answer| answer["amount"]["currency"] = json!("USD"),
        |answer| answer["amount"]["total"] = json!(1),
    ];
    for change in wrong {
        f.gateway.on(Method::GET, "v3/pay/transactions/out-trade-no/{no}").reply(paid(change)).times(1);
    }
    f.gateway.on(Method::GET, "v3/pay/transactions/out-trade-no/{no}").reply(paid(|_| ()));
    for _ in 0..5 {
        assert_eq!((f.shop.query_what_is_open().await.unwrap(), f.balance()), (0, (0, 0)));
    }
    assert_eq!((f.shop.query_what_is_open().await.unwrap(), f.balance()), (1, (100, 0)));
    // The notification comes after all.
    assert_eq!((f.push(f.paid(|_| ())).await, f.balance()), (204, (100, 0)));
    assert_eq!(f.shop.query_what_is_open().await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_that_is_closed_is_not_asked_about_for_ever() {
    let f = Fixture::new().await;
    f.gateway.on(Method::GET, "v3/pay/transactions/out-trade-no/{no}").reply(json!({"trade_state": "CLOSED"}));
    assert_eq!(f.shop.query_what_is_open().await.unwrap(), 1);
    assert_eq!((f.shop.query_what_is_open().await.unwrap(), f.gateway.calls().len()), (0, 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_open_refund_is_never_given_up_for_another() {
    let f = Fixture::new().await;
    f.push(f.paid(|_| ())).await;
    let refunds = || f.gateway.on(Method::POST, "v3/refund/domestic/refunds");
    refunds().fault(Fault::Reset).times(1);
    refunds().status(429, json!({"code": "FREQUENCY_LIMITED"})).times(1);
    refunds().status(403, json!({"code": "NOT_ENOUGH"})).times(1);
    refunds().reply(json!({"status": "PROCESSING"}));
    for _ in 0..3 {
        assert!(f.shop.refund("T20261121", "R1", 60).await.is_err());
        assert!(f.shop.refund("T20261121", "R2", 60).await.is_err(), "R1 may have happened");
    }
    for amount in [0, 101, u32::MAX - 10] {
        assert!(f.shop.refund("T20261121", "R9", amount).await.is_err());
    }
    // The query settles it: closed, so the money is free again.
    let closed = json!({"status": "CLOSED", "amount": {"refund": 60}});
    f.gateway.on(Method::GET, "v3/refund/domestic/refunds/{no}").reply(closed).times(1);
    assert_eq!((f.shop.query_what_is_open().await.unwrap(), f.balance()), (1, (100, 0)));
    f.shop.refund("T20261121", "R2", 60).await.unwrap();
    let done = json!({"status": "SUCCESS", "amount": {"refund": 60}});
    f.gateway.on(Method::GET, "v3/refund/domestic/refunds/{no}").reply(done);
    assert_eq!((f.shop.query_what_is_open().await.unwrap(), f.balance()), (1, (100, 60)));
    // Its notification is late, and what has succeeded does not fail.
    let settled = json!({"out_trade_no": "T20261121", "out_refund_no": "R2", "refund_status": "SUCCESS", "amount": {"refund": 60}});
    assert_eq!((f.push(f.gateway.notice("REFUND.SUCCESS", "refund", settled)).await, f.balance()), (204, (100, 60)));
    let sent: Vec<_> =
        f.gateway.calls().iter().filter_map(|call| call.json()["out_refund_no"].as_str().map(str::to_owned)).collect();
    assert_eq!(sent, ["R1", "R1", "R1", "R2"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refund_keeps_its_number_until_it_is_settled() {
    let f = Fixture::new().await;
    f.push(f.paid(|_| ())).await;
    f.gateway.on(Method::POST, "v3/refund/domestic/refunds").fault(Fault::Reset).times(1);
    f.gateway.on(Method::POST, "v3/refund/domestic/refunds").status(403, json!({"code": "NOT_ENOUGH"})).times(1);
    f.gateway.on(Method::POST, "v3/refund/domestic/refunds").reply(json!({"status": "PROCESSING"}));
    assert!(f.shop.refund("T20261121", "R1", 60).await.unwrap_err().to_string().contains("R1 is open"));
    assert!(f.shop.refund("T20261121", "R2", 60).await.is_err(), "60 of 100 are taken by the open one");
    assert!(f.shop.refund("T20261121", "R3", 40).await.is_err(), "the gateway said no");
    f.shop.refund("T20261121", "R1", 60).await.unwrap();
    f.shop.refund("T20261121", "R4", 40).await.unwrap();
    assert!(f.shop.refund("T20261121", "R3", 40).await.is_err(), "what failed counts again when it is tried again");
    assert!(f.shop.refund("T20261121", "R1", 50).await.is_err(), "a number stands for one refund");
    let sent: Vec<_> =
        f.gateway.calls().iter().filter_map(|call| call.json()["out_refund_no"].as_str().map(str::to_owned)).collect();
    assert_eq!(sent, ["R1", "R3", "R1", "R4"]);
    let settled = json!({"out_trade_no": "T20261121", "out_refund_no": "R1", "refund_status": "SUCCESS", "amount": {"refund": 60}});
    let notice = f.gateway.notice("REFUND.SUCCESS", "refund", settled);
    for _ in 0..2 {
        assert_eq!((f.push(notice.clone()).await, f.balance()), (204, (100, 60)));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_router_may_hold_the_shop_the_client_or_an_arc() {
    async fn accept(notice: Notice) -> axum::http::Response<String> {
        assert_eq!(notice.event(), Event::Payment);
        Notice::accept()
    }
    fn router<S: Clone + Send + Sync + 'static>(state: S) -> axum::Router
    where
        Client: axum::extract::FromRef<S>,
    {
        axum::Router::new().route("/notify", axum::routing::post(accept)).with_state(state)
    }
    let mut f = Fixture::new().await;
    let (shop, wxpay) = (f.shop.clone(), f.shop.wxpay.clone());
    for router in [router(shop.clone()), router(Arc::new(shop)), router(wxpay.clone()), router(Arc::new(wxpay))] {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        f.url = format!("http://{}/notify", listener.local_addr().unwrap());
        tokio::spawn(axum::serve(listener, router).into_future());
        assert_eq!(f.push(f.paid(|_| ())).await, 204);
        assert_eq!(f.push(f.paid(|_| ()).forged()).await, 401);
    }
}
