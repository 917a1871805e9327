//! What a request goes through, over real sockets: with the SDK's client, and by hand for what no SDK would send.

mod by_hand;
mod controls;
mod differs;
mod folder;
mod invoke;
mod journal;
mod orders;
mod platform;
mod steps;
mod steps_after;
mod uploads;
mod v2;
