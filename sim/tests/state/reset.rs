//! A reset is the start again: of the world, of the journal, and of what the gate remembers.

use wechatpay_chain::{Value, json};
use wechatpay_sim::Simulator;

use super::{Done, differing, place};

fn state(sim: &Simulator) -> Value {
    let mut state = sim.get("state").unwrap();
    // By the wall clock, which goes on.
    state["clock"].take();
    state
}

#[test]
fn a_reset_is_the_start_again() -> Done {
    let sim = Simulator::builder().seed(3).frozen("2026-11-25T10:00:00+08:00").start()?;
    // The keys are made at the first use, and stay.
    sim.client()?;
    sim.post("reset", json!({"keep": ["clock"]}))?;
    let fresh = state(&sim);
    let used = |sim: &Simulator| {
        place(sim, "A-00001").unwrap();
        sim.post("notices/pause", json!({})).unwrap();
        sim.post("orders/A-00001/pay", json!({})).unwrap();
        let order = sim.get("orders/A-00001").unwrap();
        (order["id"].clone(), order["transaction_id"].clone(), order["refs"]["calls"].clone())
    };
    let first = used(&sim);
    assert!(differing(&state(&sim), &fresh).contains(&"orders".to_owned()));
    assert_eq!(first.2, json!(["call_1"]));
    sim.post("reset", json!({"keep": ["clock"]}))?;
    assert_eq!(differing(&state(&sim), &fresh), [""; 0]);
    assert_eq!((sim.calls()?.len(), sim.orders()?.len()), (0, 0));
    // The same again, the numbers too.
    assert_eq!(used(&sim), first);
    Ok(())
}

#[test]
fn a_reset_answers_what_this_is_and_refuses_what_it_does_not_know() -> Done {
    let sim = Simulator::builder().start()?;
    place(&sim, "A-00001")?;
    assert_eq!(sim.post("reset", json!({"keep": ["orders"]})).unwrap_err().code(), "BAD_REQUEST");
    assert_eq!((sim.calls()?.len(), sim.orders()?.len()), (1, 1), "and changes nothing then");
    assert_eq!(sim.post("reset", json!({}))?["name"], "wechatpay-sim");
    assert_eq!(sim.calls()?.len(), 0);
    Ok(())
}
