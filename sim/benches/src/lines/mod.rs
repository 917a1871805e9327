//! The lines of the acceptance table, one or two to a file.

pub mod clock;
pub mod due;
pub mod memory;
pub mod orders;
pub mod query;
pub mod size;
pub mod soak;
pub mod start;
