//! Notifications: forged, repeated, false, and lost.

use wechatpay_chain::{Value, json};
use wechatpay_chain_shop::model::order::Order;
use wechatpay_sim::Fault;

use crate::support::{APPID, Done, PAID, Place, Town};

/// What is false about a notification.
type Change = fn(&mut Value);

/// What WeChat Pay tells of an order's payment, with a change; the status of the shop's answer.
fn tell(town: &Town, order: &Order, kinds: (&str, &str), change: impl FnOnce(&mut Value)) -> Done<Value> {
    let mut resource = json!({
        "appid": APPID, "mchid": "1900000001", "out_trade_no": order.number, "transaction_id": "4200000000000000000000000042",
        "trade_type": "NATIVE", "trade_state": "SUCCESS", "trade_state_desc": "支付成功", "bank_type": "OTHERS",
        "success_time": "2026-11-25T09:00:00+08:00", "payer": {"openid": "o1"},
        "amount": {"total": order.price.get(), "payer_total": order.price.get(), "currency": "CNY", "payer_currency": "CNY"},
    });
    change(&mut resource);
    let (event_type, original_type) = kinds;
    let notice = json!({
        "event_type": event_type, "original_type": original_type, "mchid": "1900000001",
        "url": format!("{}notify", town.url), "resource": resource,
    });
    let told = town.post("notices?wait=notices", notice)?;
    let id = told["id"].as_str().ok_or_else(|| told.to_string())?;
    Ok(town.sim.get(&format!("notices/{id}"))?["attempts"][0]["status"].clone())
}

pub async fn what_does_not_verify_books_nothing_and_what_follows_does(place: Place) -> Done {
    let town = Town::open(place).await?;
    // What does not verify is refused; what verifies and cannot be opened is the shop's own trouble.
    let unverified = [Fault::Forged, Fault::Tampered, Fault::Stale, Fault::UnknownSerial, Fault::Probe];
    let faults = unverified.into_iter().map(|fault| (fault, 401)).chain([(Fault::WrongKey, 500)]);
    for (fault, status) in faults {
        let order = town.order("taste").await?;
        town.sim.fault(fault.clone()).on_notice(PAID).times(1);
        let told = town.pay(&order.number, "alice")?["notices"][0].clone();
        assert_eq!((&told["state"], &told["attempts"][0]["status"]), (&json!("failed"), &json!(status)), "{fault}");
        assert_eq!(town.shop.look_up(&order.number).await?.paid.get(), 0, "{fault}");
        town.advance(15)?;
        town.agree(&order.number, 100, 0).await?;
    }
    town.in_order()
}

pub async fn fifty_copies_at_once_are_booked_once(place: Place) -> Done {
    let town = Town::with_maker(place).await?;
    let order = town.order("cup").await?;
    town.sim.fault(Fault::Duplicate.of(50)).on_notice(PAID).times(1);
    town.pay(&order.number, "alice")?;
    let notices = town.sim.notices()?;
    let attempts = || notices.iter().flat_map(|notice| notice["attempts"].as_array().into_iter().flatten());
    assert_eq!(attempts().count(), 50, "{notices:?}");
    assert!(attempts().all(|attempt| attempt["status"] == 204), "{notices:?}");
    town.agree(&order.number, 12_900, 0).await?;
    // What follows from a payment, follows once.
    let sharing = town.shop.sharing_of(&order.number).await?.ok_or("its maker gets a share")?;
    assert_eq!(sharing.order, order.number);
    let keys = |books: &mut dyn wechatpay_chain_shop::store::books::Books| {
        books.rows("SELECT COUNT(*) FROM notices", &[])?[0].int(0)
    };
    assert_eq!(town.shop.books(keys).await?, 1);
    town.in_order()
}

pub async fn what_does_not_fit_the_order_is_not_booked(place: Place) -> Done {
    let town = Town::open(place).await?;
    let order = town.order("tea").await?;
    let payment = (PAID, "transaction");
    let changes: [(&str, Change); 9] = [
        ("amount", |paid| paid["amount"]["total"] = json!(1)),
        ("currency", |paid| paid["amount"]["currency"] = json!("USD")),
        ("mchid", |paid| paid["mchid"] = json!("1900000002")),
        ("another order", |paid| paid["out_trade_no"] = json!("S0")),
        ("state", |paid| paid["trade_state"] = json!("NOTPAY")),
        ("no transaction", |paid| paid["transaction_id"] = json!("")),
        ("no time", |paid| paid["success_time"] = json!("yesterday")),
        ("no day", |paid| paid["success_time"] = json!("2026-11-25T01:00:00Z")),
        ("no number", |paid| paid["out_trade_no"] = Value::Null),
    ];
    for (what, change) in changes {
        assert_eq!(tell(&town, &order, payment, change)?, 500, "{what}");
        assert_eq!(town.shop.look_up(&order.number).await?.paid.get(), 0, "{what}");
    }
    // Its key was not kept: the true one is booked.
    assert_eq!(tell(&town, &order, payment, |_| ())?, 204);
    assert_eq!(town.shop.look_up(&order.number).await?.paid, order.price);
    // An order is paid by one transaction, and a transaction pays one order.
    let other = town.order("tea").await?;
    assert_eq!(tell(&town, &other, payment, |_| ())?, 500);
    assert_eq!(town.shop.look_up(&other.number).await?.paid.get(), 0);
    Ok(())
}

pub async fn shared_money_and_combined_orders_are_not_payments(place: Place) -> Done {
    let town = Town::open(place).await?;
    let order = town.order("tea").await?;
    let number = order.number.as_str();
    let shared = json!({
        "mchid": "1900000001", "transaction_id": "42", "out_order_no": number, "order_id": "3",
        "receiver": {"type": "MERCHANT_ID", "account": "1900000001", "amount": 6_800, "description": "x"},
        "success_time": "2026-11-25T09:00:00+08:00",
    });
    let combined = json!({
        "combine_out_trade_no": number, "combine_mchid": "1900000001",
        "sub_orders": [{"out_trade_no": number, "mchid": "1900000001", "amount": {"total_amount": 6_800}}],
    });
    for (kinds, resource) in [
        ((PAID, "profitsharing"), shared.clone()),
        (("PROFITSHARING.SUCCESS", "profitsharing"), shared),
        ((PAID, "transaction"), combined),
    ] {
        assert_eq!(tell(&town, &order, kinds, |told| *told = resource)?, 204, "{kinds:?}");
        assert_eq!(town.shop.look_up(number).await?.paid.get(), 0, "{kinds:?}");
    }
    Ok(())
}

pub async fn one_that_could_not_be_stored_comes_again(place: Place) -> Done {
    let town = Town::open(place).await?;
    let order = town.order("tea").await?;
    let run = |sql: &'static str| town.shop.books(move |books| books.execute(sql, &[]).map(|_| ()));
    run("ALTER TABLE notices RENAME TO gone").await?;
    let told = town.pay(&order.number, "alice")?["notices"][0].clone();
    assert_eq!((&told["state"], &told["attempts"][0]["status"]), (&json!("failed"), &json!(500)));
    // WeChat Pay is not told what is wrong with the shop.
    let answer = told["attempts"][0]["answer"].as_str().unwrap_or_default();
    assert!(answer.contains("失败") && !answer.contains("notices"), "{answer}");
    assert_eq!(town.shop.look_up(&order.number).await?.paid.get(), 0);
    run("ALTER TABLE gone RENAME TO notices").await?;
    town.advance(15)?;
    town.agree(&order.number, 6_800, 0).await
}
