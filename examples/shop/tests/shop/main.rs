//! The shop on a file, under everything that WeChat Pay, forgers and accidents can do: real database files, real sockets.

#[path = "../scenarios/mod.rs"]
mod scenarios;
#[path = "../support/mod.rs"]
mod support;

mod http;
mod program;
mod rooms;
mod web;

use scenarios::{all_scenarios, scenarios};

all_scenarios!(support::Place::file());
