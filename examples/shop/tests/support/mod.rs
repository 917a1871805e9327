//! A shop as it is in production, and a WeChat Pay of its own.
#![allow(dead_code, reason = "several programs share this, and none needs all of it")]

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;
use wechatpay_chain::{Client, Retry, Value, json};
use wechatpay_chain_shop::jobs::{self, Report};
use wechatpay_chain_shop::model::money::Fen;
use wechatpay_chain_shop::model::openid::Openid;
use wechatpay_chain_shop::model::order::Order;
use wechatpay_chain_shop::store::Store;
use wechatpay_chain_shop::{Error, Maker, Settings, Shop, Wanted, Wish, router};
use wechatpay_sim::Simulator;

pub type Done<T = ()> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

pub const APPID: &str = "wx0000000000000001";
pub const MAKER: &str = "1900000002";
pub const TOKEN: &str = "the-shopkeeper-alone";
pub const NATIVE: &str = "v3/pay/transactions/native";
pub const REFUNDS: &str = "v3/refund/domestic/refunds";
pub const PAID: &str = "TRANSACTION.SUCCESS";

/// What a customer wants, each time with a mark of its own.
pub fn wanted(thing: &str) -> Wanted {
    static COUNT: AtomicI64 = AtomicI64::new(0);
    let request = format!("request-{}", COUNT.fetch_add(1, Ordering::Relaxed));
    Wanted { request, thing: thing.to_owned(), openid: None }
}

/// Where a shop keeps its books.
#[derive(Debug)]
pub struct Place {
    pub database: String,
    _folder: Option<TempDir>,
}

impl Place {
    /// A file in a folder of its own, which goes with it.
    pub fn file() -> Done<Self> {
        let folder = tempfile::tempdir()?;
        let database = folder.path().join("shop.db").to_str().ok_or("the folder's name is no text")?.to_owned();
        Ok(Self { database, _folder: Some(folder) })
    }

    /// A database on a server.
    pub fn server(url: String) -> Self {
        Self { database: url, _folder: None }
    }
}

pub struct Town {
    pub sim: Simulator,
    pub shop: Shop,
    pub url: String,
    pub place: Place,
    /// How often the jobs were called as if a day had passed.
    days: AtomicI64,
}

impl Town {
    pub async fn open(place: Place) -> Done<Self> {
        Self::with(place, |_| {}).await
    }

    /// With other settings.
    pub async fn with(place: Place, change: impl FnOnce(&mut Settings)) -> Done<Self> {
        let sim = Simulator::builder().seed(1).frozen("2026-11-25T09:00:00+08:00").start()?;
        // What becomes of refunds and shares is decided by the tests.
        sim.patch("settings", json!({"auto": {"refund": null, "sharing": null}}))?;
        // Each failure is looked at by itself.
        let wxpay = sim.merchant("1900000001")?.builder()?.retry(Retry::none()).build()?;
        Self::of(sim, wxpay, place, change).await
    }

    pub async fn of(sim: Simulator, wxpay: Client, place: Place, change: impl FnOnce(&mut Settings)) -> Done<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}/", listener.local_addr()?);
        let given =
            [("SHOP_APPID", APPID), ("SHOP_URL", &url), ("SHOP_TOKEN", TOKEN), ("SHOP_DATABASE", &place.database)];
        let find = |name: &str| given.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        let mut settings = Settings::read(find)?;
        change(&mut settings);
        let database = place.database.clone();
        let store = tokio::task::spawn_blocking(move || Store::open(&database)).await??;
        let shop = Shop::new(wxpay, store, settings);
        tokio::spawn(axum::serve(listener, router(shop.clone())).into_future());
        Ok(Self { sim, shop, url, place, days: AtomicI64::new(0) })
    }

    /// One whose cups are somebody's, who gets his share.
    pub async fn with_maker(place: Place) -> Done<Self> {
        let maker = Maker { mchid: MAKER.to_owned(), name: "a maker".to_owned() };
        let town = Self::with(place, |settings| settings.maker = Some(maker)).await?;
        town.sim.patch(&format!("merchants/{MAKER}"), json!({"allow_return": true}))?;
        Ok(town)
    }

    /// Another process of the same shop: its own connection to the same database.
    pub async fn another(&self) -> Done<Shop> {
        let database = self.place.database.clone();
        let store = tokio::task::spawn_blocking(move || Store::open(&database)).await??;
        Ok(Shop { store, ..self.shop.clone() })
    }

    /// An order that is to be paid by a QR code.
    pub async fn order(&self, thing: &str) -> Result<Order, Error> {
        self.shop.order(wanted(thing), Timestamp::now()).await
    }

    /// One that was paid.
    pub async fn paid(&self, thing: &str) -> Done<Order> {
        let order = self.order(thing).await?;
        self.pay(&order.number, "alice")?;
        let order = self.shop.look_up(&order.number).await?;
        assert_eq!(order.paid, order.price, "{order:?}");
        Ok(order)
    }

    /// A payer pays, and the shop is told once.
    pub fn pay(&self, number: &str, payer: &str) -> Done<Value> {
        let pay = self.sim.pay(number).payer(payer).wait_for_notices();
        Ok(tokio::task::block_in_place(|| pay.send())?)
    }

    pub async fn refund(&self, order: &str, request: &str, amount: i64) -> Result<String, Error> {
        let (request, order, reason) = (request.to_owned(), order.to_owned(), "不喜欢".to_owned());
        let wish = Wish { request, order, amount: Fen::new(amount), reason };
        self.shop.refund(wish, Timestamp::now()).await.map(|refund| refund.number)
    }

    /// How a refund ends, and the shop is told once.
    pub fn end_refund(&self, number: &str, status: &str) -> Done {
        self.post(&format!("refunds/{number}/result?wait=notices"), json!({"status": status}))?;
        Ok(())
    }

    /// Asks about everything that is not settled.
    pub async fn ask(&self) -> Result<Report, Error> {
        let later = SignedDuration::from_hours(24 * (1 + self.days.fetch_add(1, Ordering::Relaxed)));
        jobs::queries::run_once(&self.shop, Timestamp::now() + later).await
    }

    /// The same; what it settled, where there is to be no trouble.
    pub async fn settled(&self) -> Done<usize> {
        let report = self.ask().await?;
        assert_eq!(report.troubles, [""; 0]);
        Ok(report.settled)
    }

    pub fn advance(&self, seconds: u64) -> Done {
        tokio::task::block_in_place(|| self.sim.advance(Duration::from_secs(seconds)))?;
        Ok(())
    }

    pub fn post(&self, path: &str, body: Value) -> Done<Value> {
        Ok(tokio::task::block_in_place(|| self.sim.post(path, body))?)
    }

    pub fn openid(&self, payer: &str) -> Done<Openid> {
        let payers = self.sim.get("payers")?;
        let found = payers["items"].as_array().into_iter().flatten().find(|known| known["name"] == payer);
        Ok(Openid::new(found.and_then(|found| found["openids"][APPID].as_str()).ok_or("no such payer")?))
    }

    /// So much is paid and refunded of an order, by the shop's books and by WeChat Pay's.
    pub async fn agree(&self, number: &str, paid: i64, refunded: i64) -> Done {
        let own = self.shop.look_up(number).await?;
        assert_eq!((own.paid.get(), own.refunded.get()), (paid, refunded), "the books of {number}");
        let theirs = self.sim.get(&format!("orders/{number}"))?;
        let their_paid = if theirs["paid_at"].is_null() { 0 } else { theirs["total"].as_i64().unwrap_or_default() };
        let refunds = self.sim.refunds()?;
        let ended = refunds.iter().filter(|refund| refund["order"] == theirs["id"] && refund["status"] == "SUCCESS");
        let their_refunded = ended.filter_map(|refund| refund["refund"].as_i64()).sum();
        assert_eq!((their_paid, their_refunded), (paid, refunded), "{number} at WeChat Pay");
        Ok(())
    }

    /// No money was made or lost, and the shop has taken nothing that it should not.
    pub fn in_order(&self) -> Done {
        assert_eq!(self.sim.get("invariants")?, json!({"ok": true, "failed": []}));
        assert_eq!(self.sim.get("findings")?, json!([]));
        Ok(())
    }

    /// How often WeChat Pay was called at a path.
    pub fn calls(&self, path: &str) -> Done<usize> {
        Ok(self.sim.calls()?.iter().filter(|call| call["path_template"] == path).count())
    }
}
