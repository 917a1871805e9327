//! The checks, in the order of the table: settings, keys, platform, notify URL; then what goes over a network.

pub(super) mod answers;
pub(super) mod client;
pub(super) mod echo;
pub(super) mod environment;
pub(super) mod keys;
pub(super) mod merchant;
pub(super) mod network;
pub(super) mod notify;
pub(super) mod notify_url;
pub(super) mod platform;
pub(super) mod refusals;
pub(super) mod secrets;
pub(super) mod uris;
