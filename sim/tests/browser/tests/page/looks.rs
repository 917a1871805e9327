//! How it looks, and who can use it: every screen, in both languages, light and dark, on a desk and on a phone.
//! `WXPAY_SIM_PICTURES` names a folder for pictures of them.

use std::path::PathBuf;

use serde_json::{Value, json};
use wechatpay_sim_browser::{Browser, Done, Looks, in_browser};

use super::by_hand::Ask;
use super::languages::SCREENS;
use super::products::{combined, sharing, transfer};
use super::shop::{Shop, pay_url};

const LOOKS: [Looks; 5] = [
    Looks { lang: "zh", theme: "light", width: 1280 },
    Looks { lang: "en", theme: "dark", width: 1280 },
    Looks { lang: "zh", theme: "dark", width: 390 },
    Looks { lang: "en", theme: "light", width: 390 },
    Looks { lang: "en", theme: "light", width: 320 },
];

/// What there is to look at: a shop after a day with something of everything, its screens, and the payers' sheets.
struct Day {
    shop: Shop,
    screens: Vec<String>,
    sheets: Vec<String>,
}

impl Day {
    fn busy() -> Self {
        let shop = Shop::frozen();
        let shared = sharing(&shop);
        let paid = shop.order("A-00001", "一杯茶");
        let open = shop.order("A-00002", "a book with a rather long name, as books have them");
        let transfer = transfer(&shop, "T1");
        let both = combined(&shop, "C-00001");
        shop.sim.pay("A-00001").send().unwrap();
        shop.sim.pay("C-00001").send().unwrap();
        shop.sim.post("orders/A-00001/refund", json!({"refund": 280})).unwrap();
        let complaint = shop.sim.post("complaints", json!({"order": "A-00001"})).unwrap();
        refused(&shop);
        let rule = json!({"fault": "TIMEOUT_AFTER(5)", "match": {"path": "v3/refund/domestic/refunds"}});
        shop.sim.post("faults", rule).unwrap();
        // Keys of all merchants take a while to be made.
        shop.sim.get("merchants").unwrap();
        let newest = |list: &str| shop.sim.get(&format!("{list}?limit=1")).unwrap()["items"][0].clone();
        let details = [
            ("orders", &paid),
            ("orders", &open),
            ("orders", &both),
            ("transfers", &transfer),
            ("sharing", &shared),
            ("complaints", &complaint),
            ("refunds", &newest("refunds")),
            ("notices", &newest("notices")),
            ("calls", &newest("calls")),
        ];
        let of = |(list, object): (&str, &Value)| format!("{list}/{}", object["id"].as_str().unwrap());
        let mut screens: Vec<String> = SCREENS.iter().map(|screen| (*screen).to_owned()).collect();
        screens.extend(details.map(of));
        screens.push("merchants/1900000001".to_owned());
        let sheets = vec![pay_url(&open), transfer["confirm_url"].as_str().unwrap().to_owned()];
        Self { shop, screens, sheets }
    }
}

/// A call whose signature is one of another body.
fn refused(shop: &Shop) {
    let target = "/v3/pay/transactions/native";
    let ask = Ask::new(&shop.sim, "POST", target, r#"{"appid":"wx0000000000000001"}"#);
    let timestamp = ask.timestamp.clone();
    let answer = ask.signing(target, &timestamp, br#"{"appid": "wx0000000000000001"}"#).send(&shop.sim);
    assert_eq!(answer.status, 401);
}

#[test]
fn no_screen_has_a_serious_barrier_or_is_wider_than_its_window() {
    in_browser(|browser| async move {
        let axe = std::env::var("AXE").map_err(|_| "AXE names axe.min.js; `run` fetches it")?;
        let axe = std::fs::read_to_string(axe)?;
        let Day { shop, screens, sheets } = Day::busy();
        let (mut wrong, mut seen) = (Vec::new(), 0);
        for looks in LOOKS {
            browser.look(looks).await?;
            browser.open(&shop.page(&format!("?lang={}#/none", looks.lang))).await?;
            browser.find("[data-online=true]").await?;
            for screen in &screens {
                browser.screen(screen).await?;
                wrong.extend(judged(&browser, &axe, screen, looks).await?);
                seen += 1;
            }
            for sheet in &sheets {
                browser.open(&format!("{sheet}?lang={}", looks.lang)).await?;
                browser.find("input[name=payer]").await?;
                wrong.extend(judged(&browser, &axe, sheet.rsplit("_/").next().unwrap_or_default(), looks).await?);
                seen += 1;
            }
        }
        println!("{seen} looks at {} screens: {} barriers", screens.len() + sheets.len(), wrong.len());
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        Ok(())
    });
}

async fn judged(browser: &Browser, axe: &str, screen: &str, looks: Looks) -> Done<Vec<String>> {
    let mut wrong = browser.barriers(axe).await?;
    let sideways = browser.sideways().await?;
    wrong.extend((sideways > 0).then(|| format!("{sideways} pixels too wide")));
    let complaints = browser.complaints().await?.into_iter();
    wrong.extend(complaints.filter(|said| said.contains("Security Policy") || said.contains("Uncaught")));
    if let Ok(folder) = std::env::var("WXPAY_SIM_PICTURES") {
        let name = if screen.is_empty() { "overview".to_owned() } else { screen.replace('/', "-") };
        let Looks { lang, theme, width } = looks;
        browser.picture(&PathBuf::from(folder).join(format!("{name}-{lang}-{theme}-{width}.png"))).await?;
    }
    Ok(wrong.into_iter().map(|what| format!("{screen} {looks:?}: {what}")).collect())
}
