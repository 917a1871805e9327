// The pages as modules, so that docs.rs has them too. `src/lib.rs` takes this file in when documentation is made, and only then: there is no code in it.
//
// In a folder a link leads to `money.md`, here to `guide::en::money`. Of two definitions of a link the first counts, so those of
// the modules are put before the page, which ends with its own.

macro_rules! book {
    ($language:ident: $($page:ident)*) => {
        #[doc = book!(@links $language $($page)*)]
        #[doc = book!(@text $language index)]
        pub mod $language {
            book!(@each $language [$($page)*] $($page)*);
        }
    };
    (@each $language:ident $all:tt $($page:ident)*) => { $(book!(@page $language $all $page);)* };
    (@page $language:ident [$($all:ident)*] $page:ident) => {
        #[doc = book!(@links $language $($all)*)]
        #[doc = book!(@text $language $page)]
        pub mod $page {}
    };
    (@links $language:ident $($page:ident)*) => {
        concat!($("[", stringify!($page), "]: crate::guide::", stringify!($language), "::", stringify!($page), "\n"),*)
    };
    (@text $language:ident $page:ident) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/", stringify!($language), "/", stringify!($page), ".md"))
    };
}

/// The guide, from nothing to live: [in English](guide::en), [中文](guide::zh).
pub mod guide {
    book!(en: first who jsapi native h5 app micropay combined refunds bills transfers sharing entrust payscore coupons
        complaints applyment overseas notifications money testing running moving checklist errors);
    book!(zh: first who jsapi native h5 app micropay combined refunds bills transfers sharing entrust payscore coupons
        complaints applyment overseas notifications money testing running moving checklist errors);
}
