//! Orders that are given up.

use jiff::{SignedDuration, Timestamp};
use wechatpay_chain_shop::jobs::closing;
use wechatpay_chain_shop::model::order::OrderState;
use wechatpay_sim::Fault;

use crate::support::{Done, PAID, Place, Town, wanted};

const CLOSE: &str = "v3/pay/transactions/out-trade-no/*";

fn after_half_an_hour() -> Timestamp {
    Timestamp::now() + SignedDuration::from_mins(31)
}

pub async fn what_nobody_pays_is_closed_in_time(place: Place) -> Done {
    let town = Town::open(place).await?;
    let order = town.order("tea").await?;
    // WeChat Pay never hears of this one: the browser went away in between.
    let never = town.shop.take(wanted("cup"), Timestamp::now()).await?;
    assert_eq!(closing::run_once(&town.shop, Timestamp::now()).await?.settled, 0, "it is not time");
    let report = closing::run_once(&town.shop, after_half_an_hour()).await?;
    assert_eq!((report.settled, report.troubles), (2, Vec::new()));
    for number in [&order.number, &never.number] {
        assert_eq!(town.shop.look_up(number).await?.state, OrderState::Closed);
        // Nobody can pay it: it is closed there, or was never there.
        let refused = town.sim.pay(number).send().unwrap_err();
        assert!(["STATE", "NOT_FOUND"].contains(&refused.code()), "{refused}");
        assert_eq!(town.shop.close(number).await?.state, OrderState::Closed, "once more is no harm");
        let ready = town.shop.ready(number, Timestamp::now()).await?;
        assert_eq!(ready.usable_credential(Timestamp::now()), None);
    }
    assert_eq!(closing::run_once(&town.shop, after_half_an_hour()).await?.settled, 0);
    assert_eq!(town.settled().await?, 0, "nothing is left to be asked for");
    Ok(())
}

/// The payer is quicker, and the notice is lost: the answer to the closing is the first that the shop hears of it.
pub async fn a_payment_in_the_last_moment_counts(place: Place) -> Done {
    let town = Town::open(place).await?;
    let order = town.order("tea").await?;
    town.sim.fault(Fault::Lost).on_notice(PAID).times(1);
    town.pay(&order.number, "bob")?;
    assert_eq!(town.shop.look_up(&order.number).await?.state, OrderState::Unpaid);
    let report = closing::run_once(&town.shop, after_half_an_hour()).await?;
    assert_eq!(report.troubles, [""; 0]);
    town.agree(&order.number, 6_800, 0).await?;
    // Refused for another reason: nothing is believed, and it stays open.
    let order = town.order("tea").await?;
    town.sim.fault(Fault::code("NO_AUTH")).on("POST", CLOSE).times(1);
    assert!(town.shop.close(&order.number).await.unwrap_err().to_string().contains("NO_AUTH"));
    assert_eq!(town.shop.look_up(&order.number).await?.state, OrderState::Unpaid);
    town.pay(&order.number, "bob")?;
    assert_eq!(town.shop.close(&order.number).await?.state, OrderState::Paid, "what is paid is not closed");
    town.in_order()
}

pub async fn a_closing_whose_answer_is_lost_is_found_out(place: Place) -> Done {
    let town = Town::open(place).await?;
    let order = town.order("tea").await?;
    town.sim.fault(Fault::ResetAfter).on("POST", CLOSE).times(1);
    let report = closing::run_once(&town.shop, after_half_an_hour()).await?;
    assert!(report.troubles[0].contains("is open"), "{report:?}");
    assert_eq!(town.shop.look_up(&order.number).await?.state, OrderState::Unpaid);
    assert_eq!(town.settled().await?, 1);
    assert_eq!(town.shop.look_up(&order.number).await?.state, OrderState::Closed);
    // Closed at WeChat Pay before the shop knows: no new code, and the shop knows then.
    let order = town.shop.take(wanted("tea"), Timestamp::now()).await?;
    let number = order.number.as_str();
    town.shop.ready(number, Timestamp::now()).await?;
    town.post(&format!("orders/{number}/close"), wechatpay_chain::json!({"by": "wechat"}))?;
    let later = Timestamp::now() + SignedDuration::from_mins(29);
    let key = order.number.clone();
    town.shop
        .books(move |books| books.execute("UPDATE orders SET credential_until = 0 WHERE number = ?1", &[(&key).into()]))
        .await?;
    assert_eq!(town.shop.ready(number, later).await?.state, OrderState::Closed);
    Ok(())
}
