//! `wxpay`: the WeChat Pay merchant OpenAPI on the command line. Everything is in the library beside it.

use std::process::ExitCode;

/// A simulator remembers millions of short texts: this allocator puts nothing between them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    wechatpay_cli::main()
}
