//! What a request goes through, over real sockets: with the SDK's client, and by hand for what no SDK would send.

mod by_hand;
mod controls;
mod differs;
mod examples;
mod folder;
mod forms;
mod invoke;
mod journal;
mod orders;
mod platform;
#[path = "../notices/receiver.rs"]
#[allow(dead_code, reason = "another test uses the rest of it")]
mod receiver;
mod steps;
mod steps_after;
mod twice;
mod uploads;
mod v2;
