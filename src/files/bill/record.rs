//! The records of the file. Commas and quotes stand in cells as the customer typed them, so only the back-ticks tell where cells
//! begin: the `csv` crate splits lines at every comma, without a meaning for quotes, and they are joined again here.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::{Buf, Bytes};

use super::row::Row;
use super::unreadable::decode;
use crate::error::{Error, ErrorKind, Result};

const BOM: char = '\u{feff}';

/// Far more than any line has; a longer one is no bill, and is not read into memory.
const LONGEST_LINE: usize = 1024 * 1024;

/// Where a bill is.
#[derive(Clone)]
pub(super) enum Source {
    File(PathBuf),
    Memory(Bytes),
}

/// The lines of the file, split at their commas.
pub(super) struct Records {
    reader: csv::Reader<Lines>,
    record: csv::StringRecord,
}

/// One line, as cells.
pub(super) struct Record {
    pub(super) cells: Vec<String>,
    pub(super) line: u64,
}

impl Records {
    pub(super) fn open(source: &Source) -> Result<Self> {
        let inner: Box<dyn Read + Send> = match source {
            Source::Memory(bytes) => Box::new(Buf::reader(bytes.clone())),
            Source::File(path) => Box::new(open(path).map_err(|error| {
                Error::new(ErrorKind::Io, format!("the bill {} cannot be read", path.display())).with_source(error)
            })?),
        };
        let mut builder = csv::ReaderBuilder::new();
        builder.has_headers(false).flexible(true).quoting(false).terminator(csv::Terminator::Any(b'\n'));
        Ok(Self { reader: builder.from_reader(Lines { inner, length: 0 }), record: csv::StringRecord::new() })
    }

    pub(super) fn next(&mut self) -> Result<Option<Record>> {
        loop {
            let line = self.reader.position().line();
            if !self.reader.read_record(&mut self.record).map_err(|error| unreadable(error, line))? {
                return Ok(None);
            }
            let line = self.record.position().map_or(line, csv::Position::line);
            let mut pieces: Vec<_> = self.record.iter().map(str::to_owned).collect();
            // The line feed alone ended the record. A bill that was joined from parts may have more than one mark.
            pieces.last_mut().into_iter().for_each(|last| last.truncate(last.trim_end_matches('\r').len()));
            pieces.first_mut().into_iter().for_each(|first| *first = first.trim_start_matches(BOM).to_owned());
            if pieces.iter().any(|piece| !piece.is_empty()) {
                return Ok(Some(Record { cells: join(pieces), line }));
            }
        }
    }
}

fn open(path: &Path) -> io::Result<BufReader<File>> {
    Ok(BufReader::with_capacity(64 * 1024, File::open(path)?))
}

/// A reader that fails at a line that is too long to be one.
struct Lines {
    inner: Box<dyn Read + Send>,
    length: usize,
}

impl Read for Lines {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let read = &buffer[..count];
        self.length = match read.iter().rposition(|byte| *byte == b'\n') {
            Some(end) => count - end - 1,
            None => self.length + count,
        };
        match self.length > LONGEST_LINE {
            true => {
                Err(io::Error::new(io::ErrorKind::InvalidData, format!("a line of more than {LONGEST_LINE} bytes")))
            }
            false => Ok(count),
        }
    }
}

impl Record {
    /// Data begins every cell with a back-tick, a header none.
    pub(super) fn is_data(&self) -> bool {
        self.cells.iter().any(|cell| begins(cell))
    }

    /// A row of data: as many cells as columns, each with its back-tick.
    pub(super) fn into_row(self, columns: &Arc<[String]>) -> Result<Row> {
        let (found, expected, line) = (self.cells.len(), columns.len(), self.line);
        if found != expected {
            return Err(decode(format!("line {line} of the bill has {found} cells, expected {expected}")));
        }
        let cells: Option<Vec<_>> = self.cells.iter().map(|cell| bare(cell)).collect();
        let cells = cells.ok_or_else(|| decode(format!("line {line} of the bill has a cell without its back-tick")))?;
        Ok(Row { columns: Arc::clone(columns), cells, line })
    }
}

/// Whether a cell of data begins here: with its back-tick, perhaps in quotes.
fn begins(piece: &str) -> bool {
    piece.starts_with('`') || piece.starts_with("\"`")
}

/// Puts together again what the commas within the cells of a line of data took apart.
fn join(pieces: Vec<String>) -> Vec<String> {
    if !pieces.first().is_some_and(|first| begins(first)) {
        return pieces;
    }
    let mut cells: Vec<String> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        match cells.last_mut().filter(|cell| !begins(&piece) || is_open(cell)) {
            Some(cell) => {
                cell.push(',');
                cell.push_str(&piece);
            }
            None => cells.push(piece),
        }
    }
    cells
}

/// Whether a cell in quotes has not come to its closing one.
fn is_open(cell: &str) -> bool {
    cell.starts_with("\"`") && quoted(cell).is_none()
}

/// The text between quotes, whose own are doubled (RFC 4180); `None` if it is not that.
fn quoted(text: &str) -> Option<String> {
    let inner = text.strip_prefix('"')?.strip_suffix('"')?;
    let bare = inner.replace("\"\"", "");
    (!bare.contains('"')).then(|| inner.replace("\"\"", "\""))
}

/// The cell without its back-tick, and without quotes around or behind it; `None` without a back-tick.
fn bare(cell: &str) -> Option<String> {
    if let Some(text) = quoted(cell) {
        return text.strip_prefix('`').map(str::to_owned);
    }
    let text = cell.strip_prefix('`')?;
    Some(quoted(text).unwrap_or_else(|| text.to_owned()))
}

/// The `csv` crate's errors quote no cell.
fn unreadable(error: csv::Error, line: u64) -> Error {
    let broken = |error: &io::Error| error.kind() != io::ErrorKind::InvalidData;
    let io = matches!(error.kind(), csv::ErrorKind::Io(error) if broken(error));
    let kind = if io { ErrorKind::Io } else { ErrorKind::Decode };
    Error::new(kind, format!("the bill cannot be read in line {line}")).with_source(error)
}
