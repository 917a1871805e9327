//! What a job did.

use crate::error::Result;

/// How much a job settled, and what it could not do, for the log; it is tried again the next time.
#[derive(Debug, Default)]
pub struct Report {
    /// How many things changed.
    pub settled: usize,
    /// A line each.
    pub troubles: Vec<String>,
}

impl Report {
    /// Adds what became of one thing.
    pub(super) fn add(&mut self, what: &str, done: Result<bool>) {
        match done {
            Ok(changed) => self.settled += usize::from(changed),
            Err(error) => self.troubles.push(format!("{what}: {}", with_causes(&error))),
        }
    }
}

/// An error with what led to it.
fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let error_text = error.to_string();
        // Some say what their cause says.
        if !text.contains(&error_text) {
            text = format!("{text}: {error_text}");
        }
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    #[test]
    fn a_trouble_says_what_led_to_it() {
        let mut report = Report::default();
        let cause = Box::new(Error::Mismatch("the wire is cut".to_owned()));
        report.add("refund S1-R1", Err(Error::Open { number: "S1-R1".to_owned(), cause }));
        report.add("order S2", Ok(true));
        report.add("order S3", Ok(false));
        let line = "refund S1-R1: S1-R1 is open until WeChat Pay says what became of it: the wire is cut";
        assert_eq!((report.settled, report.troubles), (1, vec![line.to_owned()]));
    }
}
