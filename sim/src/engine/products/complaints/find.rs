//! The complaint that a call is about.

use super::super::super::answer::Refusal;
use super::super::super::call::Call;
use super::super::super::complaints::Complaint;
use super::super::super::world::World;

/// The one of the path, if the caller may see it.
pub(super) fn of_path<'w>(world: &'w World, call: &Call) -> Result<&'w Complaint, Refusal> {
    let found = world.complaints.by_complaint_id(call.variable("complaint_id"));
    found.filter(|complaint| complaint.is_of(&call.mchid)).ok_or_else(|| world.rules.refusal("complaint.unknown"))
}

/// The one of the path, if the body names who is complained of.
pub(super) fn named<'w>(world: &'w World, call: &Call) -> Result<&'w Complaint, Refusal> {
    let complaint = of_path(world, call)?;
    match complaint.complainted == call.text("/complainted_mchid") {
        true => Ok(complaint),
        false => Err(world.rules.refusal("complaint.mchid").about(&complaint.id)),
    }
}
