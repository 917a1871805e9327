//! The tool that lays an extraction under the corrections, on made-up lines.

#![cfg(feature = "data")]
#![allow(missing_docs, dead_code)]

#[path = "../examples/catalog_data/correct.rs"]
mod correct;
#[path = "../examples/catalog_data/json.rs"]
mod json;

use correct::{Data, correct, read_lines, write_lines};

const OPERATIONS: &str = r#"{"method":"POST","path":"v3/{a}","title":"一","json":[{"name":"x","type":"string","required":true},{"name":"y","type":"object","fields":[{"name":"z","type":"number"},{"name":"z","type":"string"}]}]}
{"method":"GET","path":"v3/b","title":"二"}
"#;
const NOTIFICATIONS: &str = r#"{"version":"v3","event_type":"A.B","title":"三","body":[{"name":"id","type":"string"}],"reply":[{"name":"head","type":"类型"}]}
"#;

fn run(corrections: &str) -> Result<(String, String), String> {
    let data = Data { operations: read_lines(OPERATIONS)?, notifications: read_lines(NOTIFICATIONS)? };
    let data = correct(data, &read_lines(corrections)?)?;
    Ok((write_lines(&data.operations), write_lines(&data.notifications)))
}

fn operations(corrections: &str) -> String {
    run(corrections).expect("the corrections fit").0
}

#[test]
fn without_corrections_a_line_is_written_as_it_was_read() {
    assert_eq!(run(""), Ok((OPERATIONS.to_owned(), NOTIFICATIONS.to_owned())));
}

#[test]
fn a_member_of_a_field_is_set_changed_and_removed() {
    let set = operations(r#"{"op":"POST v3/{a}","at":"/json/x@max_len","was":null,"is":32}"#);
    assert!(set.contains(r#"{"name":"x","type":"string","required":true,"max_len":32}"#));
    let changed = operations(r#"{"op":"POST v3/{a}","at":"/json/y/z@type","was":"number","is":"integer"}"#);
    assert!(changed.contains(r#"[{"name":"z","type":"integer"},{"name":"z","type":"string"}]"#));
    let removed = operations(r#"{"op":"POST v3/{a}","at":"/json/x@required","was":true,"is":null}"#);
    assert!(removed.contains(r#"[{"name":"x","type":"string"},"#));
}

#[test]
fn the_second_field_of_a_name_is_meant_by_its_number() {
    let changed = operations(r#"{"op":"POST v3/{a}","at":"/json/y/z[2]@enum","was":null,"is":["A"]}"#);
    assert!(changed.contains(r#"[{"name":"z","type":"number"},{"name":"z","type":"string","enum":["A"]}]"#));
}

#[test]
fn a_field_is_replaced_removed_and_appended() {
    let replaced = operations(
        r#"{"op":"POST v3/{a}","at":"/json/y/z[2]","was":{"name":"z","type":"string"},"is":{"name":"w","type":"string"}}"#,
    );
    assert!(replaced.contains(r#"[{"name":"z","type":"number"},{"name":"w","type":"string"}]"#));
    let (_, removed) =
        run(r#"{"op":"webhook v3 A.B","at":"/reply/head","was":{"name":"head","type":"类型"},"is":null}"#)
            .expect("it fits");
    assert!(removed.ends_with("\"reply\":[]}\n"), "{removed}");
    let appended = operations(r#"{"op":"POST v3/{a}","at":"/json/y+","was":null,"is":{"name":"n","type":"string"}}"#);
    assert!(appended.contains(r#"{"name":"z","type":"string"},{"name":"n","type":"string"}]"#));
    let new_list = operations(r#"{"op":"GET v3/b","at":"/query+","was":null,"is":{"name":"n","type":"string"}}"#);
    assert!(new_list.ends_with(
        "{\"method\":\"GET\",\"path\":\"v3/b\",\"title\":\"二\",\"query\":[{\"name\":\"n\",\"type\":\"string\"}]}\n"
    ));
}

#[test]
fn a_path_changes_last_so_that_later_lines_still_name_the_old_one() {
    let lines = [
        r#"{"op":"GET v3/b","at":"@path","was":"v3/b","is":"v3/c"}"#,
        r#"{"op":"GET v3/b","at":"@verify","was":null,"is":"none"}"#,
    ];
    assert!(
        operations(&lines.join("\n"))
            .ends_with("{\"method\":\"GET\",\"path\":\"v3/c\",\"title\":\"二\",\"verify\":\"none\"}\n")
    );
}

#[test]
fn a_whole_operation_is_appended_and_may_be_corrected_afterwards() {
    let lines = [
        r#"{"op":"PUT v3/n","at":"+","was":null,"is":{"method":"PUT","path":"v3/n","title":"四"}}"#,
        r#"{"op":"PUT v3/n","at":"@title","was":"四","is":"五"}"#,
    ];
    assert!(operations(&lines.join("\n")).ends_with("{\"method\":\"PUT\",\"path\":\"v3/n\",\"title\":\"五\"}\n"));
}

#[test]
fn what_does_not_fit_is_an_error_that_names_the_line_and_what_stands_there() {
    let cases = [
        (r#"{"op":"POST v3/{a}","at":"/json/x@type","was":"integer","is":"number"}"#, "found \"string\""),
        (r#"{"op":"POST v3/{a}","at":"/json/x@type","was":null,"is":"number"}"#, "found \"string\""),
        (r#"{"op":"POST v3/{a}","at":"/json/x@enum","was":["A"],"is":null}"#, "found nothing"),
        (r#"{"op":"POST v3/{a}","at":"/json/q@type","was":"string","is":"number"}"#, "no field q"),
        (r#"{"op":"POST v3/{a}","at":"/json/y/z[3]@type","was":"string","is":"number"}"#, "no field z[3]"),
        (r#"{"op":"POST v3/{a}","at":"/json/x","was":{"name":"x","type":"string"},"is":null}"#, "found {"),
        (r#"{"op":"POST v3/{a}","at":"/json/y+","was":{"name":"z"},"is":{"name":"n"}}"#, "found nothing"),
        (r#"{"op":"GET v3/b","at":"@path","was":"v3/x","is":"v3/c"}"#, "found \"v3/b\""),
        (r#"{"op":"GET v3/q","at":"@verify","was":null,"is":"none"}"#, "no such line"),
        (r#"{"op":"GET v3/b","at":"+","was":null,"is":{"method":"GET","path":"v3/b"}}"#, "the operation exists"),
        (r#"{"op":"webhook v2 A.B","at":"@title","was":"三","is":"四"}"#, "no such line"),
    ];
    for (correction, problem) in cases {
        let error = run(correction).expect_err(correction);
        assert!(error.starts_with("correction 1: ") && error.contains(problem), "{error}");
    }
    let second = "{\"op\":\"GET v3/b\",\"at\":\"@verify\",\"was\":null,\"is\":\"none\"}\n".repeat(2);
    assert!(run(&second).expect_err("twice").starts_with("correction 2: found \"none\""));
}
