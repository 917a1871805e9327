//! The lines of the file, as bytes; a gzip file is unpacked on the way.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::PathBuf;

use bytes::{Buf, Bytes};
use flate2::bufread::MultiGzDecoder;

use crate::error::{Error, ErrorKind, Result};

/// Far more than any line has; of a longer one only so much is read into memory.
pub(super) const LONGEST: usize = 1024 * 1024;

const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Where a bill is.
#[derive(Clone)]
pub(super) enum Source {
    File(PathBuf),
    Memory(Bytes),
}

pub(super) struct Lines {
    reader: Box<dyn BufRead + Send>,
    number: u64,
}

/// One line.
#[derive(Clone)]
pub(super) struct Line {
    /// The first of the file is 1.
    pub(super) number: u64,
    /// Without its end.
    pub(super) bytes: Vec<u8>,
    /// `\r\n`, `\n`, or nothing at the end of the file.
    pub(super) end: &'static str,
    /// It has more bytes than are here.
    pub(super) is_cut: bool,
}

impl Lines {
    pub(super) fn open(source: &Source) -> Result<Self> {
        let mut reader: Box<dyn BufRead + Send> = match source {
            Source::Memory(bytes) => Box::new(bytes.clone().reader()),
            Source::File(path) => {
                let file = File::open(path).map_err(|error| unopened(path, error))?;
                Box::new(BufReader::with_capacity(64 * 1024, file))
            }
        };
        let begin = reader.fill_buf().map_err(|error| match source {
            Source::File(path) => unopened(path, error),
            Source::Memory(_) => unread(error, 1),
        })?;
        if begin.starts_with(&GZIP) {
            reader = unpacked(reader);
        }
        Ok(Self { reader, number: 0 })
    }

    pub(super) fn next(&mut self) -> Result<Option<Line>> {
        let mut line = Line { number: self.number + 1, bytes: Vec::new(), end: "", is_cut: false };
        loop {
            let buffer = match self.reader.fill_buf() {
                Ok(buffer) => buffer,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(unread(error, line.number)),
            };
            if buffer.is_empty() {
                break;
            }
            let end = buffer.iter().position(|byte| *byte == b'\n');
            let part = &buffer[..end.unwrap_or(buffer.len())];
            let room = LONGEST - line.bytes.len();
            line.is_cut |= part.len() > room;
            line.bytes.extend_from_slice(&part[..part.len().min(room)]);
            let used = end.map_or(buffer.len(), |end| end + 1);
            self.reader.consume(used);
            if end.is_some() {
                line.end = "\n";
                break;
            }
        }
        if line.bytes.is_empty() && line.end.is_empty() {
            return Ok(None);
        }
        if !line.end.is_empty() && !line.is_cut && line.bytes.last() == Some(&b'\r') {
            line.bytes.pop();
            line.end = "\r\n";
        }
        self.number = line.number;
        Ok(Some(line))
    }
}

fn unpacked(reader: Box<dyn BufRead + Send>) -> Box<dyn BufRead + Send> {
    // More than one member, as of parts that were joined.
    Box::new(BufReader::with_capacity(64 * 1024, MultiGzDecoder::new(reader)))
}

fn unopened(path: &std::path::Path, error: io::Error) -> Error {
    Error::new(ErrorKind::Io, format!("the bill {} cannot be read", path.display())).with_source(error)
}

/// A disk that fails, or a gzip file that is damaged or ends early.
fn unread(error: io::Error, line: u64) -> Error {
    use io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
    match error.kind() {
        InvalidData | InvalidInput | UnexpectedEof => {
            let message = format!("line {line} of the bill cannot be read: its gzip file is damaged, or not whole");
            Error::new(ErrorKind::Decode, message).with_source(error)
        }
        _ => Error::new(ErrorKind::Io, format!("line {line} of the bill cannot be read")).with_source(error),
    }
}
