//! A fault's act on an answer: on its text before it is signed, on its signature, and on the way it goes out.

use std::error::Error;
use std::io::Write;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use wechatpay_chain::SignType;

use super::sent::Sent;
use super::{body, html, sign, v2};
use crate::engine::faults::act::{Act, Planned, Rewriting};
use crate::gate::answer::{Given, Signing};
use crate::gate::outgoing::Outgoing;
use crate::keys::platform::PlatformKeys;

/// What goes out instead of an answer of APIv3. `target` is what was asked for.
///
/// # Errors
///
/// When the cryptographic library fails.
pub(crate) fn v3(
    planned: &Planned,
    given: Given,
    target: &str,
    signing: &Signing,
    keys: &PlatformKeys,
) -> Result<Sent, Box<dyn Error>> {
    let given = before_signing(&planned.act, given);
    let outgoing = match planned.act {
        Act::Sign(how) => sign::sign(given, how, signing, keys)?,
        _ => given.signed(signing)?,
    };
    Ok(after_signing(&planned.act, outgoing, target).with("Sim-Fault", &planned.name))
}

/// What goes out instead of an answer of APIv2, which has its sign in it.
///
/// # Errors
///
/// When the cryptographic library fails.
pub(crate) fn v2(
    planned: &Planned,
    mut given: Given,
    target: &str,
    sign_type: SignType,
    secret: &str,
) -> Result<Sent, Box<dyn Error>> {
    given = match &planned.act {
        Act::Refuse(_, after) => waiting(given, *after),
        Act::Rewrite(_) | Act::Sign(_) => {
            Given { body: v2::rewritten(&planned.act, &given.body, sign_type, secret)?.into(), ..given }
        }
        act => before_signing(act, given),
    };
    Ok(after_signing(&planned.act, given.bare(), target).with("Sim-Fault", &planned.name))
}

/// What an answer says, before it is signed.
fn before_signing(act: &Act, mut given: Given) -> Given {
    match act {
        Act::Refuse(refusal, after) => {
            return waiting(Given::refusal(refusal), *after);
        }
        Act::Empty => return Given::empty(200),
        // A 204 has no body, so it is none any more.
        Act::Oversized if given.body.is_empty() => given.status = 200,
        _ => {}
    }
    let body = match act {
        Act::Oversized => body::oversized(given.body.to_vec()),
        Act::WrongHash => body::wrong_hash(&given.body),
        Act::HalfFile => body::half(given.body.to_vec()),
        Act::Rewrite(Rewriting::NewMembers) => body::new_members(&given.body),
        Act::Rewrite(Rewriting::Reordered) => body::reordered(&given.body),
        Act::Rewrite(Rewriting::Escaped) => body::escaped(&given.body),
        _ => return given,
    };
    given.body = body.into();
    given
}

/// Asks to wait so many seconds, if any.
fn waiting(given: Given, after: Option<u32>) -> Given {
    match after {
        Some(seconds) => given.with("Retry-After", seconds.to_string()),
        None => given,
    }
}

/// How an answer goes out once it is signed.
fn after_signing(act: &Act, outgoing: Outgoing, target: &str) -> Sent {
    match act {
        Act::Silence(seconds) => Sent::Silence(*seconds),
        Act::Reset => Sent::Reset,
        Act::Garbage => Sent::Garbage,
        Act::Slow(seconds) => Sent::Late(*seconds, outgoing),
        Act::Truncated => Sent::Half(outgoing),
        Act::Gateway(status) => Sent::Whole(html::gateway(*status)),
        Act::Redirect => Sent::Whole(html::redirect(target)),
        Act::Gzipped => Sent::Whole(gzipped(outgoing)),
        _ => Sent::Whole(outgoing),
    }
}

/// Compressed on the way: the signature is over what was there before. What cannot be compressed goes out as it is.
fn gzipped(outgoing: Outgoing) -> Outgoing {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    let compressed = encoder.write_all(&outgoing.body).and_then(|()| encoder.finish());
    match compressed {
        Ok(body) if !outgoing.body.is_empty() => {
            Outgoing { body: Bytes::from(body), ..outgoing }.with("Content-Encoding", "gzip")
        }
        _ => outgoing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::answer::Refusal;

    fn given() -> Given {
        Given::json(200, &serde_json::json!({"hash_value": "00", "total": 1}))
    }

    fn outgoing() -> Outgoing {
        given().bare()
    }

    #[test]
    fn the_text_changes_before_it_is_signed() {
        for (act, status, body) in [
            (Act::Nothing, 200, r#"{"hash_value":"00","total":1}"#),
            (Act::Empty, 200, ""),
            (Act::WrongHash, 200, r#"{"hash_value":"11","total":1}"#),
            (Act::HalfFile, 200, r#"{"hash_value":"#),
            (Act::Rewrite(Rewriting::Reordered), 200, "{ \"total\" : 1 ,\n\"hash_value\" : \"00\" }"),
            (Act::Refuse(Refusal::new(429, "A", "b"), None), 429, r#"{"code":"A","message":"b"}"#),
        ] {
            let changed = before_signing(&act, given());
            assert_eq!(
                (changed.status, String::from_utf8(changed.body.to_vec()).unwrap().as_str()),
                (status, body),
                "{act:?}"
            );
        }
        let asked = before_signing(&Act::Refuse(Refusal::param("/a", "body", "b"), Some(7)), given()).bare();
        assert_eq!(asked.header("Retry-After"), Some("7"));
        assert!(String::from_utf8(asked.body.to_vec()).unwrap().contains(r#""field":"/a""#));
        assert!(before_signing(&Act::Oversized, given()).body.len() > 17 * 1024 * 1024);
        let long = before_signing(&Act::Oversized, Given::empty(204));
        assert_eq!((long.status, long.body.len()), (200, 17 * 1024 * 1024));
        assert!(before_signing(&Act::Rewrite(Rewriting::NewMembers), given()).body.len() > given().body.len());
        assert!(before_signing(&Act::Rewrite(Rewriting::Escaped), given()).body.starts_with(b"{\"\\u0068"));
    }

    #[test]
    fn the_way_changes_afterwards() {
        for (act, sent) in [
            (Act::Nothing, Sent::Whole(outgoing())),
            (Act::Silence(5), Sent::Silence(5)),
            (Act::Reset, Sent::Reset),
            (Act::Garbage, Sent::Garbage),
            (Act::Slow(3), Sent::Late(3, outgoing())),
            (Act::Truncated, Sent::Half(outgoing())),
        ] {
            assert_eq!(after_signing(&act, outgoing(), "/v3/a"), sent, "{act:?}");
        }
    }

    #[test]
    fn what_stands_before_the_gateway_answers_in_html() {
        for (status, wait) in [(502, None), (503, Some("1")), (504, None)] {
            let Sent::Whole(found) = after_signing(&Act::Gateway(status), outgoing(), "/v3/a") else {
                panic!("an answer")
            };
            assert_eq!((found.status, found.header("Retry-After")), (status, wait));
            assert_eq!(found.header("Content-Type"), Some("text/html"));
            assert!(String::from_utf8(found.body.to_vec()).unwrap().contains(&status.to_string()));
        }
        let Sent::Whole(found) = after_signing(&Act::Redirect, outgoing(), "/v3/a?b=1") else { panic!("an answer") };
        assert_eq!((found.status, found.header("Location")), (302, Some("http://redirected.invalid/v3/a?b=1")));
    }

    #[test]
    fn a_compressed_answer_holds_the_signed_one() {
        let Sent::Whole(found) = after_signing(&Act::Gzipped, outgoing(), "/v3/a") else { panic!("an answer") };
        assert_eq!(found.header("Content-Encoding"), Some("gzip"));
        let mut plain = Vec::new();
        std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&found.body[..]), &mut plain).unwrap();
        assert_eq!(plain, outgoing().body);
        let empty = Outgoing::empty(204);
        assert_eq!(after_signing(&Act::Gzipped, empty.clone(), "/v3/a"), Sent::Whole(empty));
    }
}
