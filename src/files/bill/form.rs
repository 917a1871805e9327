//! What a file is that is no bill, from its first line; and why a line is none.

use crate::error::{Error, ErrorKind};

const AS_DOWNLOADED: &str = "use the file as it was downloaded";

pub(super) fn decode(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Decode, message.into())
}

/// Reads the first line as a header, or says what the file is instead.
pub(super) fn header(line: &[u8]) -> Result<Vec<String>, String> {
    if let Some(known) = binary(line) {
        return Err(format!("the bill is {known}"));
    }
    let text = std::str::from_utf8(line).map_err(|_| {
        let why = no_utf8(line);
        format!("the bill {why}")
    })?;
    let text = text.trim_start_matches('\u{feff}');
    let is_header = |cells: &[&str]| cells.iter().all(|cell| !cell.trim().is_empty());
    let cells: Vec<_> = text.split(',').collect();
    let why = match text.trim_start().chars().next() {
        None => "begins with an empty line, expected a header".to_owned(),
        Some('{' | '[') => {
            "is JSON: an error of the gateway, or the answer that names the bill; expected the file of its download_url"
                .to_owned()
        }
        Some('<') => "is XML or HTML: an error of the gateway or of a proxy, expected a bill".to_owned(),
        Some('`') => "begins with data, expected a header".to_owned(),
        Some('"') => format!("has quotes around its columns, as a spreadsheet saves it: {AS_DOWNLOADED}"),
        Some(_) if cells.len() == 1 && text.contains([';', '\t']) => {
            format!("has no commas between its columns, as a spreadsheet saves it: {AS_DOWNLOADED}")
        }
        Some(_) if text.contains(",`") => "has data in its first line, expected a header".to_owned(),
        Some(_) if !is_header(&cells) => "has a column without a name in its first line, expected a header".to_owned(),
        Some(_) => return Ok(cells.into_iter().map(str::to_owned).collect()),
    };
    Err(format!("the bill {why}"))
}

/// A form that its first bytes tell.
fn binary(line: &[u8]) -> Option<String> {
    let nul = line.iter().take(64).any(|byte| *byte == 0);
    let known = match line {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "in UTF-16, as a spreadsheet or an editor saves it",
        [b'P', b'K', 3 | 5, ..] => "a zip archive or a spreadsheet (.xlsx)",
        [0xd0, 0xcf, 0x11, 0xe0, ..] => "a spreadsheet (.xls)",
        [b'B', b'Z', b'h', ..] | [0xfd, b'7', b'z', ..] | [0x28, 0xb5, 0x2f, 0xfd, ..] => "compressed, but not by gzip",
        [b'%', b'P', b'D', b'F', ..] => "a PDF",
        _ if nul => "no text",
        _ => return None,
    };
    Some(format!("{known}: {AS_DOWNLOADED}"))
}

/// What a line is that is not UTF-8.
pub(super) fn no_utf8(line: &[u8]) -> String {
    let remedy = "`iconv -f GB18030 -t UTF-8`";
    match is_gbk(line) {
        true => {
            format!(
                "is not UTF-8 but likely GBK, as a spreadsheet saves it: {AS_DOWNLOADED}, or convert it with {remedy}"
            )
        }
        false => format!("is not UTF-8: {AS_DOWNLOADED}"),
    }
}

/// Whether the bytes above ASCII come as GBK (GB 18030) has them: in pairs, or in fours.
fn is_gbk(line: &[u8]) -> bool {
    let mut rest = line;
    loop {
        rest = match rest {
            [] => return true,
            [0..=0x7f, rest @ ..]
            | [0x81..=0xfe, 0x40..=0x7e | 0x80..=0xfe, rest @ ..]
            | [0x81..=0xfe, 0x30..=0x39, 0x81..=0xfe, 0x30..=0x39, rest @ ..] => rest,
            _ => return false,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_bill_is_named() {
        let utf16: Vec<u8> = "\u{feff}交易时间,金额".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let bare_utf16: Vec<u8> = "ID,x".encode_utf16().flat_map(u16::to_be_bytes).collect();
        for (line, expected) in [
            (utf16.as_slice(), "UTF-16"),
            (&bare_utf16, "no text"),
            (b"\xbd\xbb\xd2\xd7\xca\xb1\xbc\xe4,\xbd\xf0\xb6\xee", "likely GBK"),
            (b"\xff\xff,x", "not UTF-8"),
            (b"PK\x03\x04", "zip"),
            (b"\xd0\xcf\x11\xe0\xa1", ".xls"),
            (b"BZh91AY", "not by gzip"),
            (b"%PDF-1.7", "PDF"),
            (br#"{"code":"PARAM_ERROR"}"#, "is JSON"),
            (b"<xml><return_code>FAIL", "is XML or HTML"),
            (b"<!DOCTYPE html>", "is XML or HTML"),
            (b"`1,`2", "begins with data"),
            (b"a,`2", "data in its first line"),
            ("\"交易时间\",\"金额\"".as_bytes(), "quotes around its columns"),
            ("交易时间;金额".as_bytes(), "no commas"),
            ("交易时间\t金额".as_bytes(), "no commas"),
            ("交易时间,,金额".as_bytes(), "without a name"),
            (b"", "empty line"),
        ] {
            let why = header(line).unwrap_err();
            assert!(why.starts_with("the bill ") && why.contains(expected), "{expected}: {why}");
        }
        assert_eq!(header("\u{feff}收支金额(元),备注".as_bytes()), Ok(vec!["收支金额(元)".into(), "备注".into()]));
        assert_eq!(header("日期".as_bytes()), Ok(vec!["日期".into()]));
    }
}
