// The pages as modules, so that docs.rs has them too. `src/lib.rs` takes this file in when documentation is made, and only then: there is no code in it.
//
// In a folder a link leads to `money.md`, here to `guide::en::money`. Of two definitions of a link the first counts, so those of
// the modules are put before the page, which ends with its own.

macro_rules! book {
    ($language:literal: $($page:ident)*) => { book!(@each $language [$($page)*] $($page)*); };
    (@each $language:literal $all:tt $($page:ident)*) => { $(book!(@page $language $all $page);)* };
    (@page $language:literal [$($all:ident)*] $page:ident) => {
        #[doc = concat!($("[", stringify!($all), "]: crate::guide::", $language, "::", stringify!($all), "\n"),*)]
        #[doc = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/", $language, "/", stringify!($page), ".md"))]
        pub mod $page {}
    };
}

/// The guide, from nothing to live: [in English](guide::en), [中文](guide::zh).
pub mod guide {
    /// The guide in English; begin with [the first call](en::first).
    pub mod en {
        book!("en": first who jsapi native h5 app micropay combined refunds bills transfers sharing entrust payscore coupons
            complaints applyment overseas notifications money testing running moving checklist errors);
    }

    /// 中文指南，从[第一次调用](zh::first)读起。
    pub mod zh {
        book!("zh": first who jsapi native h5 app micropay combined refunds bills transfers sharing entrust payscore coupons
            complaints applyment overseas notifications money testing running moving checklist errors);
    }
}
