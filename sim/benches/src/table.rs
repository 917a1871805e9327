//! The figures, beside what is demanded.

use std::fmt;

/// A row: the line of the acceptance table, what, how much, and at most or at least how much.
struct Row {
    line: &'static str,
    what: String,
    figure: String,
    demanded: String,
    verdict: &'static str,
}

#[derive(Default)]
pub struct Table(Vec<Row>);

impl Table {
    pub fn at_most(&mut self, line: &'static str, what: impl Into<String>, figure: f64, most: f64, unit: &str) {
        self.row(line, what.into(), number(figure, unit), format!("≤ {}", number(most, unit)), figure <= most);
    }

    pub fn at_least(&mut self, line: &'static str, what: impl Into<String>, figure: f64, least: f64, unit: &str) {
        self.row(line, what.into(), number(figure, unit), format!("≥ {}", number(least, unit)), figure >= least);
    }

    pub fn exactly(&mut self, line: &'static str, what: impl Into<String>, figure: u64, expected: u64) {
        self.row(line, what.into(), figure.to_string(), expected.to_string(), figure == expected);
    }

    /// A figure that nothing is demanded of.
    pub fn also(&mut self, line: &'static str, what: impl Into<String>, figure: f64, unit: &str) {
        let (what, figure) = (what.into(), number(figure, unit));
        println!("{line}: {what}: {figure}");
        self.0.push(Row { line, what, figure, demanded: String::new(), verdict: "" });
    }

    fn row(&mut self, line: &'static str, what: String, figure: String, demanded: String, holds: bool) {
        let verdict = if holds { "yes" } else { "NO" };
        println!("{line}: {what}: {figure} ({demanded}): {verdict}");
        self.0.push(Row { line, what, figure, demanded, verdict });
    }
}

/// Three digits at least, and the unit.
fn number(value: f64, unit: &str) -> String {
    let digits = if value.abs() >= 100.0 {
        0
    } else if value.abs() >= 10.0 {
        1
    } else {
        2
    };
    format!("{value:.digits$}{}{unit}", if unit.is_empty() { "" } else { " " })
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| line | what | measured | demanded | holds |\n|---|---|---:|---:|---|")?;
        self.0.iter().try_for_each(|Row { line, what, figure, demanded, verdict }| {
            writeln!(f, "| {line} | {what} | {figure} | {demanded} | {verdict} |")
        })
    }
}
