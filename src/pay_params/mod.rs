//! Payment parameters (调起支付): what the client side hands to WeChat, signed with the key that placed the order.
//!
//! `v3` signs with the merchant's RSA key, `v2` with the APIv2 key; `params` is what both give. May import what lies below the products.

pub(crate) mod params;
pub(crate) mod v2;
pub(crate) mod v3;
