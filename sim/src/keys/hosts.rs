//! The names that the simulator answers to.

/// Hosts of WeChat Pay that speak JSON or XML.
const WECHAT: [&str; 11] = [
    "api.mch.weixin.qq.com",
    "api2.mch.weixin.qq.com",
    "apihk.mch.weixin.qq.com",
    "apius.mch.weixin.qq.com",
    "apieu.mch.weixin.qq.com",
    "fraud.mch.weixin.qq.com",
    "api.wechatpay.cn",
    "api2.wechatpay.cn",
    "pay.wechatpay.cn",
    "payapp.weixin.qq.com",
    "payapp.mch.weixin.qq.com",
];

/// Names of this machine.
const LOCAL: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// What the TLS certificate is for.
pub(super) fn all() -> Vec<String> {
    WECHAT.into_iter().chain(LOCAL).map(str::to_owned).collect()
}

/// Whether a name, without its port, is a host of WeChat Pay.
pub(crate) fn is_wechat(name: &str) -> bool {
    WECHAT.iter().any(|host| host.eq_ignore_ascii_case(name))
}

/// Whether that is so of the host in `host:port`, or of a host alone.
pub(crate) fn is_at_wechat(authority: &str) -> bool {
    is_wechat(authority.split(':').next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_hosts_of_wechat_pay_are_such() {
        for authority in ["api.mch.weixin.qq.com", "API.mch.weixin.qq.com:443", "pay.wechatpay.cn:8788"] {
            assert!(is_at_wechat(authority), "{authority}");
        }
        for authority in ["", "localhost:443", "[::1]:443", "mch.weixin.qq.com", "api.mch.weixin.qq.com.evil.example"] {
            assert!(!is_at_wechat(authority), "{authority}");
        }
    }
}
