//! How long an answer may take, and which events want something in it.

use std::time::Duration;

/// Events whose answer has to hold data, with the seconds that the pages give for it.
const WANT_DATA: [(&str, u64); 4] = [
    ("PARKING_FEE.QUERY_TRANS_INFO", 3),
    ("CROSS_BORDER_PAY.GET_MCH_INFO", 3),
    ("CROSS_BORDER_PAY.PUSH_ORDER_INFO", 3),
    ("ENTRUST.TERMINATE_RETENTION", 1),
];

/// How long an answer may take, from the beginning of the connection.
pub(super) fn patience(event_type: &str, timeout_ms: u64) -> Duration {
    let usual = Duration::from_millis(timeout_ms);
    let own = WANT_DATA.iter().find(|(event, _)| *event == event_type);
    own.map_or(usual, |(_, seconds)| usual.min(Duration::from_secs(*seconds)))
}

/// Whether the answer has to hold data.
pub(super) fn wants_data(event_type: &str) -> bool {
    WANT_DATA.iter().any(|(event, _)| *event == event_type)
}

/// Whether the answer has to be signed by the merchant, in a header `Authorization`.
pub(super) fn wants_signature(event_type: &str) -> bool {
    event_type.starts_with("CROSS_BORDER_PAY.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_events_have_deadlines_of_their_own() {
        for (event, milliseconds) in [
            ("TRANSACTION.SUCCESS", 5000),
            ("PARKING_FEE.QUERY_TRANS_INFO", 3000),
            ("CROSS_BORDER_PAY.PUSH_ORDER_INFO", 3000),
            ("ENTRUST.TERMINATE_RETENTION", 1000),
        ] {
            assert_eq!(patience(event, 5000), Duration::from_millis(milliseconds), "{event}");
            assert_eq!(patience(event, 200), Duration::from_millis(200), "a shorter setting goes first");
        }
    }
}
