//! Packs the corrected lines into the files of `packed/`. `src/packed/` says what lies where, and reads them.

mod bytes;
mod fields;
mod operations;
mod paths;
mod sensitive;
mod tree;

use crate::correct::read_lines;
use crate::json::Json;

/// The name of a packed file, and its content.
pub(crate) type File = (String, Vec<u8>);

/// Makes every file of `packed/`.
///
/// # Errors
///
/// A line that is no JSON, lacks what every line has, or does not fit the packed form.
pub(crate) fn pack(operations: &str, notifications: &str, corrections: &str, date: &str) -> Result<Vec<File>, String> {
    let mut operations = read_lines(operations)?;
    operations.sort_by(|a, b| key(a).cmp(&key(b)));
    let notifications = read_lines(notifications)?;
    let corrections = read_lines(corrections)?.len();

    let mut files = paths::pack("paths", &operations)?;
    files.extend(sensitive::pack(&operations)?);
    let mut tables = fields::Tables::default();
    let records = operations::pack(&operations, &notifications, &mut tables)?;
    files.extend(tables.files()?);
    files.extend(records);
    files.push(("tree.rs".to_owned(), tree::source(&operations)?.into_bytes()));
    files.push(("facts.rs".to_owned(), facts(date.trim(), corrections).into_bytes()));
    Ok(files)
}

/// By path, then verb.
fn key(operation: &Json) -> (&str, &str) {
    (operation.text("path").unwrap_or_default(), operation.text("method").unwrap_or_default())
}

fn facts(date: &str, corrections: usize) -> String {
    format!(
        "// Written by `cargo run --example catalog_data -- pack`.\n\n\
         /// The day on which the pages were read.\n\
         pub const DATE: &str = \"{date}\";\n\n\
         /// How many corrections lie under the data.\n\
         #[cfg(feature = \"data\")]\n\
         pub(crate) const CORRECTIONS: usize = {corrections};\n"
    )
}
