//! `src/` is a house of rooms. This test keeps it one: who may import whom, what lives where, and how long a file may be.
//!
//! The plan is `rooms/house.rs`. With the environment variable `ROOMS_SRC` the test reads another tree than `src/`.

#[path = "rooms/graph.rs"]
mod graph;
#[path = "rooms/house.rs"]
mod house;
#[path = "rooms/paths.rs"]
mod paths;
#[path = "rooms/planted.rs"]
mod planted;
#[path = "rooms/rules.rs"]
mod rules;
#[path = "rooms/source.rs"]
mod source;
#[path = "rooms/tokens.rs"]
mod tokens;
#[path = "rooms/units.rs"]
mod units;

use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::{collections::BTreeSet, env};

use source::Tree;

static TREE: LazyLock<Tree> = LazyLock::new(|| {
    let root =
        env::var_os("ROOMS_SRC").map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), PathBuf::from);
    Tree::new(&source::read(&root))
});

/// Fails with all that breaks the rule, one a line.
#[track_caller]
fn keeps(rule: fn(&Tree) -> Vec<String>) {
    let wrong = rule(&TREE);
    let mut seen = BTreeSet::new();
    let lines: Vec<_> = wrong.into_iter().filter(|line| seen.insert(line.clone())).collect();
    assert!(lines.is_empty(), "faults: {}\n{}\n", lines.len(), lines.join("\n"));
}

#[test]
fn imports_go_to_the_same_room_or_down() {
    keeps(rules::ranks);
}

#[test]
fn nobody_inside_goes_through_the_front_door() {
    keeps(rules::front_door);
}

#[test]
fn no_file_leads_back_to_itself() {
    keeps(rules::no_circles);
}

#[test]
fn a_room_shows_its_own_things_only() {
    keeps(rules::no_foreign_exports);
}

#[test]
fn the_top_level_is_the_front_door_and_the_rooms() {
    keeps(rules::top_level);
}

#[test]
fn the_doors_of_the_rooms_hold_no_logic() {
    keeps(rules::doors);
}

#[test]
fn every_outside_crate_has_one_home() {
    keeps(rules::homes);
}

#[test]
fn the_core_is_pure() {
    keeps(rules::pure);
}

#[test]
fn only_who_checks_an_answer_says_it_is_genuine() {
    keeps(rules::proof);
}

#[test]
fn files_can_be_read_in_one_sitting() {
    keeps(rules::readable);
}

#[test]
fn nobody_asks_which_protocol_it_is() {
    keeps(rules::unsaid);
}

#[test]
fn few_places_ask_whether_there_is_a_transport() {
    keeps(rules::few_conditions);
}

#[test]
fn every_file_is_understood() {
    keeps(rules::understood);
}

#[test]
fn the_plan_names_only_what_is_there() {
    keeps(rules::plan);
}
