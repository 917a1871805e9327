//! RFC 6570 URI templates, level 4: parsing and expansion as pure functions of text and variables.

use std::fmt;

use super::percent::{encode, encode_reserved};

/// A variable's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Var {
    /// One text.
    Text(String),
    /// An ordered list; an empty one counts as undefined (RFC 6570, section 2.3).
    List(Vec<String>),
    /// Ordered pairs; an empty map counts as undefined.
    Map(Vec<(String, String)>),
}

/// Why a text is no template, or a template cannot be expanded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TemplateError {
    /// A `{` without its `}`.
    Unclosed,
    /// A `}` without its `{`.
    Unopened,
    /// An expression with an operator, a name or a modifier that RFC 6570 does not define.
    Expression(String),
    /// A `:n` prefix on a list or a map.
    PrefixOfComposite(String),
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unclosed => f.write_str("a `{` is not closed"),
            Self::Unopened => f.write_str("a `}` closes nothing"),
            Self::Expression(text) => write!(f, "`{{{text}}}` is not an RFC 6570 expression"),
            Self::PrefixOfComposite(name) => write!(f, "variable `{name}` is a list or map, which has no prefix"),
        }
    }
}

/// What is left of a template.
struct Parts<'a>(&'a str);

enum Part<'a> {
    Literal(&'a str),
    /// An operator, and the list of variables behind it.
    Expression(&'static Operator, &'a str),
}

struct Spec<'a> {
    name: &'a str,
    modifier: Modifier,
}

enum Modifier {
    None,
    Prefix(usize),
    Explode,
}

/// A row of the table in RFC 6570, appendix A.
#[derive(Debug)]
struct Operator {
    sign: u8,
    first: &'static str,
    separator: &'static str,
    named: bool,
    if_empty: &'static str,
    reserved: bool,
}

const fn operator(
    sign: u8,
    first: &'static str,
    separator: &'static str,
    named: bool,
    if_empty: &'static str,
) -> Operator {
    Operator { sign, first, separator, named, if_empty, reserved: matches!(sign, b'+' | b'#') }
}

static SIMPLE: Operator = operator(0, "", ",", false, "");
static OPERATORS: [Operator; 7] = [
    operator(b'+', "", ",", false, ""),
    operator(b'#', "#", ",", false, ""),
    operator(b'.', ".", ".", false, ""),
    operator(b'/', "/", "/", false, ""),
    operator(b';', ";", ";", true, ""),
    operator(b'?', "?", "&", true, "="),
    operator(b'&', "&", "&", true, "="),
];

/// Appends the expansion of a template to `out`; a variable for which `lookup` has nothing is left out, as the RFC says.
///
/// One pass, and nothing kept: on an error `out` has a part of it.
pub(crate) fn expand<'v, E: From<TemplateError>>(
    text: &str,
    lookup: impl Fn(&str) -> Result<Option<&'v Var>, E>,
    out: &mut String,
) -> Result<(), E> {
    for part in Parts(text) {
        match part? {
            Part::Literal(text) => encode_reserved(text, out),
            Part::Expression(operator, list) => {
                let mut first = true;
                for spec in list.split(',') {
                    let spec = parse_spec(spec).ok_or_else(|| operator.refused(list))?;
                    if let Some(var) = lookup(spec.name)?.filter(|var| !var.is_undefined()) {
                        out.push_str(if first { operator.first } else { operator.separator });
                        first = false;
                        operator.expand(&spec, var, out)?;
                    }
                }
            }
        }
    }
    Ok(())
}

impl<'a> Iterator for Parts<'a> {
    type Item = Result<Part<'a>, TemplateError>;

    fn next(&mut self) -> Option<Self::Item> {
        let text = std::mem::take(&mut self.0);
        let brace = text.bytes().position(|byte| matches!(byte, b'{' | b'}')).unwrap_or(text.len());
        let (literal, rest) = text.split_at(brace);
        if !literal.is_empty() {
            self.0 = rest;
            return Some(Ok(Part::Literal(literal)));
        }
        let Some(inner) = rest.strip_prefix('{') else {
            return (!rest.is_empty()).then_some(Err(TemplateError::Unopened));
        };
        let Some((expression, rest)) = inner.split_once('}') else {
            return Some(Err(TemplateError::Unclosed));
        };
        self.0 = rest;
        let sign = expression.as_bytes().first();
        Some(Ok(match OPERATORS.iter().find(|operator| Some(&operator.sign) == sign) {
            Some(operator) => Part::Expression(operator, &expression[1..]),
            None => Part::Expression(&SIMPLE, expression),
        }))
    }
}

fn parse_spec(text: &str) -> Option<Spec<'_>> {
    let (name, modifier) = if let Some(name) = text.strip_suffix('*') {
        (name, Modifier::Explode)
    } else if let Some((name, length)) = text.split_once(':') {
        let plain = (1..=4).contains(&length.len()) && length.bytes().all(|byte| byte.is_ascii_digit());
        let length = length.parse().ok().filter(|_| plain && !length.starts_with('0'))?;
        (name, Modifier::Prefix(length))
    } else {
        (text, Modifier::None)
    };
    is_name(name).then_some(Spec { name, modifier })
}

/// `varname = varchar *( ["."] varchar )`, `varchar = ALPHA / DIGIT / "_" / pct-encoded`.
fn is_name(name: &str) -> bool {
    name.split('.').all(|part| {
        let mut bytes = part.as_bytes();
        while let [first, rest @ ..] = bytes {
            bytes = match (first, rest) {
                (b'%', [high, low, rest @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => rest,
                (byte, rest) if byte.is_ascii_alphanumeric() || *byte == b'_' => rest,
                _ => return false,
            };
        }
        !part.is_empty()
    })
}

impl Operator {
    /// For a list that is none.
    fn refused(&self, list: &str) -> TemplateError {
        let sign = if self.sign == 0 { String::new() } else { char::from(self.sign).to_string() };
        TemplateError::Expression(sign + list)
    }

    fn expand(&self, spec: &Spec<'_>, var: &Var, out: &mut String) -> Result<(), TemplateError> {
        match (var, &spec.modifier) {
            (Var::Text(text), Modifier::Prefix(length)) => {
                let end = text.char_indices().nth(*length).map_or(text.len(), |(at, _)| at);
                self.pair(spec.name, &text[..end], out);
            }
            (Var::Text(text), _) => self.pair(spec.name, text, out),
            (_, Modifier::Prefix(_)) => return Err(TemplateError::PrefixOfComposite(spec.name.to_owned())),
            (Var::List(items), Modifier::Explode) => {
                separated(items, self.separator, out, |item, out| self.pair(spec.name, item, out));
            }
            (Var::Map(pairs), Modifier::Explode) => separated(pairs, self.separator, out, |(key, value), out| {
                self.encode(key, out);
                if value.is_empty() && self.named {
                    out.push_str(self.if_empty);
                } else {
                    out.push('=');
                    self.encode(value, out);
                }
            }),
            (Var::List(items), Modifier::None) => {
                self.name(spec.name, out);
                separated(items, ",", out, |item, out| self.encode(item, out));
            }
            (Var::Map(pairs), Modifier::None) => {
                self.name(spec.name, out);
                separated(pairs, ",", out, |(key, value), out| {
                    self.encode(key, out);
                    out.push(',');
                    self.encode(value, out);
                });
            }
        }
        Ok(())
    }

    fn name(&self, name: &str, out: &mut String) {
        if self.named {
            encode_reserved(name, out);
            out.push('=');
        }
    }

    fn pair(&self, name: &str, value: &str, out: &mut String) {
        if self.named && value.is_empty() {
            encode_reserved(name, out);
            out.push_str(self.if_empty);
        } else {
            self.name(name, out);
            self.encode(value, out);
        }
    }

    fn encode(&self, text: &str, out: &mut String) {
        if self.reserved { encode_reserved(text, out) } else { encode(text, out) }
    }
}

impl Var {
    /// Lists and maps without members are undefined; an empty text is not.
    fn is_undefined(&self) -> bool {
        match self {
            Self::Text(_) => false,
            Self::List(items) => items.is_empty(),
            Self::Map(pairs) => pairs.is_empty(),
        }
    }
}

fn separated<T>(items: &[T], separator: &str, out: &mut String, mut each: impl FnMut(&T, &mut String)) {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push_str(separator);
        }
        each(item, out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expand(template: &str) -> Result<String, TemplateError> {
        let text = |text: &str| Var::Text(text.to_owned());
        let vars = [
            ("no", text("a|b*微")),
            ("path", text("x/y%2Fz")),
            ("empty", text("")),
            ("list", Var::List(vec!["r d".into(), "g".into()])),
            ("map", Var::Map(vec![("k".into(), "v,".into()), ("e".into(), String::new())])),
            ("none", Var::List(vec![])),
        ];
        let mut out = String::new();
        let find = |name: &str| vars.iter().find(|(known, _)| *known == name).map(|(_, var)| var);
        super::expand(template, |name| Ok::<_, TemplateError>(find(name)), &mut out)?;
        Ok(out)
    }

    #[test]
    fn every_operator() {
        for (template, expected) in [
            ("v3/{no}/close", "v3/a%7Cb%2A%E5%BE%AE/close"),
            ("{+path}|{+no}", "x/y%2Fz%7Ca%7Cb*%E5%BE%AE"),
            ("{#path,no:1}", "#x/y%2Fz,a"),
            ("x{.list*}{/list}", "x.r%20d.g/r%20d,g"),
            ("{;no:3,empty,map}", ";no=a%7Cb;empty;map=k,v%2C,e,"),
            ("{?list*,empty,none,unknown}{&map*}", "?list=r%20d&list=g&empty=&k=v%2C&e="),
            ("{map*}", "k=v%2C,e="),
            ("{no:4}{no:9999}", "a%7Cb%2Aa%7Cb%2A%E5%BE%AE"),
            ("a b%2f%zz\"", "a%20b%2f%25zz%22"),
            ("{none}{unknown}", ""),
        ] {
            assert_eq!(expand(template).as_deref(), Ok(expected), "{template}");
        }
    }

    #[test]
    fn what_is_no_template_is_refused() {
        for template in [
            "{no",
            "no}",
            "{}",
            "{no:0}",
            "{no:01}",
            "{no:10000}",
            "{no:}",
            "{no:+1}",
            "{no:2*}",
            "{!no}",
            "{a b}",
            "{.}",
            "{a..b}",
            "{%2x}",
            "{list:1}",
            "{-out-trade-no}",
            "{no,}",
        ] {
            assert!(expand(template).is_err(), "{template}");
        }
    }

    #[test]
    fn variables_are_asked_for_in_order_until_one_is_refused() {
        let asked = std::cell::RefCell::new(Vec::new());
        let lookup = |name: &str| {
            asked.borrow_mut().push(name.to_owned());
            if name == "c" { Err(TemplateError::Unclosed) } else { Ok(None) }
        };
        assert_eq!(super::expand("v3/{a}{?b,c*,d}{e}", lookup, &mut String::new()), Err(TemplateError::Unclosed));
        assert_eq!(asked.take(), ["a", "b", "c"]);
    }
}
