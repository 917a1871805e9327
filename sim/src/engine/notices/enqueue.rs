//! A product tells something: the notice is made, and waits in the queue for its first sending.

use serde_json::Value;

use super::super::call::Version;
use super::super::due::Due;
use super::super::effect::Kind;
use super::super::packed::Packed;
use super::super::time::Time;
use super::super::world::World;
use super::notice::{Notice, NoticeState};
use super::target::Target;

/// What a product wants to be told.
#[derive(Clone, Debug)]
pub(crate) struct NewNotice {
    pub(crate) event_type: String,
    pub(crate) original_type: String,
    pub(crate) summary: String,
    pub(crate) version: Version,
    /// Whose APIv3 key (or APIv2 key) it is sealed with.
    pub(crate) mchid: String,
    /// The simulator's id of the order, refund, … it is about.
    pub(crate) reference: String,
    pub(crate) url: String,
    /// APIv3: the plain resource. APIv2: the members of the XML besides `nonce_str` and `sign`; `req_info`, if there, is an object still to be sealed.
    pub(crate) resource: Value,
    /// APIv2: the `sign_type` that the order asked for; `None` is MD5.
    pub(crate) sign_type: Option<String>,
}

/// Makes a notice that is due now; gives its id. None is made without an address, and none of APIv3 for a merchant without APIv3 key.
pub(crate) fn enqueue(world: &mut World, now: Time, new: NewNotice) -> Option<String> {
    let merchant = world.merchants.get(&new.mchid)?;
    if new.url.is_empty() || new.version == Version::V3 && !merchant.has_api_v3_key {
        return None;
    }
    let id = world.ids.own("not");
    let may_go = Target::of(&world.settings.notify, &new.url).is_allowed();
    let due = may_go.then(|| world.queue.insert(now, Due::SendNotice(id.clone())));
    let notice = Notice {
        id: id.as_str().into(),
        uuid: world.ids.uuid().into(),
        event_type: new.event_type.into(),
        original_type: new.original_type.into(),
        summary: new.summary.into(),
        version: new.version,
        sign_type: new.sign_type.map(Into::into),
        mchid: new.mchid.into(),
        reference: new.reference.into(),
        url: new.url.as_str().into(),
        resource: Packed::of(&new.resource.to_string()),
        nonce: world.ids.word(12).into(),
        created_at: now,
        state: if may_go { NoticeState::Pending } else { NoticeState::Blocked },
        next_at: due.map(|_| now),
        due,
        failures: 0,
        rounds: 0,
        outgoing: Vec::new(),
        held_by: None,
        asked: None,
        body: None,
        attempts: Vec::new(),
    };
    world.notices.insert(notice);
    world.changed(Kind::Notice, &id, if may_go { "created" } else { "blocked" });
    Some(id)
}
