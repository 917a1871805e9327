//! Fields, and lists of them.

use std::fmt;

use crate::kinds::{Encryption, Kind, Required, Text};
use crate::packed::bytes::narrow;
use crate::packed::tables;

/// A member of a request, an answer or a notification.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Field(u16);

impl Field {
    /// Its name. `$n` and `$m` in it stand for digits: `coupon_fee_$n` is `coupon_fee_0`, `coupon_fee_1` and so on.
    pub fn name(self) -> &'static str {
        tables::string(self.name_number())
    }

    /// Its type; of each item when it is a list.
    pub fn kind(self) -> Kind {
        match tables::flags(self.place(), 0, 3) {
            0 => Kind::String,
            1 => Kind::Integer,
            2 => Kind::Number,
            3 => Kind::Boolean,
            _ => Kind::Object,
        }
    }

    /// Whether it is a list.
    pub fn is_list(self) -> bool {
        tables::flags(self.place(), 3, 1) == 1
    }

    /// Whether it must be there.
    pub fn required(self) -> Required {
        match tables::flags(self.place(), 4, 2) {
            0 => Required::No,
            1 => Required::Yes,
            _ => Required::IfEncrypted,
        }
    }

    /// The values it can have, as texts, for numbers too; none: any.
    pub fn values(self) -> impl ExactSizeIterator<Item = &'static str> {
        let (first, end) = tables::values(self.place());
        (first..end).map(tables::value)
    }

    /// Whether the list of values is not complete: a value outside it is no fault.
    pub fn is_open(self) -> bool {
        tables::flags(self.place(), 12, 1) == 1
    }

    /// By which key it is encrypted.
    pub fn encryption(self) -> Option<Encryption> {
        match tables::flags(self.place(), 6, 3) {
            1 => Some(Encryption::Platform),
            2 => Some(Encryption::Bank),
            3 => Some(Encryption::AesGcm),
            4 => Some(Encryption::AesEcb),
            _ => None,
        }
    }

    /// Its least length in characters, of the plain text.
    pub fn min_len(self) -> Option<usize> {
        self.lengths().0
    }

    /// Its greatest length in characters, of the plain text.
    pub fn max_len(self) -> Option<usize> {
        self.lengths().1
    }

    /// What the string holds that is more than a string.
    pub fn text(self) -> Option<Text> {
        match tables::flags(self.place(), 9, 3) {
            1 => Some(Text::Object),
            2 => Some(Text::Objects),
            3 => Some(Text::Strings),
            4 => Some(Text::AnyJson),
            5 => Some(Text::Pairs),
            _ => None,
        }
    }

    /// The members of the object, of an item of the list, or of what the text holds.
    pub fn fields(self) -> Fields {
        Fields::listed(tables::members(self.place()))
    }

    /// Whether another field of the list has its name.
    pub(crate) fn has_twin(self) -> bool {
        tables::flags(self.place(), 15, 1) == 1
    }

    /// The number of its name among the strings.
    pub(crate) fn name_number(self) -> usize {
        tables::name(self.place())
    }

    fn lengths(self) -> (Option<usize>, Option<usize>) {
        match tables::flags(self.place(), 13, 1) {
            1 => tables::lengths(self.place()),
            _ => (None, None),
        }
    }

    fn place(self) -> usize {
        usize::from(self.0)
    }
}

impl fmt::Debug for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut all = f.debug_struct("Field");
        all.field("name", &self.name()).field("kind", &self.kind()).field("is_list", &self.is_list());
        all.field("required", &self.required()).finish_non_exhaustive()
    }
}

/// A list of fields in the order of the page; empty where the page lists nothing.
///
/// Two fields of one name are alternatives: a value is right if it fits one of them.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fields {
    first: u16,
    end: u16,
}

impl Fields {
    /// The list of a number.
    pub(crate) fn listed(number: usize) -> Self {
        let (first, end) = tables::list(number);
        Self { first: narrow(first), end: narrow(end) }
    }

    /// The fields, one by one.
    pub fn iter(self) -> FieldsIter {
        FieldsIter(self.first..self.end)
    }

    /// How many there are.
    pub fn len(self) -> usize {
        usize::from(self.end.saturating_sub(self.first))
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The field of a name: the first alternative. `coupon_fee_0` finds `coupon_fee_$n`.
    pub fn get(self, name: &str) -> Option<Field> {
        self.named(name).next()
    }

    /// All alternatives of a name; without one of exactly this name, those whose digits fit it.
    pub(crate) fn named(self, name: &str) -> impl Iterator<Item = Field> {
        let exact = self.iter().any(|field| field.name() == name);
        self.iter().filter(move |field| if exact { field.name() == name } else { fits(field.name(), name) })
    }
}

impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl IntoIterator for Fields {
    type Item = Field;
    type IntoIter = FieldsIter;

    fn into_iter(self) -> FieldsIter {
        self.iter()
    }
}

impl IntoIterator for &Fields {
    type Item = Field;
    type IntoIter = FieldsIter;

    fn into_iter(self) -> FieldsIter {
        self.iter()
    }
}

/// The fields of a list, one by one.
#[derive(Clone, Debug)]
pub struct FieldsIter(std::ops::Range<u16>);

impl Iterator for FieldsIter {
    type Item = Field;

    fn next(&mut self) -> Option<Field> {
        self.0.next().map(Field)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl DoubleEndedIterator for FieldsIter {
    fn next_back(&mut self) -> Option<Field> {
        self.0.next_back().map(Field)
    }
}

impl ExactSizeIterator for FieldsIter {}

/// Whether a name with `$n` or `$m` in it is this one with digits there.
pub(crate) fn fits(pattern: &str, name: &str) -> bool {
    let Some(at) = pattern.find('$') else { return pattern == name };
    let Some(rest) = name.strip_prefix(&pattern[..at]) else { return false };
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let after = pattern.get(at + 2..).unwrap_or("");
    digits > 0 && fits(after, &rest[digits..])
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn digits_stand_for_each_dollar() {
        let right = [("a_$n", "a_0"), ("a_$n", "a_12"), ("a_$n_$m", "a_0_17"), ("a", "a")];
        assert!(right.iter().all(|(pattern, name)| fits(pattern, name)));
        let wrong =
            [("a_$n", "a_"), ("a_$n", "a_x"), ("a_$n", "a_1x"), ("a_$n_$m", "a_0"), ("a_$n", "b_1"), ("a", "b")];
        assert!(!wrong.iter().any(|(pattern, name)| fits(pattern, name)));
    }
}
