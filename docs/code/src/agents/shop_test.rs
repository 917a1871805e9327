use wechatpay_chain::mock::{Fault, Server};
use wechatpay_chain::{Method, json};

#[test]
fn a_lost_answer_is_no_failure_and_the_repetition_is_the_same() {
    let gateway = Server::start().unwrap();
    let wxpay = gateway.client().unwrap();
    let refunds = "v3/refund/domestic/refunds";
    gateway.on(Method::POST, refunds).fault(Fault::Reset).times(1);
    gateway.on(Method::POST, refunds).reply(json!({"status": "PROCESSING"}));

    let body = json!({
        "out_trade_no": "20261125001",
        "out_refund_no": "R-20261125001",
        "amount": {"refund": 100, "total": 100, "currency": "CNY"},
    });
    let refund = || wxpay.chain(refunds).post(&body);

    assert!(refund().unwrap_err().outcome_unknown());
    assert_eq!(refund().unwrap()["status"], "PROCESSING");
    let calls = gateway.calls();
    assert_eq!(calls.len(), 2);
    assert_eq!(calls[0].json(), calls[1].json());
}

#[test]
fn a_repeated_notification_has_the_same_key_and_a_forged_one_is_refused() {
    let gateway = Server::start().unwrap();
    let paid = json!({"out_trade_no": "20261125001", "amount": {"total": 100}});
    let wxpay = gateway.client().unwrap();
    let genuine = gateway.notice("TRANSACTION.SUCCESS", "transaction", paid.clone());
    let forged = gateway.notice("TRANSACTION.SUCCESS", "transaction", paid).forged();

    let first = wxpay.notice(&genuine.headers(), &genuine.body()).unwrap();
    let again = wxpay.notice(&genuine.headers(), &genuine.body()).unwrap();
    assert_eq!(first.key(), again.key());
    assert!(first.expect("/amount/total", 99).is_err());
    assert!(wxpay.notice(&forged.headers(), &forged.body()).is_err());
}
