//! `wxpay version` and `--version`: this command, the SDK in it, the day of its catalogue.

use serde_json::json;

use super::context::Context;
use super::help::Help;
use crate::base::failure::Failure;

pub(crate) const HELP: Help =
    Help { command: "version", zh: "显示版本", examples: &["wxpay version", "wxpay version --json"] };

/// Where it was built from, when the build says so.
const COMMIT: Option<&str> = option_env!("WXPAY_COMMIT");

pub(crate) fn run(context: &Context) -> Result<u8, Failure> {
    let (version, sdk, catalog) = (env!("CARGO_PKG_VERSION"), wechatpay_chain::VERSION, wechatpay_catalog::DATE);
    context.show(
        || json!({"version": version, "sdk": sdk, "catalog": catalog, "commit": COMMIT}),
        || format!("wxpay {version} (wechatpay-chain {sdk}, catalog {catalog}, commit {})", COMMIT.unwrap_or("-")),
    );
    Ok(0)
}
