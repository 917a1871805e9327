//! Which fault fires: the four ways in their order, the first that has one wins.

use super::super::answer::{Refusal, Warning};
use super::super::effect::Kind;
use super::super::world::World;
use super::act::{Act, Planned, plan};
use super::bound::applies_to_notice;
use super::facts::{CallFacts, NoticeFacts};
use super::fault::Fault;
use super::micropay::{Case, is_charge, is_query};
use super::store::{Match, Standing, key};
use super::triggers;

/// The fault that fires on a call, if one does.
pub(crate) fn for_call(world: &mut World, facts: &CallFacts<'_>) -> Option<Planned> {
    let planned = asked_for(world, facts).or_else(|| standing(world, facts)).or_else(|| silence(world, facts))?;
    if planned.case == Some(Case::Silent) && is_charge(facts.template) {
        let numbers = facts.numbers().into_iter().map(str::to_owned);
        world.faults.silent.entry(facts.mchid.to_owned()).or_default().extend(numbers);
    }
    world.changed(Kind::Fault, &planned.name, format!("fired {} {}", facts.method, facts.template));
    Some(planned)
}

/// The fault that fires on a notice, if one does. Only those that were set; what a call asks for its notice was set by then.
pub(crate) fn for_notice(world: &mut World, facts: &NoticeFacts<'_>) -> Option<Fault> {
    for index in 0..world.faults.standing.len() {
        let standing = world.faults.standing.get_mut(index)?;
        if standing.is_spent() || !standing.fits_notice(facts) || standing.skips() {
            continue;
        }
        if let Some(fault) = fire(world, index) {
            world.changed(Kind::Fault, fault.name(), format!("fired {}", facts.event_type));
            return Some(fault);
        }
    }
    None
}

/// What the call asks for itself.
fn asked_for(world: &mut World, facts: &CallFacts<'_>) -> Option<Planned> {
    let header = match triggers::header(facts) {
        Some(Err(why)) => return Some(unreadable(&why)),
        Some(Ok(fault)) => Some(fault),
        None => None,
    };
    let settings = &world.settings.triggers;
    let ways = [header, triggers::text(settings, facts), triggers::amount(settings, facts)];
    // A call that is there has shaken hands.
    ways.into_iter().flatten().filter(|fault| !fault.is_on_handshakes()).find_map(|fault| match fault.is_on_calls() {
        true => within_limit(world, facts, &fault),
        false => on_its_notice(world, facts, fault),
    })
}

/// A fault that ends by itself fires on the first calls only, and the same call then goes on as usual.
fn within_limit(world: &mut World, facts: &CallFacts<'_>, fault: &Fault) -> Option<Planned> {
    let planned = plan(&world.rules, facts, fault)?;
    let limit = match fault.name() {
        "ACCEPTED_202" => 1,
        "STATEMENT_CREATING" => fault.argument(),
        _ => return Some(planned),
    };
    let answered = world.faults.answered.entry(format!("{} {}", fault.name(), key(facts))).or_default();
    *answered = answered.saturating_add(1);
    (*answered <= limit).then_some(planned)
}

/// A fault of notices that a call asks for waits for the notice about the call's number.
fn on_its_notice(world: &mut World, facts: &CallFacts<'_>, fault: Fault) -> Option<Planned> {
    if !applies_to_notice(fault.name(), facts.version) {
        return None;
    }
    let number = (*facts.numbers().first()?).to_owned();
    let matching = Match { mchid: Some(facts.mchid.to_owned()), number: Some(number), ..Match::default() };
    let name = fault.to_string();
    let known = |known: &Standing| known.matching == matching && known.fault == fault;
    if !world.faults.standing.iter().any(known) {
        let id = world.ids.own("flt");
        world.faults.standing.push(Standing::new(id, matching, fault));
    }
    Some(Planned { name, executes: true, case: None, act: Act::Nothing, warning: None })
}

/// The first of those that were set which fires.
fn standing(world: &mut World, facts: &CallFacts<'_>) -> Option<Planned> {
    for index in 0..world.faults.standing.len() {
        let standing = world.faults.standing.get(index)?;
        if standing.is_spent() || !standing.fits_call(facts) {
            continue;
        }
        let fault = standing.fault.clone();
        let Some(planned) = plan(&world.rules, facts, &fault) else { continue };
        let standing = world.faults.standing.get_mut(index)?;
        if !standing.fits_attempt(facts) || standing.skips() {
            continue;
        }
        if fire(world, index).is_some() {
            return Some(planned);
        }
    }
    None
}

/// Lets one fire, if chance lets it.
pub(super) fn fire(world: &mut World, index: usize) -> Option<Fault> {
    let rate = world.faults.standing.get(index)?.rate;
    if rate < 1.0 && world.ids.fraction() >= rate {
        return None;
    }
    let standing = world.faults.standing.get_mut(index)?;
    standing.fired = standing.fired.saturating_add(1);
    Some(standing.fault.clone())
}

/// A query about an order that nobody is to hear of.
fn silence(world: &World, facts: &CallFacts<'_>) -> Option<Planned> {
    let silent = world.faults.silent.get(facts.mchid).filter(|_| is_query(facts.template))?;
    let asked = facts.numbers().into_iter().any(|number| silent.contains(number));
    let fault = Fault::parse("MICROPAY_PAY_QUERY_TIMEOUT").ok().filter(|_| asked)?;
    plan(&world.rules, facts, &fault).map(|planned| Planned { case: None, ..planned })
}

/// The header is there, and what it says is no fault.
fn unreadable(why: &str) -> Planned {
    let text = format!("Wechatpay-Negative-Test: {why}");
    let warning = Some(Warning { id: "fault.unreadable".to_owned(), text: text.clone() });
    let refusal = Refusal::param("Wechatpay-Negative-Test", "header", text);
    Planned { name: "PARAM_ERROR".to_owned(), executes: false, case: None, act: Act::Refuse(refusal, None), warning }
}

#[cfg(test)]
mod tests;
