//! `wxpay`: the WeChat Pay merchant OpenAPI on the command line. Everything is in the library beside it.

use std::process::ExitCode;

fn main() -> ExitCode {
    wechatpay_cli::main()
}
