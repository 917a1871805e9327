// The pages as modules, so that docs.rs has them too. `src/lib.rs` takes this file in when documentation is made, and only then: there is no code in it.
//
// In a folder a link leads to `money.md`, here to `guide::en::money`. Of two definitions of a link the first counts, so those of
// the modules are put before the page, which ends with its own.

/// Gives the names of all chapters, in order, to another macro, behind what that is told besides.
macro_rules! chapters {
    ($then:ident $($told:tt)*) => {
        $then!($($told)* first who jsapi native h5 app micropay combined refunds bills transfers sharing entrust payscore coupons
            complaints applyment overseas notifications money testing sdk running moving checklist errors);
    };
}

/// Where links to chapters lead.
macro_rules! links {
    ($language:ident: $($page:ident)*) => {
        concat!($("[", stringify!($page), "]: crate::guide::", stringify!($language), "::", stringify!($page), "\n"),*)
    };
}

/// The text of a page.
macro_rules! text {
    ($page:literal) => { include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/", $page, ".md")) };
    ($language:ident/$page:ident) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/", stringify!($language), "/", stringify!($page), ".md"))
    };
}

macro_rules! book {
    ($language:ident: $($page:ident)*) => {
        #[doc = links!($language: $($page)*)]
        #[doc = text!($language/index)]
        pub mod $language {
            book!(@each $language [$($page)*] $($page)*);
        }
    };
    (@each $language:ident $all:tt $($page:ident)*) => { $(book!(@page $language $all $page);)* };
    (@page $language:ident [$($all:ident)*] $page:ident) => {
        #[doc = links!($language: $($all)*)]
        #[doc = text!($language/$page)]
        pub mod $page {}
    };
}

macro_rules! assistants {
    ($($page:ident)*) => {
        #[doc = links!(en: $($page)*)]
        #[doc = text!("agents")]
        pub mod agents {}
    };
}

/// The guide, from nothing to live: [in English](guide::en), [中文](guide::zh); and a page [for coding assistants](guide::agents).
pub mod guide {
    chapters!(book en:);
    chapters!(book zh:);
    chapters!(assistants);
}
