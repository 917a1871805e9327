//! A text with holes: how it is read, how a sentence is laid over it, how another one is filled.

/// An English template and the Chinese one.
pub(super) type Pair = (&'static str, &'static str);

/// A piece of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Text(&'static str),
    Hole(Hole),
}

impl Piece {
    pub(super) fn hole(&self) -> Option<Hole> {
        match self {
            Self::Hole(hole) => Some(*hole),
            Self::Text(_) => None,
        }
    }

    pub(super) fn hole_mut(&mut self) -> Option<&mut Hole> {
        match self {
            Self::Hole(hole) => Some(hole),
            Self::Text(_) => None,
        }
    }
}

/// A hole, as `format!` writes it, with a mark before its name that says what stands in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hole {
    /// Its name; of one without a name its number among those.
    pub(super) name: Name,
    /// What stands in it was printed by `Debug`: a text is in quotes.
    pub(super) debug: bool,
    pub(super) holds: Holds,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    /// No mark: whatever it is, it is kept as it is.
    Value,
    /// `=`: a name, which is kept.
    Name,
    /// `~`: a text of ours, or of somebody who is not known here.
    Text,
    /// `+`: a text of ours or a name.
    TextOrName,
    /// `!`: a text of ours that says something of what stands before it.
    Known,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Name {
    Word(&'static str),
    Number(usize),
}

/// The pieces of a template. A brace that begins no hole is a brace, so texts that are no templates can be read too.
pub(super) fn pieces(template: &'static str) -> Vec<Piece> {
    let (mut pieces, mut rest, mut number) = (Vec::new(), template, 0);
    while let Some(at) = rest.find(['{', '}']) {
        let (before, brace) = rest.split_at(at);
        push(&mut pieces, before);
        if brace.starts_with("{{") || brace.starts_with("}}") {
            push(&mut pieces, &brace[..1]);
            rest = &brace[2..];
        } else if let Some((hole, length)) = hole(brace, &mut number) {
            pieces.push(Piece::Hole(hole));
            rest = &brace[length..];
        } else {
            push(&mut pieces, &brace[..1]);
            rest = &brace[1..];
        }
    }
    push(&mut pieces, rest);
    pieces
}

fn push(pieces: &mut Vec<Piece>, text: &'static str) {
    if !text.is_empty() {
        pieces.push(Piece::Text(text));
    }
}

/// The hole at the start of a text, and its length.
fn hole(text: &'static str, number: &mut usize) -> Option<(Hole, usize)> {
    let inner = text.strip_prefix('{')?.split_once('}')?.0;
    let (name, how) = inner.split_once(':').unwrap_or((inner, ""));
    let marks = [('=', Holds::Name), ('~', Holds::Text), ('+', Holds::TextOrName), ('!', Holds::Known)];
    let marked = marks.into_iter().find_map(|(mark, holds)| Some((name.strip_prefix(mark)?, holds)));
    let (name, holds) = marked.unwrap_or((name, Holds::Value));
    let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let is_how = how.bytes().all(|byte| matches!(byte, b'?' | b'.' | b'0'..=b'9'));
    if !is_name || !is_how || inner.ends_with(':') {
        return None;
    }
    let name = match name.parse() {
        Ok(number) => Name::Number(number),
        Err(_) if name.is_empty() => {
            *number += 1;
            Name::Number(*number - 1)
        }
        Err(_) => Name::Word(name),
    };
    Some((Hole { name, debug: how.ends_with('?'), holds }, inner.len() + 2))
}

/// Whether a text can be one of the template's at all; cheaper than to lay it over.
pub(super) fn may_be(pieces: &[Piece], text: &str) -> bool {
    let begins = match pieces.first() {
        Some(Piece::Text(start)) => text.starts_with(start),
        _ => true,
    };
    begins
        && match pieces.last() {
            Some(Piece::Text(end)) => text.ends_with(end),
            _ => true,
        }
}

/// Lays a text over a template in every way it fits; `visit` sees what stands in the holes, and says whether to go on.
///
/// What is in quotes or back-ticks is whole: nothing within is taken for the template's own.
pub(super) fn lay<'t>(
    pieces: &[Piece],
    text: &'t str,
    held: &mut Vec<&'t str>,
    visit: &mut dyn FnMut(&[&'t str]) -> bool,
) -> bool {
    let Some((piece, rest)) = pieces.split_first() else { return !text.is_empty() || visit(held) };
    let hole = match piece {
        Piece::Text(literal) => {
            let Some(text) = text.strip_prefix(literal) else { return true };
            return match (rest, text.find('`').filter(|_| literal.ends_with('`'))) {
                ([Piece::Hole(hole), Piece::Text(next), ..], Some(end)) if next.starts_with('`') => {
                    fill(*hole, &rest[1..], text, end, held, visit)
                }
                _ => lay(rest, text, held, visit),
            };
        }
        Piece::Hole(hole) => *hole,
    };
    let mut fill = |end: usize| fill(hole, rest, text, end, held, visit);
    match (quoted(text).filter(|_| hole.debug), rest.first()) {
        (Some(end), _) => fill(end),
        (None, None) => fill(text.len()),
        (None, Some(Piece::Text(next))) => text.match_indices(next).all(|(end, _)| fill(end)),
        // The second of two holes side by side holds what goes on: nothing, or a text that begins with a blank or a semicolon.
        (None, Some(Piece::Hole(_))) => {
            let semicolons = text.match_indices("; ").map(|(end, _)| end);
            text.find(' ').into_iter().chain(semicolons).chain([text.len()]).all(fill)
        }
    }
}

/// Puts so much of a text into a hole, and lays the rest over the pieces behind it.
fn fill<'t>(
    hole: Hole,
    behind: &[Piece],
    text: &'t str,
    end: usize,
    held: &mut Vec<&'t str>,
    visit: &mut dyn FnMut(&[&'t str]) -> bool,
) -> bool {
    if hole.holds == Holds::Name && !is_name(&text[..end]) {
        return true;
    }
    held.push(&text[..end]);
    let go_on = lay(behind, &text[end..], held, visit);
    held.pop();
    go_on
}

/// Whether a text is no sentence but a name: a word, a text in quotes, a path.
pub(super) fn is_name(text: &str) -> bool {
    let is_enclosed = |c| text.len() > 1 && text.starts_with(c) && text.ends_with(c);
    !text.is_empty() && !text.contains(char::is_whitespace)
        || is_enclosed('"')
        || is_enclosed('`')
        || text.starts_with(['/', '~', '.'])
}

/// The length of the text in quotes that a text begins with, as `Debug` prints it.
fn quoted(text: &str) -> Option<usize> {
    let mut escaped = false;
    let end = text.strip_prefix('"')?.find(|c| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    })?;
    Some(end + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(name: &'static str, debug: bool, holds: Holds) -> Piece {
        Piece::Hole(Hole { name: Name::Word(name), debug, holds })
    }

    fn number(number: usize) -> Piece {
        Piece::Hole(Hole { name: Name::Number(number), debug: false, holds: Holds::Value })
    }

    #[test]
    fn holes_are_told_from_braces() {
        let text = Piece::Text;
        assert_eq!(
            pieces("{a} is {b:?}"),
            [word("a", false, Holds::Value), text(" is "), word("b", true, Holds::Value)]
        );
        assert_eq!(pieces("{}{~why}{}"), [number(0), word("why", false, Holds::Text), number(1)]);
        assert_eq!(pieces("{1}, {:.32?}").len(), 3);
        assert_eq!(pieces("`{{{t}}}`"), [text("`"), text("{"), word("t", false, Holds::Value), text("}"), text("`")]);
        for plain in ["a `{` is not closed", "a `}` closes", "`{'a': 1}` or `{a=1}`", "{a:}"] {
            assert!(pieces(plain).iter().all(|piece| matches!(piece, Piece::Text(_))), "{plain}");
        }
    }

    fn all<'t>(template: &'static str, text: &'t str) -> Vec<Vec<&'t str>> {
        let mut found = Vec::new();
        lay(&pieces(template), text, &mut Vec::new(), &mut |held| {
            found.push(held.to_vec());
            true
        });
        found
    }

    #[test]
    fn a_text_is_laid_over_in_every_way_it_fits() {
        assert_eq!(all("{a}: {b}", "x: y: z"), [["x", "y: z"], ["x: y", "z"]]);
        assert_eq!(all("{a:?}: {b}", r#""x: \": y": z"#), [[r#""x: \": y""#, "z"]]);
        assert_eq!(all("`{a}` {b}", "`x` `y` z"), [["x", "`y` z"]]);
        assert_eq!(all("key {a}{b}", "key x; y"), [["x;", " y"], ["x", "; y"], ["x; y", ""]]);
        assert_eq!(all("after {n}{m} bytes", "after 1 of 2 bytes"), [["1", " of 2"]]);
        assert!(all("it is {a}", "it was x").is_empty());
        assert!(!may_be(&pieces("it is {a}"), "it was x") && !may_be(&pieces("{a} is"), "x was"));
    }
}
