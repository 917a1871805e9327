//! The records of the file. A comma in a cell is not always quoted: the back-ticks tell where cells begin.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::{Buf, Bytes};

use super::row::Row;
use crate::error::{Error, ErrorKind, Result};

const BOM: &[u8] = b"\xef\xbb\xbf";

/// Where a bill is.
#[derive(Clone)]
pub(super) enum Source {
    File(PathBuf),
    Memory(Bytes),
}

/// The records of the file, as the `csv` crate splits them.
pub(super) struct Records {
    reader: csv::Reader<Box<dyn Read + Send>>,
    record: csv::StringRecord,
    /// The line the next record begins in; the crate's own count is one behind after CRLF.
    line: u64,
}

/// One record as it was split.
pub(super) struct Record {
    pub(super) cells: Vec<String>,
    pub(super) line: u64,
}

impl Records {
    pub(super) fn open(source: &Source) -> Result<Self> {
        let reader: Box<dyn Read + Send> = match source {
            Source::Memory(bytes) => {
                let start = if bytes.starts_with(BOM) { BOM.len() } else { 0 };
                Box::new(Buf::reader(bytes.slice(start..)))
            }
            Source::File(path) => Box::new(open(path).map_err(|error| {
                Error::new(ErrorKind::Io, format!("the bill {} cannot be read", path.display())).with_source(error)
            })?),
        };
        let reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(reader);
        Ok(Self { reader, record: csv::StringRecord::new(), line: 1 })
    }

    pub(super) fn next(&mut self) -> Result<Option<Record>> {
        let line = self.line;
        if !self.reader.read_record(&mut self.record).map_err(|error| unreadable(error, line))? {
            return Ok(None);
        }
        let cells: Vec<_> = self.record.iter().map(str::to_owned).collect();
        self.line += 1 + cells.iter().map(|cell| cell.matches('\n').count() as u64).sum::<u64>();
        Ok(Some(Record { cells, line }))
    }
}

/// The file behind its byte order mark.
fn open(path: &Path) -> io::Result<impl Read + Send + use<>> {
    let mut file = BufReader::with_capacity(64 * 1024, File::open(path)?);
    let mut start = Vec::with_capacity(BOM.len());
    file.by_ref().take(BOM.len() as u64).read_to_end(&mut start)?;
    if start == BOM {
        start.clear();
    }
    Ok(Read::chain(io::Cursor::new(start), file))
}

impl Record {
    /// Data begins its cells with back-ticks, a header does not.
    pub(super) fn is_data(&self) -> bool {
        self.cells.iter().any(|cell| cell.starts_with('`'))
    }

    pub(super) fn into_row(self, columns: &Arc<[String]>) -> Result<Row> {
        let (found, expected, line) = (self.cells.len(), columns.len(), self.line);
        let cells = if found > expected { rejoin(self.cells) } else { self.cells };
        if cells.len() != expected {
            return Err(decode(format!("line {line} of the bill has {found} cells, expected {expected}")));
        }
        Ok(Row { columns: Arc::clone(columns), cells: cells.into_iter().map(bare).collect(), line })
    }
}

/// Puts together again what a comma in a cell took apart: a cell begins with a back-tick.
fn rejoin(split: Vec<String>) -> Vec<String> {
    let mut cells: Vec<String> = Vec::with_capacity(split.len());
    for piece in split {
        match cells.last_mut().filter(|_| !piece.starts_with('`')) {
            Some(cell) => {
                cell.push(',');
                cell.push_str(&piece);
            }
            None => cells.push(piece),
        }
    }
    cells
}

/// The cell without its back-tick, and without quotes behind it.
fn bare(cell: String) -> String {
    let Some(text) = cell.strip_prefix('`') else { return cell };
    match text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
        Some(quoted) => quoted.replace("\"\"", "\""),
        None => text.to_owned(),
    }
}

pub(super) fn decode(message: String) -> Error {
    Error::new(ErrorKind::Decode, message)
}

/// The `csv` crate's errors quote no cell.
fn unreadable(error: csv::Error, line: u64) -> Error {
    let kind = if error.is_io_error() { ErrorKind::Io } else { ErrorKind::Decode };
    Error::new(kind, format!("the bill cannot be read in line {line}")).with_source(error)
}
