//! The process itself: what it leaves behind when it dies.

/// No core dump, which would hold keys.
#[cfg(unix)]
pub(super) fn leave_no_core() {
    use rustix::process::{Resource, Rlimit, setrlimit};

    // Where the platform does not allow it there is nothing else to do.
    _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
}

/// No core dump, which would hold keys.
#[cfg(not(unix))]
pub(super) fn leave_no_core() {}
