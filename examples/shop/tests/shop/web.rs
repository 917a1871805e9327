//! What browsers see, over real sockets.

use jiff::{SignedDuration, Timestamp};
use wechatpay_chain::json;
use wechatpay_chain_shop::jobs::{bills, closing};
use wechatpay_sim::Fault;

use super::http::{admin, form, get, send};
use super::support::{Done, NATIVE, Place, REFUNDS, TOKEN, Town};

/// Buys as a browser does; the address of the order's page.
async fn buy(town: &Town, body: &str) -> Done<String> {
    let answer = form(&format!("{}orders", town.url), body).await?;
    assert_eq!(answer.status, 303, "{answer:?}");
    Ok(format!("{}{}", town.url.trim_end_matches('/'), answer.header("location")))
}

fn number(page: &str) -> &str {
    page.rsplit('/').next().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_customer_buys_pays_and_gets_his_money_back() -> Done {
    let town = Town::open(Place::file()?).await?;
    let goods = get(&town.url).await?;
    assert_eq!((goods.status, goods.text.contains("¥68.00"), goods.text.contains("lang=\"zh-CN\"")), (200, true, true));
    let mark = goods
        .text
        .split("name=\"request\" value=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .ok_or("no mark")?;
    let basket = format!("request={mark}&thing=tea");
    let page = buy(&town, &basket).await?;
    assert_eq!(buy(&town, &basket).await?, page, "twice the same is one order");
    assert_ne!(buy(&town, &format!("request={mark}&thing=cup")).await?, page, "another thing is another order");
    let shown = get(&page).await?;
    assert!(shown.text.contains("role=\"img\"") && shown.text.contains("<svg"), "{}", shown.text);
    assert!(shown.text.contains("data-state=\"WAITING\"") && shown.text.contains("¥68.00"), "{}", shown.text);
    let state = async || Done::Ok(get(&format!("{page}/state")).await?.json());
    let before = state().await?;
    assert!(shown.text.contains(&format!("data-version=\"{}\"", before["version"].as_str().unwrap_or("?"))));
    town.pay(number(&page), "alice")?;
    let paid = state().await?;
    assert_eq!((&paid["state"], &paid["text"]), (&json!("PAID"), &json!("支付成功")));
    assert_ne!(paid["version"], before["version"]);
    assert!(!get(&page).await?.text.contains("role=\"img\""), "what is paid has no code");
    let wish = json!({"request": "r1", "order": number(&page), "amount": 800, "reason": "不喜欢"});
    let refund = admin("POST", &format!("{}admin/refunds", town.url), Some(wish)).await?;
    assert_eq!((refund.status, &refund.json()["state"]), (200, &json!("ACCEPTED")), "{refund:?}");
    assert_eq!(state().await?["state"], "REFUNDING");
    town.end_refund(&format!("{}-R1", number(&page)), "SUCCESS")?;
    assert_eq!(state().await?["state"], "PARTLY_REFUNDED");
    assert!(get(&page).await?.text.contains("¥8.00"));
    town.in_order()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn within_wechat_its_bridge_gets_what_it_needs() -> Done {
    let town = Town::open(Place::file()?).await?;
    let openid = town.openid("alice")?;
    let goods = get(&format!("{}?openid={}", town.url, openid.as_str())).await?;
    assert!(goods.text.contains(&format!("name=\"openid\" value=\"{}\"", openid.as_str())));
    let page = buy(&town, &format!("request=12345678&thing=tea&openid={}", openid.as_str())).await?;
    let shown = get(&page).await?.text;
    let params = shown.split("data-params=\"").nth(1).and_then(|rest| rest.split('"').next()).ok_or("no parameters")?;
    let params: serde_json::Value = serde_json::from_str(&params.replace("&#34;", "\""))?;
    let invoked = town.sim.post("invoke", json!({"kind": "jsapi", "params": params}))?;
    assert_eq!(invoked["order"]["out_trade_no"], number(&page), "{invoked}");
    assert!(!shown.contains(openid.as_str()), "who he is stands on no page");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_goes_wrong_is_told_and_may_be_tried_again() -> Done {
    let town = Town::open(Place::file()?).await?;
    let page = buy(&town, "request=12345678&thing=tea").await?;
    town.sim.fault(Fault::SystemError).on("POST", NATIVE).times(1);
    let broken = get(&page).await?;
    assert_eq!((broken.status, broken.text.contains("重试不会产生第二个订单")), (502, true), "{}", broken.text);
    assert!(!broken.text.contains("SYSTEM_ERROR"), "customers are not told what is behind it");
    let english = send("GET", &page, &[("Accept-Language", "en-GB,en;q=0.9")], "").await?;
    assert!(english.status == 200 && english.text.contains("Scan it with WeChat"), "{}", english.text);
    // What is not there, and what is no order.
    for (address, status) in [("orders/S0", 404), ("orders/S0/state", 404), ("nothing", 404), ("orders/%00", 404)] {
        assert_eq!(get(&format!("{}{address}", town.url)).await?.status, status, "{address}");
    }
    let orders = format!("{}orders", town.url);
    assert_eq!(form(&orders, "request=12345678&thing=gold").await?.status, 409);
    assert_eq!(form(&orders, "thing=tea").await?.status, 422);
    assert_eq!(form(&orders, &format!("request=12345678&thing={}", "x".repeat(20_000))).await?.status, 413);
    // What a customer writes is shown to nobody as more than text.
    let evil = get(&format!("{}?openid=%22%3E%3Cscript%3E", town.url)).await?;
    assert!(!evil.text.contains("\"><script>"), "{}", evil.text);
    // Nobody paid in time.
    closing::run_once(&town.shop, Timestamp::now() + SignedDuration::from_mins(31)).await?;
    assert_eq!(get(&format!("{page}/state")).await?.json()["state"], "CLOSED");
    assert!(get(&page).await?.text.contains("订单已关闭"));
    Ok(())
}

/// A database that somebody else holds is waited for less long than WeChat Pay waits for the answer.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_notice_does_not_wait_for_ever_for_the_database() -> Done {
    let town = Town::open(Place::file()?).await?;
    let order = town.order("tea").await?;
    // The machine may be slow; what is looked at is that there is an answer at all.
    town.sim.patch("settings", json!({"notify": {"timeout_ms": 60_000}}))?;
    let other = rusqlite::Connection::open(&town.place.database)?;
    other.execute_batch("BEGIN IMMEDIATE")?;
    let told = town.pay(&order.number, "alice")?["notices"][0].clone();
    assert_eq!(told["attempts"][0]["status"], 500, "{told}");
    other.execute_batch("ROLLBACK")?;
    town.advance(15)?;
    town.agree(&order.number, 6_800, 0).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_answer_keeps_others_out() -> Done {
    let town = Town::open(Place::file()?).await?;
    for address in ["", "shop.css", "shop.js", "icon.svg", "nothing", "orders/S0", "admin/orders/S0"] {
        let answer = get(&format!("{}{address}", town.url)).await?;
        assert!(answer.header("content-security-policy").starts_with("default-src 'self'"), "{address}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{address}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{address}");
        assert_eq!(answer.header("cache-control"), "no-store", "{address}");
        // Nothing in the page is from elsewhere, and nothing of it is a script of its own.
        assert!(!answer.text.contains("https://") && !answer.text.contains("<script>"), "{address}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_shopkeeper_alone_has_calls() -> Done {
    let town = Town::open(Place::file()?).await?;
    let order = town.paid("tea").await?;
    let url = |rest: &str| format!("{}admin/{rest}", town.url);
    let wish = json!({"request": "r1", "order": order.number, "amount": 800, "reason": "x"});
    let others =
        ["", "Bearer ", "Bearer the-shopkeeper-alonf", "Bearer the-shopkeeper-alone2", "Basic the-shopkeeper-alone"];
    for given in others {
        let headers = [("Authorization", given), ("Content-Type", "application/json")];
        for (method, rest) in [("POST", "refunds"), ("GET", "days/2026-11-25"), ("POST", "transfers")] {
            let answer = send(method, &url(rest), &headers, &wish.to_string()).await?;
            assert_eq!((answer.status, answer.text.as_str()), (401, ""), "{given} {method} {rest}");
        }
    }
    assert_eq!(town.sim.refunds()?.len(), 0);
    let answer = admin("POST", &url("refunds"), Some(wish.clone())).await?;
    assert_eq!((answer.status, &answer.json()["amount"]), (200, &json!(800)));
    let found = admin("GET", &url(&format!("refunds/{}-R1", order.number)), None).await?;
    assert_eq!(found.json(), answer.json());
    // Each kind of trouble by its status, its word, and a sentence.
    let much = json!({"request": "r2", "order": order.number, "amount": 6_001, "reason": "x"});
    town.sim.fault(Fault::ResetAfter).on("POST", REFUNDS).times(1);
    let open = json!({"request": "r3", "order": order.number, "amount": 1, "reason": "x"});
    let unknown = json!({"request": "r4", "order": "S0", "amount": 1, "reason": "x"});
    for (body, status, code) in [(much, 409, "REFUSED"), (open, 202, "OPEN"), (unknown, 404, "NOT_FOUND")] {
        let answer = admin("POST", &url("refunds"), Some(body)).await?;
        assert_eq!((answer.status, &answer.json()["code"]), (status, &json!(code)), "{answer:?}");
        assert!(!answer.text.contains(TOKEN));
    }
    let extra = json!({"request": "r5", "order": order.number, "amount": 1, "reason": "x", "total": 2});
    assert_eq!(admin("POST", &url("refunds"), Some(extra)).await?.status, 422, "a member that nobody knows");
    // A shop without a token has no such calls at all.
    let closed = Town::with(Place::file()?, |settings| settings.token = None).await?;
    assert_eq!(admin("GET", &format!("{}admin/orders/S0", closed.url), None).await?.status, 404);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_shopkeeper_transfers_closes_shares_and_compares() -> Done {
    let town = Town::with_maker(Place::file()?).await?;
    let url = |rest: &str| format!("{}admin/{rest}", town.url);
    let payout = json!({"request": "t1", "openid": town.openid("bob")?.as_str(), "amount": 5_000, "remark": "有礼"});
    let made = admin("POST", &url("transfers"), Some(payout)).await?.json();
    let number = made["number"].as_str().ok_or("no number")?;
    assert!(made["state"] == "WAIT_USER_CONFIRM" && made["params"]["package"].is_string(), "{made}");
    assert_eq!(admin("GET", &url(&format!("transfers/{number}")), None).await?.json(), made);
    let cancelled = admin("POST", &url(&format!("transfers/{number}/cancel")), None).await?.json();
    assert_eq!((&cancelled["state"], &cancelled["params"]), (&json!("CANCELING"), &json!(null)));
    let left = town.order("tea").await?;
    let closed = admin("POST", &url(&format!("orders/{}/close", left.number)), None).await?.json();
    assert_eq!(closed["state"], "CLOSED");
    let cup = town.paid("cup").await?;
    let shown = admin("GET", &url(&format!("orders/{}", cup.number)), None).await?.json();
    assert_eq!((&shown["paid"], &shown["sharing"]["state"]), (&json!(12_900), &json!("WAITING")));
    let early = admin("POST", &url(&format!("orders/{}/return", cup.number)), None).await?;
    assert_eq!((early.status, &early.json()["code"]), (409, &json!("REFUSED")));
    assert_eq!(admin("GET", &url("days/2026-11-25"), None).await?.status, 404);
    town.post("clock/advance", json!({"to": "2026-11-26T10:00:00+08:00"}))?;
    let compared = admin("POST", &url("days/2026-11-25"), None).await?.json();
    assert_eq!((&compared["payments"], &compared["differences"]), (&json!(1), &json!([])));
    assert_eq!(admin("GET", &url("days/2026-11-25"), None).await?.json(), compared);
    assert_eq!(admin("GET", &url("days/someday"), None).await?.status, 409);
    // A bill that does not fit is a difference, and no error.
    town.shop.books(|books| books.execute("UPDATE orders SET paid_at = '2026-11-24T09:00:00+08:00'", &[])).await?;
    let now = "2026-11-25T12:00:00+08:00".parse()?;
    town.shop.books(|books| books.execute("UPDATE orders SET created_at = 1795449600", &[])).await?;
    assert!(bills::run_once(&town.shop, now).await?.troubles.iter().any(|line| line.contains("OnlyBooks")));
    Ok(())
}
