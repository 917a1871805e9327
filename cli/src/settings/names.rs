//! The variables that `wxpay` reads.

/// How all of them begin.
pub const PREFIX: &str = "WECHATPAY_";

/// Variables of the simulator's env file, which `wxpay` knows and does not use.
const OF_THE_SIMULATOR: &str = "WECHATPAY_SIM_";

/// The merchant number.
pub const MCHID: &str = "WECHATPAY_MCHID";
/// The serial of the merchant API certificate.
pub const SERIAL: &str = "WECHATPAY_SERIAL";
/// The merchant API key: PEM or a path.
pub const PRIVATE_KEY: &str = "WECHATPAY_PRIVATE_KEY";
/// The id of the WeChat Pay public key.
pub const PUBLIC_KEY_ID: &str = "WECHATPAY_PUBLIC_KEY_ID";
/// The WeChat Pay public key: PEM or a path.
pub const PUBLIC_KEY: &str = "WECHATPAY_PUBLIC_KEY";
/// The APIv3 key.
pub const API_V3_KEY: &str = "WECHATPAY_API_V3_KEY";
/// The APIv2 key.
pub const SECRET: &str = "WECHATPAY_SECRET";
/// The merchant API certificate: PEM or a path.
pub const CERTIFICATE: &str = "WECHATPAY_CERTIFICATE";
/// Where calls go.
pub const BASE_URI: &str = "WECHATPAY_BASE_URI";
/// The ways out of a merchant's network, `host=url`.
pub const EGRESS: &str = "WECHATPAY_EGRESS";
/// Platform certificates: PEM or a path, any number of blocks.
pub const PLATFORM_CERTIFICATE: &str = "WECHATPAY_PLATFORM_CERTIFICATE";
/// Where notifications go.
pub const NOTIFY_URL: &str = "WECHATPAY_NOTIFY_URL";
/// The `AppID`.
pub const APPID: &str = "WECHATPAY_APPID";
/// An extra trusted CA: PEM or a path.
pub const CA: &str = "WECHATPAY_CA";

/// All of them.
pub const ALL: [&str; 14] = [
    MCHID,
    SERIAL,
    PRIVATE_KEY,
    PUBLIC_KEY_ID,
    PUBLIC_KEY,
    API_V3_KEY,
    SECRET,
    CERTIFICATE,
    BASE_URI,
    EGRESS,
    PLATFORM_CERTIFICATE,
    NOTIFY_URL,
    APPID,
    CA,
];

/// Those whose value is a text or the path of a file.
pub(crate) const FILES: [&str; 5] = [PRIVATE_KEY, PUBLIC_KEY, CERTIFICATE, PLATFORM_CERTIFICATE, CA];

/// Those whose value must not be seen.
pub(crate) const SECRETS: [&str; 3] = [PRIVATE_KEY, API_V3_KEY, SECRET];

/// Whether `wxpay`, the SDK or the simulator knows a variable.
pub(crate) fn is_known(name: &str) -> bool {
    ALL.contains(&name) || name.starts_with(OF_THE_SIMULATOR)
}
