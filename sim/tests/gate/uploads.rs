//! Uploads: parts, hash, size and kind; and that the same bytes have the same id.

use serde_json::json;
use sha2::{Digest as _, Sha256};
use wechatpay_chain::{Media, Method};
use wechatpay_sim::Simulator;

use super::by_hand::{Answer, Ask, Done, hex, last};

const IMAGE: &str = "/v3/merchant/media/upload";

fn start() -> Simulator {
    Simulator::builder().start().unwrap()
}

fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// An upload with these parts, signed over `meta`.
fn send(sim: &Simulator, target: &str, meta: &str, parts: &[(&str, &str, &[u8])]) -> Answer {
    let mut body = Vec::new();
    for (name, more, bytes) in parts {
        body.extend(format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"{more}\r\n\r\n").as_bytes());
        body.extend(*bytes);
        body.extend(b"\r\n");
    }
    body.extend(b"--x--\r\n");
    let mut ask = Ask::new(sim, "POST", target, "").header("Content-Type", "multipart/form-data; boundary=x");
    ask.body = body;
    let timestamp = ask.timestamp.clone();
    ask.signing(target, &timestamp, meta.as_bytes()).send(sim)
}

fn image(sim: &Simulator, name: &str, bytes: &[u8], sha256: &str) -> Answer {
    let meta = json!({"filename": name, "sha256": sha256}).to_string();
    let file = ("file", "; filename=\"f\"\r\nContent-Type: image/png", bytes);
    send(sim, IMAGE, &meta, &[("meta", "\r\nContent-Type: application/json", meta.as_bytes()), file])
}

#[test]
fn the_same_bytes_have_the_same_id() -> Done {
    let sim = start();
    let wxpay = sim.client()?;
    let id = |name: &str, content: &str| {
        let answer = wxpay.chain("v3/merchant/media/upload").post(Media::new(name, content.to_owned()));
        answer.map(|answer| answer["media_id"].as_str().unwrap().to_owned())
    };
    assert_eq!(id("a.png", "one")?, id("b.jpg", "one")?);
    assert_ne!(id("a.png", "one")?, id("a.png", "two")?);
    Ok(())
}

#[test]
fn parts_hash_size_and_kind_are_checked() {
    let sim = start();
    assert_eq!(image(&sim, "a.png", b"x", &sha256(b"x")).status, 200);
    let meta = json!({"filename": "a.png", "sha256": sha256(b"x")}).to_string();
    let (meta_part, file) = (("meta", "", meta.as_bytes()), ("file", "; filename=\"a.png\"", &b"x"[..]));
    let large = vec![0; 8 * 1024 * 1024];
    let extra = r#"{"filename":"a.png","sha256":"","x":1}"#;
    let sent: [(&dyn Fn() -> Answer, &str); 11] = [
        (&|| image(&sim, "a.png", b"y", &sha256(b"x")), "digest"),
        (&|| image(&sim, "a.gif", b"x", &sha256(b"x")), "kind"),
        (&|| image(&sim, "a.png", b"", &sha256(b"")), "size"),
        (&|| image(&sim, "a.png", &large, ""), "digest"),
        (&|| image(&sim, "a.png", &large, &sha256(&large)), "size"),
        (&|| send(&sim, IMAGE, &meta, &[meta_part]), "part_missing"),
        (&|| send(&sim, IMAGE, &meta, &[file, meta_part]), "part_order"),
        (&|| send(&sim, IMAGE, "{}", &[("meta", "", b"{}"), file]), "form"),
        (&|| send(&sim, IMAGE, extra, &[("meta", "", extra.as_bytes()), file]), "unknown_member"),
        (&|| send(&sim, IMAGE, "meta", &[("meta", "", b"meta"), file]), "json"),
        (&|| Ask::new(&sim, "POST", IMAGE, "{}").send(&sim), "content_type"),
    ];
    for (send, why) in sent {
        let answer = send();
        assert_eq!(answer.code(), (400, "PARAM_ERROR".to_owned()), "{why}");
        assert!(answer.is_signed());
        assert_eq!(last(&sim)["refused"]["why"], why);
    }
}

#[test]
fn the_journal_says_what_the_hash_would_be() {
    let sim = start();
    image(&sim, "a.png", b"y", &sha256(b"x"));
    assert!(last(&sim)["refused"]["hint"].as_str().unwrap().contains(&sha256(b"y")));
}

#[test]
fn a_file_that_an_older_page_would_not_take_is_warned_of() {
    let sim = start();
    let bytes = vec![1; 3 * 1024 * 1024];
    let answer = image(&sim, "a.png", &bytes, &sha256(&bytes));
    assert_eq!((answer.status, answer.header("Sim-Warning")), (200, Some("upload.size")));
}

#[test]
fn sm3_is_hashed_where_it_is_due() -> Done {
    let sim = start();
    let digest = hex(&sm3::Sm3::digest(b"pdf"));
    let target = "v3/new-tax-control-fapiao/fapiao-applications/upload-fapiao-file";
    let meta = |digest: &str| json!({"file_type": "PDF", "digest_alogrithm": "SM3", "digest": digest});
    let wxpay = sim.client()?;
    let upload = |digest: &str| wxpay.chain(target).send(Method::POST, Media::new("a.pdf", "pdf").meta(meta(digest)));
    let answer = upload(&digest)?;
    assert!(answer["fapiao_media_id"].as_str().unwrap().starts_with("V1_"));
    assert_eq!(upload(&sha256(b"pdf")).unwrap_err().rejection().unwrap().code(), "PARAM_ERROR");
    Ok(())
}

#[test]
fn an_id_that_no_upload_was_answered_is_warned_of() -> Done {
    let sim = start();
    let wxpay = sim.client()?;
    let path = "v3/merchant/media/upload";
    let known = wxpay.chain(path).post(Media::new("a.png", "one"))?["media_id"].as_str().unwrap().to_owned();
    let apply = wechatpay_catalog::operation("POST", "v3/ecommerce/account/cancel-applications").unwrap();
    let warned = |id: &str| {
        let mut body = apply.example_request().body().clone();
        let info = &mut body["application_info"];
        let info = if info.is_array() { &mut info[0] } else { info };
        info["application_media_id"] = json!(id);
        Ask::new(&sim, "POST", "/v3/ecommerce/account/cancel-applications", &body.to_string()).send(&sim);
        last(&sim)["warnings"].to_string()
    };
    assert!(warned("V1_none").contains("media.unknown"), "{}", last(&sim));
    assert!(!warned(&known).contains("media.unknown"));
    Ok(())
}
