//! How it looks, and who can use it: every screen, in both languages, light and dark, on a desk and on a phone.
//! `WXPAY_SIM_PICTURES` names a folder for pictures of them.

use std::path::PathBuf;

use serde_json::json;
use wechatpay_sim_browser::{Browser, Done, Looks, in_browser};

use super::by_hand::Ask;
use super::languages::SCREENS;
use super::shop::{Shop, pay_url};

const LOOKS: [Looks; 5] = [
    Looks { lang: "zh", theme: "light", width: 1280 },
    Looks { lang: "en", theme: "dark", width: 1280 },
    Looks { lang: "zh", theme: "dark", width: 390 },
    Looks { lang: "en", theme: "light", width: 390 },
    Looks { lang: "en", theme: "light", width: 320 },
];

/// A day of a shop: something of everything.
fn busy() -> (Shop, Vec<String>) {
    let shop = Shop::frozen();
    let paid = shop.order("A-00001", "一杯茶");
    let open = shop.order("A-00002", "a book with a rather long name, as books have them");
    shop.sim.pay("A-00001").send().unwrap();
    shop.told(1);
    shop.sim.post("orders/A-00001/refund", json!({"refund": 280})).unwrap();
    let ask = Ask::new(&shop.sim, "POST", "/v3/pay/transactions/native", r#"{"appid":"wx0000000000000001"}"#);
    let timestamp = ask.timestamp.clone();
    ask.signing("/v3/pay/transactions/native", &timestamp, b"{}").send(&shop.sim);
    shop.sim
        .post("faults", json!({"fault": "TIMEOUT_AFTER(5)", "match": {"path": "v3/refund/domestic/refunds"}}))
        .unwrap();
    let first =
        |list: &str| shop.sim.get(&format!("{list}?limit=1")).unwrap()["items"][0]["id"].as_str().unwrap().to_owned();
    let mut hashes: Vec<String> = SCREENS.iter().map(|screen| format!("#/{screen}")).collect();
    hashes.extend([&paid, &open].map(|order| format!("#/orders/{}", order["id"].as_str().unwrap())));
    hashes.extend(["refunds", "notices", "calls"].map(|list| format!("#/{list}/{}", first(list))));
    hashes.push("#/merchants/1900000001".to_owned());
    let pages = hashes.into_iter().map(|hash| shop.page(&format!("?lang=LANG{hash}")));
    let pages = pages.chain([format!("{}?lang=LANG", pay_url(&open))]).collect();
    (shop, pages)
}

#[test]
fn no_screen_has_a_serious_barrier_or_is_wider_than_its_window() {
    in_browser(|browser| async move {
        let axe = std::env::var("AXE").expect("AXE names axe.min.js; `run` fetches it");
        let axe = std::fs::read_to_string(axe)?;
        let (_shop, pages) = busy();
        let (mut wrong, mut seen) = (Vec::new(), 0);
        for looks in LOOKS {
            browser.look(looks).await?;
            for page in &pages {
                let page = page.replace("LANG", looks.lang);
                wrong.extend(judged(&browser, &axe, &page, looks).await?);
                seen += 1;
            }
        }
        println!("{seen} looks at {} screens: {} barriers", pages.len(), wrong.len());
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        Ok(())
    });
}

async fn judged(browser: &Browser, axe: &str, page: &str, looks: Looks) -> Done<Vec<String>> {
    browser.0.goto("about:blank").await?;
    browser.open(page).await?;
    if page.contains('#') {
        browser.find("[data-online=true]").await?;
    }
    let mut wrong = browser.barriers(axe).await?;
    let sideways = browser.sideways().await?;
    wrong.extend((sideways > 0).then(|| format!("{sideways} pixels too wide")));
    let complaints = browser.complaints().await?.into_iter();
    wrong.extend(complaints.filter(|said| said.contains("Security Policy") || said.contains("Uncaught")));
    if let Ok(folder) = std::env::var("WXPAY_SIM_PICTURES") {
        let name: String =
            page.split("_/").nth(1).unwrap_or_default().replace(|c: char| !c.is_ascii_alphanumeric(), "-");
        let file = format!("{name}-{}-{}.png", looks.theme, looks.width);
        browser.picture(&PathBuf::from(folder).join(file)).await?;
    }
    Ok(wrong.into_iter().map(|what| format!("{page} {looks:?}: {what}")).collect())
}
