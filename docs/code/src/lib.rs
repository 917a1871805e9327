//! What the guide shows, one folder for each page. A file is a block of a page, whole; `tests/pages` runs it.

pub mod agents {
    #[cfg(test)]
    mod shop_test;
    pub mod spellings;
    pub mod values;
}

pub mod app {
    pub mod create;
}

pub mod applyment {
    pub mod apply;
}

pub mod bills {
    pub mod day;
}

pub mod combined {
    pub mod create;
    pub mod query;
}

pub mod complaints {
    pub mod answer;
    pub mod list;
}

pub mod coupons {
    pub mod send;
    pub mod stocks;
}

pub mod entrust {
    pub mod charge;
    pub mod notify;
    pub mod sign;
}

pub mod errors {
    pub mod advice;
}

pub mod h5 {
    pub mod create;
}

pub mod jsapi {
    pub mod create;
}

pub mod micropay {
    pub mod charge;
    pub mod codepay;
}

pub mod money {
    pub mod numbers;
    pub mod outcome;
    pub mod settle;
    pub mod sweep;
}

pub mod native {
    pub mod close;
    pub mod create;
    pub mod query;
}

pub mod notifications {
    pub mod handler;
    pub mod raw;
}

pub mod overseas {
    pub mod order;
}

pub mod payscore {
    pub mod complete;
    pub mod create;
}

pub mod refunds {
    pub mod query;
    pub mod refund;
}

pub mod running {
    pub mod client;
    pub mod egress;
    pub mod merchants;
    pub mod signer;
    pub mod telemetry;
}

pub mod sdk {
    pub mod answers;
    pub mod known;
    pub mod older;
    pub mod push;
    pub mod sealed;
    pub mod total;
}

pub mod sharing {
    pub mod results;
    pub mod share;
}

pub mod transfers {
    pub mod cancel;
    pub mod confirm;
    pub mod query;
    pub mod transfer;
}

pub mod who {
    pub mod certificates;
    pub mod partner;
    pub mod public_key;
}
