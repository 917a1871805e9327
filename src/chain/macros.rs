//! The property syntax of PHP.

/// Builds a chain from names joined by dots, each through [`Chain::seg`](crate::Chain::seg).
///
/// The first name is a client or a chain; any other expression stands in parentheses.
///
#[cfg_attr(feature = "mock", doc = "```")]
#[cfg_attr(not(feature = "mock"), doc = "```ignore")]
/// # use wechatpay_chain::{Client, chain};
/// # let gateway = wechatpay_chain::mock::Server::start()?;
/// # let wxpay = gateway.client()?;
/// struct Shop {
///     wxpay: Client,
/// }
/// let one = chain!(wxpay.v3.offlineface.contracts.presign);
/// let shop = Shop { wxpay };
/// let two = chain!((shop.wxpay).v3.merchantService.complaintsV2._complaint_id_).var("complaint_id", 7);
/// assert_eq!(one.to_request(http::Method::POST, ())?.uri().path(), "/v3/offlineface/contracts/presign");
/// assert_eq!(two.to_request(http::Method::GET, ())?.uri().path(), "/v3/merchant-service/complaints-v2/7");
/// # Ok::<(), wechatpay_chain::Error>(())
/// ```
#[macro_export]
macro_rules! chain {
    (self $($rest:tt)*) => {
        ::core::compile_error!("put the client in parentheses: `chain!((self.wxpay).v3.…)`")
    };
    ($client:ident $(. $name:ident)+) => {
        $client $(.seg(::core::stringify!($name)))+
    };
    (($client:expr) $(. $name:ident)+) => {
        ($client) $(.seg(::core::stringify!($name)))+
    };
    ($($other:tt)*) => {
        ::core::compile_error!("expected names joined by dots, such as `chain!(wxpay.v3.pay.outTradeNo)`; a `-` is a capital letter")
    };
}
