//! Around the engine: the world behind its lock, the wall clock, the journal, and the controls that need more than the state.

mod acquaint;
pub(crate) mod addresses;
pub(crate) mod calls;
pub(crate) mod control;
pub(crate) mod controls;
pub(crate) mod journal;
pub(crate) mod keeper;
pub(crate) mod outlets;
mod replies;
pub(crate) mod saved;
pub(crate) mod shared;
pub(crate) mod start;
pub(crate) mod stream;
pub(crate) mod waiting;
