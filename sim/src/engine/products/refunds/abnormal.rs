//! A refund that cannot arrive is sent another way: to a bank card that the merchant names.

use super::super::super::answer::{Answer, Outcome, Refusal};
use super::super::super::call::Call;
use super::super::super::effect::Kind;
use super::super::super::refunds::RefundStatus;
use super::super::super::time::Time;
use super::super::super::world::World;
use super::result::schedule;
use super::v3::{own, unknown};
use super::view::view;

pub(super) fn apply(world: &mut World, now: Time, call: &Call) -> Outcome {
    let refund = world.refunds.by_refund_id(call.variable("refund_id")).filter(|refund| refund.mchid == call.mchid);
    let refund = refund.ok_or_else(|| unknown(world))?;
    own(world, call, refund, call.text("/sub_mchid"))?;
    if refund.out_refund_no != call.text("/out_refund_no") {
        return Err(world.rules.refusal("refund.other_number").about(&refund.id));
    }
    if refund.status != RefundStatus::Abnormal {
        return Err(world.rules.refusal("refund.not_abnormal").about(&refund.id));
    }
    let (card, id) = (card(call)?, refund.id.clone());
    world.refunds.update(&id, |refund| {
        refund.status = RefundStatus::Processing;
        refund.rerouted = Some(card);
    });
    world.changed(Kind::Refund, &id, "state PROCESSING");
    schedule(world, now, &id);
    let shown = world.refunds.by_id(&id).and_then(|refund| view(world, refund)).ok_or_else(|| unknown(world))?;
    Ok(Answer::json(200, shown).about(id))
}

/// Where it goes, as the answer names it: of a card only the last four digits.
fn card(call: &Call) -> Result<String, Refusal> {
    if call.text("/type") != "USER_BANK_CARD" {
        return Ok("商户银行卡".to_owned());
    }
    for member in ["/bank_type", "/bank_account", "/real_name"] {
        if call.text(member).is_empty() {
            return Err(Refusal::param(
                member,
                "body",
                format!("退款至用户银行卡时，{}必填", member.trim_start_matches('/')),
            ));
        }
    }
    let digits: Vec<char> = call.text("/bank_account").chars().collect();
    let last: String = digits.iter().skip(digits.len().saturating_sub(4)).collect();
    Ok(format!("{}{last}", call.text("/bank_type")))
}
