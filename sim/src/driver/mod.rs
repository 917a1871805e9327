//! What makes things happen by themselves: the timer, and moves of the clock.

mod handle;
mod timer;
mod travel;

pub(crate) use handle::Handle;
