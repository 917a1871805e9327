//! A merchant's call from its arrival to its answer: the steps of the gate in their order, and the world between them.

mod desk;
mod look;
pub(crate) mod receive;
mod v2;
mod v3;

pub(crate) use desk::{Desk, Drawer};
