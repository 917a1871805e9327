//! What is given under which address.

use wechatpay_sim::Simulator;

use super::support::{files, get, post, send};

/// As little as a page of that many screens takes, uncompressed.
const MOST: usize = 150_000;

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').unwrap().1 {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        other => panic!("{name}: what is {other}?"),
    }
}

#[test]
fn every_file_is_given_with_its_type_and_the_policy() {
    let sim = Simulator::builder().start().unwrap();
    for (name, text) in files() {
        let address = match name.as_str() {
            "index.html" => "/_/".to_owned(),
            "sheet.html" => "/_/pay/wx1".to_owned(),
            other => format!("/_/{other}"),
        };
        let answer = get(&sim, &address);
        assert_eq!((answer.status, answer.header("Content-Type")), (200, Some(content_type(&name))), "{name}");
        assert_eq!(answer.body, text, "{name}");
        let policy = answer.header("Content-Security-Policy").unwrap();
        assert!(policy.starts_with("default-src 'self';") && policy.contains("frame-ancestors 'none'"), "{policy}");
        assert_eq!(answer.header("X-Content-Type-Options"), Some("nosniff"));
        assert_eq!(answer.header("Cache-Control"), Some("no-cache"));
    }
}

#[test]
fn the_payers_addresses_all_give_the_sheet() {
    let sim = Simulator::builder().start().unwrap();
    let sheet = get(&sim, "/_/pay/wx20261125100000abcdef").body;
    assert!(sheet.contains("/_/sheet/main.js"));
    for address in ["/_/h5?prepay_id=wx1&package=2", "/_/confirm/trf_1", "/_/pay/a%2Fb"] {
        assert_eq!(get(&sim, address).body, sheet, "{address}");
    }
}

#[test]
fn a_browser_that_has_a_file_is_not_sent_it_again() {
    let sim = Simulator::builder().start().unwrap();
    let version = get(&sim, "/_/app/main.js").header("Etag").unwrap().to_owned();
    assert!(version.starts_with('"') && version.ends_with('"'));
    let again = send(&sim, "GET /_/app/main.js", &[("If-None-Match", &version)], "");
    assert_eq!((again.status, again.body.as_str()), (304, ""));
    let other = send(&sim, "GET /_/app/main.js", &[("If-None-Match", "\"other\"")], "");
    assert_eq!(other.status, 200);
}

#[test]
fn nothing_else_is_given() {
    let sim = Simulator::builder().start().unwrap();
    for address in
        ["/_/nothing", "/_/index.html", "/_/app/../index.html", "/_/app", "/_/app/", "/_/payer/orders", "/_/qr"]
    {
        let answer = get(&sim, address);
        assert!(
            matches!(answer.status, 400 | 404) && answer.body.contains("\"error\""),
            "{address}: {}",
            answer.status
        );
        assert!(answer.header("Content-Security-Policy").is_some());
    }
    assert_eq!(post(&sim, "/_/app/main.js", "").code(), (404, "NOT_FOUND".to_owned()));
    assert_eq!(get(&sim, "/_").status, 404);
    let head = send(&sim, "HEAD /_/", &[], "");
    assert!(
        head.status == 200 && head.body.is_empty() && head.header("Content-Length").is_some_and(|length| length != "0")
    );
}

#[test]
fn codes_are_pictures() {
    let sim = Simulator::builder().start().unwrap();
    let code = get(&sim, "/_/qr?text=weixin%3A%2F%2Fwxpay%2Fbizpayurl%3Fpr%3Dabc");
    assert_eq!((code.status, code.header("Content-Type")), (200, Some("image/svg+xml")));
    assert!(code.body.contains("<svg") && code.header("Content-Security-Policy").is_some());
    for wrong in ["/_/qr?text=", &format!("/_/qr?text={}", "a".repeat(1025))] {
        assert_eq!(get(&sim, wrong).code(), (400, "BAD_REQUEST".to_owned()));
    }
}

#[test]
fn all_files_together_are_small() {
    let size: usize = files().iter().map(|(_, text)| text.len()).sum();
    assert!(size <= MOST, "{size} bytes");
}

#[test]
fn no_file_asks_for_anything_elsewhere() {
    for (name, text) in files() {
        // The one address is the name of what SVG is.
        let text = text.replace("http://www.w3.org/2000/svg", "");
        for elsewhere in ["http://", "https://", "src=\"//", "href=\"//", "url(", "@import", "data:image", "data:text"]
        {
            assert!(!text.contains(elsewhere), "{name}: {elsewhere}");
        }
        let elsewhere = |from: &&str| !from.starts_with("./") && !from.starts_with("../");
        assert_eq!(text.split(" from \"").skip(1).filter(elsewhere).count(), 0, "{name}");
        assert!(!text.contains("await import("), "{name}");
    }
}

#[test]
fn no_text_becomes_markup_or_script() {
    for (name, text) in files() {
        for sink in [
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "new Function",
            "srcdoc",
            "javascript:",
        ] {
            assert!(!text.contains(sink), "{name}: {sink}");
        }
        assert!(!text.contains(" style=") && !text.contains(" onclick="), "{name}: the policy forbids it");
    }
}
