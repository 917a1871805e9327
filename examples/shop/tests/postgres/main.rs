//! The same shop on a server of `PostgreSQL`'s; `tests/postgres/run` starts one and calls this. Each test has a schema of its own.

#[path = "../scenarios/mod.rs"]
mod scenarios;
#[path = "../support/mod.rs"]
mod support;

use std::sync::atomic::{AtomicU32, Ordering};

use postgres::{Client, NoTls};
use scenarios::{all_scenarios, scenarios};
use support::{Done, Place, Town};

/// Where the server is.
const VARIABLE: &str = "WXPAY_SHOP_POSTGRES";

fn server() -> String {
    std::env::var(VARIABLE)
        .unwrap_or_else(|_| panic!("{VARIABLE} names no server; examples/shop/tests/postgres/run starts one"))
}

/// A new schema on the server, in which all tables of a test are.
fn schema() -> Done<Place> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let url = server();
    let name = format!("shop_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let sql = format!("CREATE SCHEMA {name}");
    let made = {
        let url = url.clone();
        // The client has a runtime of its own, which another one does not like.
        std::thread::spawn(move || Client::connect(&url, NoTls)?.batch_execute(&sql))
    };
    made.join().map_err(|_| "no schema")??;
    let and = if url.contains('?') { '&' } else { '?' };
    Ok(Place::server(format!("{url}{and}options=-c%20search_path%3D{name}")))
}

all_scenarios!(schema());

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_connection_that_breaks_is_made_anew() -> Done {
    let town = Town::open(schema()?).await?;
    let order = town.paid("taste").await?;
    let end = "SELECT CAST(CAST(pg_terminate_backend(pg_backend_pid()) AS text) AS text)";
    assert!(town.shop.books(move |books| books.rows(end, &[]).map(|_| ())).await.is_err());
    town.agree(&order.number, 100, 0).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_shops_that_start_at_once_make_the_tables_once() -> Done {
    let place = schema()?;
    let open = || {
        let database = place.database.clone();
        tokio::task::spawn_blocking(move || wechatpay_chain_shop::store::Store::open(&database))
    };
    let (one, two, three) = tokio::join!(open(), open(), open());
    for store in [one?, two?, three?] {
        store.map_err(|error| format!("{error:?}"))?;
    }
    Ok(())
}
