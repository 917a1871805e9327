//! The shop at work: settings from the environment, `SHOP_*` for the shop and `WECHATPAY_*` for the merchant's keys.

use jiff::Timestamp;
use tokio::net::TcpListener;
use wechatpay_chain::Client;
use wechatpay_chain_shop::store::Store;
use wechatpay_chain_shop::{Error, Result, Settings, Shop, jobs, router};

#[tokio::main]
async fn main() -> std::process::ExitCode {
    match serve().await {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            std::process::ExitCode::FAILURE
        }
    }
}

async fn serve() -> Result<()> {
    let mut settings = Settings::read(|name| std::env::var(name).ok())?;
    let wxpay = Client::from_env()?;
    let listener = TcpListener::bind(settings.listen)
        .await
        .map_err(|error| Error::Machine(format!("SHOP_LISTEN: {} cannot be listened at: {error}", settings.listen)))?;
    // Port 0 is a free one.
    settings.listen = listener.local_addr().map_err(|error| Error::Machine(error.to_string()))?;
    let database = settings.database.clone();
    let store = tokio::task::spawn_blocking(move || Store::open(&database)).await??;
    println!("{} the shop is at http://{}/", Timestamp::now(), settings.listen);
    println!("WeChat Pay tells it what happens at {}", settings.notify_url());
    if settings.token.is_none() {
        println!("SHOP_TOKEN is not set: there are no shopkeeper's calls");
    }
    let shop = Shop::new(wxpay, store, settings);
    let jobs = tokio::spawn(jobs::run(shop.clone()));
    let served = axum::serve(listener, router(shop)).with_graceful_shutdown(stopped()).await;
    // What a job is doing is written down: it goes on where it was after the next start.
    jobs.abort();
    served.map_err(|error| Error::Machine(error.to_string()))
}

/// Ends when somebody stops the shop.
async fn stopped() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminated.recv() => {}
            }
            return;
        }
    }
    if tokio::signal::ctrl_c().await.is_err() {
        // Nobody can stop it that way: it serves until the process ends.
        std::future::pending::<()>().await;
    }
}
