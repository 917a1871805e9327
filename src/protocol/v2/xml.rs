//! The XML of APIv2: one level of texts below a root. Refuses what such an answer never needs: a DTD, an entity of its own, an
//! element that stands twice, deep nesting, control characters, another encoding than UTF-8.

use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::reader::Reader;
use serde_json::{Map, Value};

/// The root, its elements, and lists in two of them: the red packets' `hblist/hbinfo/openid`.
const DEPTH: usize = 4;

/// Longer than any name.
const NAME: usize = 100;

/// Far more than any answer has.
const ELEMENTS: usize = 10_000;

/// An element that is open.
struct Open {
    name: String,
    text: String,
    children: Map<String, Value>,
}

/// Reads a document whose root is `xml` or `root`; the elements below it as a map of texts.
///
/// Elements below the first level become objects, and lists where they repeat. The error says what is wrong and quotes no text.
pub(crate) fn parse(document: &[u8]) -> Result<Map<String, Value>, String> {
    let text = std::str::from_utf8(document).map_err(|_| "it is not UTF-8".to_owned())?;
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    reader.config_mut().expand_empty_elements = true;
    let (mut open, mut elements, mut root) = (Vec::<Open>::new(), 0, None);
    loop {
        match reader.read_event().map_err(|error| format!("it is no XML: {}", describe(&error)))? {
            Event::Start(start) => {
                elements += 1;
                if root.is_some() || open.len() == DEPTH || elements > ELEMENTS {
                    return Err(format!("it has a second root, more than {DEPTH} levels or {ELEMENTS} elements"));
                }
                open.push(begin(&start, open.is_empty())?);
            }
            Event::End(_) => {
                let closed = open.pop().ok_or("it is no XML: an end without a start")?;
                match open.len() {
                    0 => root = Some(closed.children),
                    depth => insert(&mut open[depth - 1].children, closed, depth == 1)?,
                }
            }
            Event::Text(text) => add(&mut open, &text.decode().map_err(|_| "it is not UTF-8")?)?,
            Event::CData(text) => add(&mut open, &text.decode().map_err(|_| "it is not UTF-8")?)?,
            Event::GeneralRef(reference) => add(&mut open, &resolve(&reference)?)?,
            Event::Decl(declaration) => match declaration.encoding() {
                Some(Ok(name)) if !name.eq_ignore_ascii_case(b"utf-8") => {
                    return Err("it says it has another encoding than UTF-8".to_owned());
                }
                _ => {}
            },
            Event::DocType(_) => return Err("it has a DTD, which is refused".to_owned()),
            Event::Comment(_) | Event::PI(_) => {}
            Event::Empty(_) => return Err("it has an element that is not expanded".to_owned()),
            Event::Eof => break,
        }
    }
    root.filter(|_| open.is_empty()).ok_or_else(|| "it ends too early".to_owned())
}

fn begin(start: &BytesStart<'_>, is_root: bool) -> Result<Open, String> {
    let name = std::str::from_utf8(start.name().into_inner()).map_err(|_| "it is not UTF-8")?.to_owned();
    if !is_name(&name) || name.len() > NAME {
        // Such a name could hide others in the text that is signed.
        return Err("it has an element whose name is none of APIv2's".to_owned());
    }
    if is_root && name != "xml" && name != "root" {
        let name: String = name.chars().take(20).collect();
        return Err(format!("its root is {name:?}, expected \"xml\""));
    }
    Ok(Open { name, text: String::new(), children: Map::new() })
}

fn insert(parent: &mut Map<String, Value>, closed: Open, first_level: bool) -> Result<(), String> {
    let Open { name, text, children } = closed;
    let value = match children.is_empty() {
        true => Value::String(text),
        false if text.trim().is_empty() => Value::Object(children),
        false => return Err(format!("its element {name:?} has both text and elements")),
    };
    match parent.get_mut(&name) {
        None => _ = parent.insert(name, value),
        // Which of them is signed would be anyone's guess.
        Some(_) if first_level => return Err(format!("its element {name:?} stands twice")),
        Some(Value::Array(list)) => list.push(value),
        Some(first) => *first = Value::Array(vec![first.take(), value]),
    }
    Ok(())
}

fn add(open: &mut [Open], text: &str) -> Result<(), String> {
    if !can_write(text) {
        return Err("it has a control character".to_owned());
    }
    match open.last_mut() {
        Some(element) => element.text.push_str(text),
        None if text.trim().is_empty() => {}
        None => return Err("it has text outside its root".to_owned()),
    }
    Ok(())
}

/// One of the five entities that XML itself knows, or a character by its number.
fn resolve(reference: &BytesRef<'_>) -> Result<String, String> {
    if let Some(character) = reference.resolve_char_ref().map_err(|_| "it has a reference to no character")? {
        return Ok(character.to_string());
    }
    let name = reference.decode().map_err(|_| "it is not UTF-8")?;
    resolve_predefined_entity(&name)
        .map(str::to_owned)
        .ok_or_else(|| "it has an entity that XML does not know, which is refused".to_owned())
}

/// What the library found wrong, without the document's text.
fn describe(error: &quick_xml::Error) -> &'static str {
    match error {
        quick_xml::Error::Syntax(_) => "it ends within a tag or a comment",
        quick_xml::Error::IllFormed(_) => "its tags do not fit together",
        _ => "it is not well formed",
    }
}

/// Writes fields as a document.
pub(crate) fn write(fields: &[(String, String)]) -> String {
    write_below("xml", fields)
}

/// The same with another root.
pub(crate) fn write_below(root: &str, fields: &[(String, String)]) -> String {
    let mut out =
        String::with_capacity(64 + fields.iter().map(|(name, value)| 2 * name.len() + value.len() + 17).sum::<usize>());
    out.extend(["<", root, ">"]);
    for (name, value) in fields {
        out.extend(["<", name, ">"]);
        escape(value, &mut out);
        out.extend(["</", name, ">"]);
    }
    out.extend(["</", root, ">"]);
    out
}

/// CDATA where it is needed, never broken by its own end; a carriage return as a reference, or the reader would lose it.
fn escape(value: &str, out: &mut String) {
    for (index, line) in value.split('\r').enumerate() {
        if index > 0 {
            out.push_str("&#13;");
        }
        match line.contains(['&', '<', '>', '"']) {
            true => out.extend(["<![CDATA[", &line.replace("]]>", "]]]]><![CDATA[>"), "]]>"]),
            false => out.push_str(line),
        }
    }
}

/// Whether a text can stand in a document.
pub(crate) fn can_write(value: &str) -> bool {
    !value.chars().any(is_forbidden)
}

/// Whether a character is none of those of XML 1.0, section 2.2.
fn is_forbidden(c: char) -> bool {
    c < ' ' && !matches!(c, '\t' | '\n' | '\r') || matches!(c, '\u{fffe}' | '\u{ffff}')
}

/// A text that can stand in a document: without the characters that cannot.
#[cfg(feature = "gateway")]
pub(crate) fn as_text(value: &str) -> String {
    value.replace(is_forbidden, "\u{fffd}")
}

/// Whether a text can name an element.
pub(crate) fn is_name(name: &str) -> bool {
    let rest = name.strip_prefix(|first: char| first.is_ascii_alphabetic() || first == '_');
    rest.is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')))
}

/// A name that an element can have: `_` in the place of what none can hold.
#[cfg(feature = "gateway")]
pub(crate) fn as_name(name: &str) -> String {
    let held = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let name = name.replace(|c| !held(c), "_");
    if is_name(&name) { name } else { format!("_{name}") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(document: &str) -> Value {
        parse(document.as_bytes()).map(Value::Object).unwrap()
    }

    #[test]
    fn every_spelling_of_a_text() {
        let document = "\u{feff}<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- a comment --><xml>\n <a>x</a><b><![CDATA[<b>&\"x\"]]></b>\
            <c/><d></d><e><![CDATA[]]></e><f> 1 &lt;&amp;&gt;&quot;&apos;&#20013;&#x6587; </f><g>a<![CDATA[b]]>c</g><h i=\"j\">k</h></xml>\n";
        let expected =
            json!({"a": "x", "b": "<b>&\"x\"", "c": "", "d": "", "e": "", "f": " 1 <&>\"'中文 ", "g": "abc", "h": "k"});
        assert_eq!(read(document), expected);
        assert_eq!(read("<root><a>1</a></root>"), json!({"a": "1"}));
        assert_eq!(read("<xml/>"), json!({}));
    }

    #[test]
    fn lists_below_the_first_level() {
        let list = "<xml><l>\n<i><o>1</o></i> <i><o>2</o></i><i><o>3</o></i></l></xml>";
        assert_eq!(read(list), json!({"l": {"i": [{"o": "1"}, {"o": "2"}, {"o": "3"}]}}));
    }

    #[test]
    fn what_is_refused_and_why() {
        let deep = format!("<xml>{}{}</xml>", "<a>".repeat(100_000), "</a>".repeat(100_000));
        let wide = format!("<xml>{}</xml>", (0..20_000).fold(String::new(), |all, n| format!("{all}<a{n}/>")));
        let laughs = "<!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]><xml><c>&b;</c></xml>";
        let external = "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><xml><c>&e;</c></xml>";
        for (document, expected) in [
            ("", "ends too early"),
            ("hello", "text outside its root"),
            ("{}", "text outside its root"),
            ("<html><body>502</body></html>", "its root is \"html\""),
            ("<xml><a>1</a>", "ends too early"),
            ("<xml><a>1</a></xm", "ends within a tag"),
            ("<xml><a>1</b></xml>", "do not fit together"),
            ("</xml>", "do not fit together"),
            ("<xml></xml><xml></xml>", "a second root"),
            ("<xml></xml>x", "text outside"),
            ("<xml><a>1</a><a>2</a></xml>", "\"a\" stands twice"),
            ("<xml><a>1<b>2</b></a></xml>", "both text and elements"),
            ("<xml><a&b>1</a&b></xml>", "whose name is none"),
            (laughs, "a DTD"),
            (external, "a DTD"),
            ("<xml><a>&b;</a></xml>", "an entity that XML does not know"),
            ("<xml><a>&#x110000;</a></xml>", "a reference to no character"),
            ("<xml><a>\u{1}</a></xml>", "a control character"),
            ("<xml><a>&#1;</a></xml>", "a control character"),
            ("<xml><a><![CDATA[\u{0}]]></a></xml>", "a control character"),
            ("<?xml version=\"1.0\" encoding=\"GBK\"?><xml/>", "another encoding"),
            (&deep, "more than 4 levels"),
            (&wide, "10000 elements"),
        ] {
            let error = parse(document.as_bytes()).unwrap_err();
            assert!(error.contains(expected), "{error}: {}", &document[..document.len().min(80)]);
        }
        assert!(parse(b"<xml><a>\xd6\xd0</a></xml>").unwrap_err().contains("not UTF-8"));
        assert!(
            parse("<xml><a>中</a></xml>".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>().as_slice())
                .is_err()
        );
        let whole = "<xml><return_code><![CDATA[SUCCESS]]></return_code><a>&lt;1</a></xml>";
        for end in 0..whole.len() {
            assert!(parse(&whole.as_bytes()[..end]).is_err(), "{}", &whole[..end]);
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let values = [
            "",
            "plain",
            "0",
            " a ",
            "<b>&\"'",
            "]]>",
            "]]>]]>&",
            "]]",
            "a]]",
            "\r\n\r",
            "<\r\n>\r",
            "中文 ]]> &amp;",
            "\t",
            "&#13;",
        ];
        let fields: Vec<_> =
            values.iter().enumerate().map(|(at, value)| (format!("f{at}"), (*value).to_owned())).collect();
        let read = parse(write(&fields).as_bytes()).unwrap();
        for (name, value) in fields {
            assert_eq!(read[&name], value);
        }
        assert_eq!(
            write(&[("a".into(), "x<".into()), ("b".into(), String::new())]),
            "<xml><a><![CDATA[x<]]></a><b></b></xml>"
        );
    }

    #[test]
    fn names_and_texts() {
        for (name, expected) in
            [("a", true), ("_a-1.B", true), ("", false), ("1a", false), ("a b", false), ("a>", false), ("中", false)]
        {
            assert_eq!(is_name(name), expected, "{name}");
        }
        assert!(can_write("a\r\n\t中") && !can_write("\0") && can_write("\u{7f}\u{85}") && !can_write("\u{ffff}"));
    }
}
