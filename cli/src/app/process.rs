//! The process itself: what it leaves behind when it dies, and how it takes memory.

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

/// Memory in small pages: the huge ones that the allocator asks Linux for are mostly half empty, some 20 MB of them in a simulator.
#[cfg(target_os = "linux")]
pub(super) fn take_small_pages() {
    // Where the system does not allow it, it only takes more memory.
    _ = rustix::thread::disable_transparent_huge_pages(true);
}

/// Memory as the system gives it.
#[cfg(not(target_os = "linux"))]
pub(super) fn take_small_pages() {}
