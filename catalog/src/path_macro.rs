//! `path!`: a path that is looked up while the program is compiled.

/// A path of the catalogue, looked up while the program is compiled: the literal as it stands.
///
/// It takes what a chain takes: templates and filled-in paths, with or without a leading slash, `hk/`, `global/` and a query; no host, and no
/// path of APIv2 without its `v2/`. Verbs do not matter. Nothing of the catalogue reaches the binary.
///
/// ```
/// use wechatpay_catalog::path;
///
/// const NATIVE: &str = path!("v3/pay/transactions/native");
/// assert_eq!(NATIVE, "v3/pay/transactions/native");
/// assert_eq!(path!("/v3/pay/transactions/id/{id}?mchid=1"), "/v3/pay/transactions/id/{id}?mchid=1");
/// ```
///
/// A path that the catalogue does not have does not compile, by `cargo check` neither:
///
/// ```compile_fail,E0080
/// let path = wechatpay_catalog::path!("v3/pay/transactions/natve");
/// ```
///
/// ```compile_fail,E0080
/// const PATH: &str = wechatpay_catalog::path!("pay/unifiedorder");
/// ```
///
/// One that is newer than the catalogue is taken with `new`; one that it has is taken too:
///
/// ```
/// use wechatpay_catalog::path;
///
/// assert_eq!(path!(new "v3/pay/transactions/brand-new"), "v3/pay/transactions/brand-new");
/// ```
#[macro_export]
macro_rules! path {
    (new $path:literal) => {{
        const PATH: &str = $path;
        PATH
    }};
    ($path:literal) => {{
        const PATH: &str = $crate::__known($path);
        PATH
    }};
}
