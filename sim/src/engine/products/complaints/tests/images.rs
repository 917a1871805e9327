//! Images: those of payers, and those that merchants upload.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::acts::{M, complain, history, one, paid, post, refusal};
use crate::engine::answer::{Content, Outcome};
use crate::engine::call::Upload;
use crate::engine::images::SAMPLE;
use crate::engine::testing::{NOW, call, calls};
use crate::engine::world::World;

/// Fetches what an address names, as the gate would: the path decoded once.
fn fetch(world: &mut World, mchid: &str, url: &str) -> Outcome {
    let path = url.strip_prefix("http://127.0.0.1:8787/").unwrap();
    let mut call = call(mchid, "GET", path, Value::Null);
    let id = call.path["media_id"].replace("%2F", "/");
    call.path.insert("media_id".to_owned(), id);
    calls(world, NOW, call)
}

fn file(outcome: Outcome) -> (Vec<u8>, &'static str) {
    match outcome.unwrap().content {
        Content::File { bytes, content_type } => (bytes.to_vec(), content_type),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_payers_images_are_fetched_by_their_merchant() {
    let mut world = paid("A-00001");
    let jpeg = b"\xff\xd8\xff\xe0and so on";
    let images = json!([STANDARD.encode(jpeg), STANDARD.encode(SAMPLE)]);
    let id = complain(&mut world, NOW, json!({"order": "A-00001", "images": images}));
    let shown = one(&mut world, &id);
    let list = &shown["complaint_media_list"][0];
    assert_eq!(list["media_type"], "USER_COMPLAINT_IMAGE");
    let urls: Vec<String> =
        list["media_url"].as_array().unwrap().iter().map(|url| url.as_str().unwrap().to_owned()).collect();
    // The id has a slash, which is one segment with the rest of it.
    assert!(urls.iter().all(|url| url.contains("%2F")), "{urls:?}");
    assert_eq!(file(fetch(&mut world, M, &urls[0])), (jpeg.to_vec(), "image/jpeg"));
    assert_eq!(file(fetch(&mut world, M, &urls[1])), (SAMPLE.to_vec(), "image/png"));
    assert_eq!(refusal(fetch(&mut world, "1900000002", &urls[0])), (404, "RESOURCE_NOT_EXISTS".to_owned()));
    assert_eq!(refusal(fetch(&mut world, M, &format!("{}x", urls[0]))).0, 404);
    let line = &history(&mut world, &id)["data"][0];
    assert_eq!(
        (&line["image_list"], &line["complaint_media_list"]["media_url"]),
        (&list["media_url"], &list["media_url"])
    );
    world.rules.set("complaint.image", Some(json!({"status": 403, "code": "NO_AUTH"})));
    assert_eq!(refusal(fetch(&mut world, "1900000002", &urls[0])), (403, "NO_AUTH".to_owned()));
}

#[test]
fn what_a_merchant_uploads_goes_with_its_answer() {
    let mut world = paid("A-00001");
    let id = complain(&mut world, NOW, json!({"order": "A-00001"}));
    let mut upload = call(M, "POST", "v3/merchant-service/images/upload", json!({"filename": "a.png", "sha256": ""}));
    assert_eq!(refusal(calls(&mut world, NOW, upload.clone())).0, 404);
    upload.file = Some(Upload { media_id: "V1_abc".to_owned(), bytes: SAMPLE.into() });
    let media_id = super::acts::fields(calls(&mut world, NOW, upload))["media_id"].clone();
    assert_eq!(media_id, "V1_abc");
    let answer = json!({"response_content": "see", "response_images": [media_id]});
    assert!(post(&mut world, &id, "response", answer).unwrap().warnings.is_empty());
    let line = history(&mut world, &id)["data"][1].clone();
    assert_eq!(line["complaint_media_list"]["media_type"], "OPERATION_IMAGE");
    let url = line["image_list"][0].as_str().unwrap();
    assert_eq!(file(fetch(&mut world, M, url)).0, SAMPLE);
}

#[test]
fn they_are_in_the_state_with_the_complaint() {
    let mut world = paid("A-00001");
    let id = complain(&mut world, NOW, json!({"order": "A-00001", "images": 2}));
    let saved = serde_json::to_string(&world).unwrap();
    let mut read: World = serde_json::from_str(&saved).unwrap();
    assert_eq!(serde_json::to_string(&read).unwrap(), saved);
    assert_eq!(one(&mut read, &id), one(&mut world, &id));
    let url = one(&mut read, &id)["complaint_media_list"][0]["media_url"][1].as_str().unwrap().to_owned();
    assert_eq!(file(fetch(&mut read, M, &url)).0, SAMPLE);
}
