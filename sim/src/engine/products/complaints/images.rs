//! Images: merchants upload them for their answers, and fetch their own and those of payers.

use serde_json::json;

use super::super::super::answer::{Answer, Content, Outcome};
use super::super::super::call::Call;
use super::super::super::images::{Image, media_type};
use super::super::super::time::Time;
use super::super::super::world::World;
use super::super::table::Route;

pub(crate) const ROUTES: &[Route] = &[
    ("POST", "v3/merchant-service/images/upload", upload),
    ("GET", "v3/merchant-service/images/{media_id}", download),
];

/// The gate looked at the file, and gave it its id.
fn upload(world: &mut World, _now: Time, call: &Call) -> Outcome {
    let Some(file) = &call.file else { return Err(world.rules.refusal("complaint.image")) };
    let (id, bytes) = (file.media_id.clone(), file.bytes.clone());
    world.images.add(Image { id: id.clone(), mchids: vec![call.mchid.clone()], bytes });
    Ok(Answer::json(200, json!({"media_id": id})))
}

/// The bytes, signed by nobody.
fn download(world: &mut World, _now: Time, call: &Call) -> Outcome {
    let image = world.images.by_id(call.variable("media_id"));
    let image = image.filter(|image| image.mchids.contains(&call.mchid));
    let image = image.ok_or_else(|| world.rules.refusal("complaint.image"))?;
    let content_type = media_type(&image.bytes).unwrap_or("application/octet-stream");
    let content = Content::File { bytes: image.bytes.clone(), content_type };
    Ok(Answer { content, ..Answer::json(200, json!(null)) })
}
