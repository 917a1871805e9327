//! The rules, tried on made-up sources with one fault each.

use crate::rules;
use crate::source::Tree;

fn tree(sources: &[(&str, &str)]) -> Tree {
    let sources: Vec<_> = sources.iter().map(|(path, text)| ((*path).into(), (*text).into())).collect();
    Tree::new(&sources)
}

type Rule = fn(&Tree) -> Vec<String>;

/// The rule finds one fault, and says all of `words` about it.
#[track_caller]
fn one(rule: Rule, sources: &[(&str, &str)], words: &[&str]) {
    let wrong = rule(&tree(sources));
    assert_eq!(wrong.len(), 1, "{wrong:#?}");
    for word in words {
        assert!(wrong[0].contains(word), "{word} is missing: {}", wrong[0]);
    }
}

#[track_caller]
fn none(rule: Rule, sources: &[(&str, &str)]) {
    assert_eq!(rule(&tree(sources)), Vec::<String>::new());
}

#[test]
fn an_upward_import_by_use() {
    let text =
        "//! x\nuse std::fmt;\n\nuse crate::{\n    error::Error,\n    client::{self, builder::{Build as B}},\n};\n";
    let wrong = rules::ranks(&tree(&[("uri/host.rs", text)]));
    let told = "(room uri, rank 4 → room client, rank 12)";
    assert_eq!(
        wrong,
        [
            format!("uri/host.rs:6: imports crate::client {told}"),
            format!("uri/host.rs:6: imports crate::client::builder::Build {told}")
        ]
    );
    one(rules::ranks, &[("uri/host.rs", "use crate::mock::*;")], &["uri/host.rs:1: imports crate::mock ("]);
}

#[test]
fn an_upward_import_by_a_path_in_the_code() {
    let text = "fn f(x: &[u8]) -> Option<crate::client::Client> {\n    None\n}\n";
    one(rules::ranks, &[("keys/a.rs", text)], &["keys/a.rs:1: imports crate::client::Client (room keys, rank 3"]);
    let text = "macro_rules! f {\n    () => {\n        $crate::mock::serve($x)\n    };\n}\n";
    one(rules::ranks, &[("keys/a.rs", text)], &["keys/a.rs:3: imports crate::mock::serve"]);
}

#[test]
fn an_upward_import_by_super() {
    let text = "fn f() {\n    super::super::chain::walk();\n    super::own();\n}\n";
    one(rules::ranks, &[("crypto/rsa.rs", text)], &["crypto/rsa.rs:2: imports crate::chain::walk", "rank 2 →"]);
    let text =
        "mod inner {\n    use super::Own;\n    use super::super::super::chain::Walk;\n}\nuse super::super::chain::Go;";
    let wrong = rules::ranks(&tree(&[("crypto/rsa.rs", text)]));
    assert_eq!(wrong.len(), 2, "{wrong:?}");
    assert!(wrong[0].starts_with("crypto/rsa.rs:3: imports crate::chain::Walk"), "{wrong:?}");
    assert!(wrong[1].starts_with("crypto/rsa.rs:5: imports crate::chain::Go"), "{wrong:?}");
    one(rules::ranks, &[("crypto/mod.rs", "use super::chain::Go;")], &["crypto/mod.rs:1", "crate::chain::Go"]);
}

#[test]
fn an_upward_import_through_a_module_that_was_imported() {
    let sources = [
        ("protocol/v3/sign.rs", "use crate::protocol;\nfn f() {\n    protocol::v2::xml::read();\n}"),
        ("protocol/mod.rs", "mod v2;"),
        ("protocol/v2/xml.rs", ""),
    ];
    one(rules::ranks, &sources, &["protocol/v3/sign.rs:3: imports crate::protocol::v2::xml::read"]);
}

#[test]
fn rooms_of_the_same_rank_do_not_know_each_other() {
    let v3 = ("protocol/v3/sign.rs", "use crate::protocol::v2::xml;\nuse crate::protocol::verified::Verified;");
    let told = "(room protocol/v3, rank 6 → room protocol/v2, rank 6)";
    one(rules::ranks, &[v3], &["protocol/v3/sign.rs:1: imports crate::protocol::v2::xml", told]);
    one(rules::ranks, &[("files/a.rs", "use crate::notice::Notice;")], &["files/a.rs:1", "crate::notice::Notice"]);
    one(rules::ranks, &[("protocol/verified.rs", "use super::v3::A;")], &["protocol/verified.rs:1", "rank 5"]);
}

#[test]
fn the_front_door_is_for_guests() {
    let lib = ("lib.rs", "mod error;\npub use error::Error;\npub use client::Client;");
    let sources = [lib, ("error/mod.rs", ""), ("uri/a.rs", "use crate::error::A;\nuse crate::{Error as E};")];
    one(rules::front_door, &sources, &["uri/a.rs:2: imports crate::Error: imports through the front door"]);
    none(rules::ranks, &sources);
    one(rules::front_door, &[("uri/mod.rs", "use super::Url;")], &["uri/mod.rs:1: imports crate::Url"]);
    none(rules::front_door, &[("mock/a.rs", "fn f() { crate::chain!(x.y); crate::fixture!{} }"), lib]);
    none(rules::front_door, &[("mock/a.rs", "pub(in crate::mock) fn f(x: impl A + use<'_>) {}\npub(crate) fn g() {}")]);
    one(rules::front_door, &[("mock/a.rs", "fn f() -> bool { crate::A != b }")], &["mock/a.rs:1", "crate::A"]);
}

#[test]
fn a_circle_of_three_files() {
    let sources = [
        ("trust/a.rs", "use super::b::B;\nuse std::fmt;"),
        ("trust/b.rs", "\nfn f() { super::c::f() }"),
        ("trust/c.rs", "use crate::trust::a::{A, f};"),
        ("trust/d.rs", "use super::a::A;"),
        ("trust/mod.rs", "mod a;\nmod b;\nmod c;\nmod d;\npub use d::D;"),
    ];
    let lines = [
        "a circle of 3 files: trust/a.rs, trust/b.rs, trust/c.rs\n",
        "trust/a.rs:1: imports crate::trust::b::B → trust/b.rs\n",
        "trust/b.rs:2: imports crate::trust::c::f → trust/c.rs\n",
        "trust/c.rs:1: imports crate::trust::a::A → trust/a.rs",
    ];
    one(rules::no_circles, &sources, &lines);
    none(rules::no_circles, &[sources[0], sources[1], ("trust/c.rs", ""), sources[3], sources[4]]);
}

#[test]
fn a_circle_through_the_door_of_the_room() {
    let door = ("trust/mod.rs", "mod a;\nmod b;\npub(crate) use self::a::A;\npub use b::{B, c};");
    let (a, b) = (("trust/a.rs", "use super::B;"), ("trust/b.rs", ""));
    let evidence = ["trust/a.rs, trust/mod.rs", "trust/a.rs:1: imports crate::trust::B", "trust/mod.rs:3: imports"];
    one(rules::no_circles, &[door, a, b], &evidence);
    none(rules::no_circles, &[door, ("trust/a.rs", "use super::b::B;"), b]);
}

#[test]
fn an_outside_crate_away_from_home() {
    let wrong = ["use hyper::Body;", "use hyper;", "fn f() { hyper::f() }", "use {std::fmt, hyper as h};"];
    for text in wrong.into_iter().chain([
        "extern crate hyper;",
        "fn f() -> ::hyper::Body {}",
        "#[hyper::main]fn f() {}",
        "hyper::m!();",
    ]) {
        one(rules::homes, &[("chain/a.rs", text)], &["chain/a.rs:1: names hyper", "home of hyper is [\"transport/\""]);
    }
    none(rules::homes, &[("transport/a.rs", "use hyper::Body;")]);
    none(rules::homes, &[("chain/a.rs", "use hyper_like::Body;\nfn f() { a::hyper::b(); hyper(1); x.hyper::<u8>() }")]);
}

#[test]
fn a_module_is_not_the_crate_of_the_same_name() {
    let own = [("crypto/pem.rs", "fn f() { pem::parse() }"), ("crypto/mod.rs", "pub mod pem;\npub use pem::key;")];
    none(rules::homes, &own);
    none(rules::homes, &[("keys/a.rs", "use crate::crypto::{base64, pem};\nfn f() { pem::key(base64::encode()) }")]);
    one(rules::homes, &[("keys/a.rs", "fn f() { pem::parse(x) }")], &["keys/a.rs:1: names pem::parse"]);
    one(rules::homes, &[("keys/a.rs", "use crate::crypto::pem;\nuse ::pem::Pem;")], &["keys/a.rs:2: names pem::Pem"]);
}

#[test]
fn a_door_holds_no_logic() {
    let fine = "//! A room.\n#![allow(x)]\n#[cfg(feature = \"y\")]\npub(crate) mod a;\n#[cfg(test)]\nmod b;\npub use a::{B, c};\n";
    none(rules::doors, &[("uri/mod.rs", fine)]);
    let logic = ["fn f() {}", "pub(crate) struct A;", "impl A {}", "mod c {}", "const A: u8 = 1;", "macro_rules! a {}"];
    for text in logic.into_iter().chain(["#[cfg(test)]\nmod tests { use super::*; }", "pub static A: u8 = 1;"]) {
        one(rules::doors, &[("uri/mod.rs", &format!("{fine}{text}"))], &["uri/mod.rs:", "more than a door holds"]);
    }
    one(rules::doors, &[("uri/mod.rs", "mod a;")], &["uri/mod.rs:1: does not begin with"]);
    one(rules::doors, &[("uri/deep/a.rs", ""), ("uri/mod.rs", fine)], &["uri/deep/: has no mod.rs"]);
}

#[test]
fn another_rooms_item_shown_as_its_own() {
    let words = ["keys/mod.rs:1: imports crate::error::Error", "another room's item"];
    for text in ["pub use crate::error::Error;", "pub(crate) use super::error::{Error};"] {
        one(rules::no_foreign_exports, &[("keys/mod.rs", text)], &words);
    }
    let text = "use crate::error;\npub(in crate::keys) use error::Error;";
    one(rules::no_foreign_exports, &[("keys/a.rs", text)], &["keys/a.rs:2: imports crate::error::Error"]);
    none(rules::no_foreign_exports, &[("lib.rs", "pub use crate::error::Error;"), ("error/mod.rs", "")]);
    none(rules::no_foreign_exports, &[("keys/mod.rs", "pub use a::A;\nuse crate::error::E;"), ("keys/a.rs", "")]);
}

#[test]
fn a_stray_file_and_a_stray_module() {
    one(rules::top_level, &[("lib.rs", "pub mod chain;"), ("helpers.rs", "")], &["helpers.rs: belongs into a room"]);
    one(rules::top_level, &[("utils/a.rs", "")], &["utils/: is no room"]);
    one(
        rules::top_level,
        &[("lib.rs", "mod chain;\n#[cfg(test)]\nmod fixtures;")],
        &["lib.rs:3: mod fixtures is no room"],
    );
    one(rules::top_level, &[("lib.rs", &"mod chain;\n".repeat(17))], &["lib.rs: declares 17 modules"]);
}

#[test]
fn tests_and_comments_and_strings_are_not_read() {
    let text = r##"//! [`Client`](crate::Client), crate::client::Client
/// use crate::client::Client;
/* /* crate::client::a */ crate::client::b */
const A: &str = "crate::client::a \" crate::client::b";
const B: &[u8] = br#"crate::client::a " crate::client::b"#;
const C: [char; 2] = ['"', '\''];
fn f<'a>(x: &'a str) {} // crate::client::c
#[cfg(test)]
use crate::client::A;
#[cfg(test)]
#[cfg(feature = "v2")]
mod tests {
    use crate::client::*;
}
#[cfg(all(feature = "x", any(test)))]
fn helper<A, B>(a: [u8; 2]) -> HashMap<A, B> where A: crate::client::A { crate::client::c(); }
struct S {
    #[cfg(test)]
    field: HashMap<crate::client::A, crate::client::B>,
}
#[test]
fn t() { crate::client::a() }
"##;
    none(rules::ranks, &[("uri/a.rs", text)]);
    none(rules::front_door, &[("uri/a.rs", text)]);
    none(rules::ranks, &[("uri/a.rs", "#![cfg(test)]\nuse crate::client::A;")]);
    none(rules::ranks, &[("uri/a.rs", "use crate::client::A;"), ("uri/mod.rs", "#[cfg(test)]\npub(crate) mod a;")]);
}

#[test]
fn code_after_tests_is_read() {
    let after = "\nuse crate::client::A;";
    let before = [
        "#[cfg(test)]\n#[cfg(feature = \"v2\")]\nmod tests {\n    fn f() { \"}\"; '}'; }\n}",
        "#[cfg(test)]\nmod tests;",
        "#[cfg(test)]\nuse crate::chain::{A, B};",
        "#[cfg(test)]\nconst A: [u8; 2] = { [1, 2] };",
        "#[cfg(test)]\npub(crate) async fn f<A, B>() -> [u8; 2] {}",
        "struct S {\n    #[cfg(test)]\n    a: HashMap<A, B>\n}",
        "fn f() { match x {\n    #[cfg(test)]\n    A if a < b => { f() }\n    B => 1 < 2,\n} }",
        "fn f() {\n    #[cfg(test)]\n    if a { b } else { c }\n}",
        "mod inner {\n    #![cfg(test)]\n    fn f() {}\n}",
        "#[cfg(test)]\nfixture! { A = 1; }",
        "#[cfg(not(test))]\nfn f() {}",
        "#[cfg(any(test, feature = \"mock\"))]",
        "#[cfg_attr(test, derive(Debug))]",
    ];
    for before in before {
        one(rules::ranks, &[("uri/a.rs", &format!("{before}{after}"))], &["uri/a.rs:", "imports crate::client::A"]);
    }
}

#[test]
fn the_core_asks_no_clock() {
    let word = "protocol/v3/a.rs:2: names";
    for text in
        ["SystemTime::now()", "std::fs::read(x)", "crate::crypto::random::fill(x)", "random::fill(x)", "T::now()"]
    {
        let text = format!("use std::time::SystemTime as T;\nfn f() {{ {text} }}");
        one(rules::pure, &[("protocol/v3/a.rs", &text)], &[word]);
    }
    one(rules::pure, &[("uri/a.rs", "use std::{fmt, net::IpAddr};")], &["uri/a.rs:1: names std::net::IpAddr"]);
    none(rules::pure, &[("client/a.rs", "use std::fs;"), ("uri/b.rs", "#[cfg(test)]\nuse std::fs;\nuse a::now;")]);
}

#[test]
fn only_three_files_prove() {
    let (exempt, answer) = ("protocol/v3/exempt.rs", "exchange/answer.rs");
    one(
        rules::proof,
        &[(answer, "\nfn f() { Verified::proven() }")],
        &["exchange/answer.rs:2: calls Verified::proven"],
    );
    one(rules::proof, &[(answer, "fn f() { <V>::proven() }")], &["exchange/answer.rs:1"]);
    none(
        rules::proof,
        &[(exempt, "fn f() { Verified::proven() }"), (answer, "#[test]\nfn f() { Verified::proven() }")],
    );
}

#[test]
fn long_files_and_the_unsaid() {
    one(rules::readable, &[("uri/a.rs", &format!("//! A.\n{}", "\n".repeat(350)))], &["uri/a.rs: has 351 lines"]);
    one(rules::readable, &[("uri/a.rs", "use a;")], &["uri/a.rs:1: does not begin"]);
    one(rules::unsaid, &[("uri/a.rs", "fn is_v2x() {}\nfn f() { a.is_v2 }")], &["uri/a.rs:2: names is_v2"]);
    let wrong = rules::few_conditions(&tree(&[("uri/a.rs", &"#[cfg(all(a, feature = \"_transport\"))]".repeat(46))]));
    assert!(wrong[0].contains("stands 46 times, 45 at most\n    uri/a.rs: 46"), "{wrong:?}");
}
