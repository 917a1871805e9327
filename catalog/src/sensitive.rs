//! Which members are encrypted with the platform's key.

use std::fmt;

use crate::find::lookup;
use crate::packed::paths::SENSITIVE;
use crate::packed::{paths, sensitive};
use crate::part::Part;

/// A member that goes over the wire encrypted with the platform's key.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct EncryptedField(u16);

impl EncryptedField {
    /// Where it is: [`Part::Query`] or [`Part::Json`].
    pub fn part(self) -> Part {
        if sensitive::in_query(usize::from(self.0)) { Part::Query } else { Part::Json }
    }

    /// Its JSON pointer (RFC 6901) there; `*` stands for every item of a list.
    ///
    /// A list of encrypted strings ends in `/*`.
    pub fn pointer(self) -> &'static str {
        sensitive::pointer(usize::from(self.0))
    }
}

impl fmt::Debug for EncryptedField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EncryptedField").field("part", &self.part()).field("pointer", &self.pointer()).finish()
    }
}

/// The members of a request that are encrypted with the platform's key.
///
/// `method` in upper case, `path` a template or a filled-in path, by the rules of the crate's documentation. There are none for an operation
/// of APIv2, and none where the catalogue does not know verb and path together.
///
/// ```
/// use wechatpay_catalog::{Part, encrypted};
///
/// let all: Vec<_> = encrypted("POST", "/v3/profitsharing/receivers/add").collect();
/// assert_eq!(all.len(), 1);
/// assert_eq!((all[0].part(), all[0].pointer()), (Part::Json, "/name"));
/// ```
pub fn encrypted(method: impl AsRef<str>, path: &str) -> impl Iterator<Item = EncryptedField> {
    members(method.as_ref(), path)
}

fn members(method: &str, path: &str) -> std::iter::Map<std::ops::Range<usize>, fn(usize) -> EncryptedField> {
    let operation = lookup::verb(method).and_then(|verb| lookup::operation(&SENSITIVE, path, verb));
    let (first, end) = operation.map_or((0, 0), sensitive::members);
    let field: fn(usize) -> EncryptedField = |member| EncryptedField(crate::packed::bytes::narrow(member));
    (first..end).map(field)
}

/// Whether the catalogue knows a verb and a path together.
///
/// With the feature `data` this is `operation(method, path).is_some()`.
///
/// ```
/// use wechatpay_catalog::is_known;
///
/// assert!(is_known("GET", "/v3/pay/transactions/id/4200001234?mchid=1900000001"));
/// assert!(!is_known("DELETE", "/v3/pay/transactions/id/4200001234"));
/// ```
pub fn is_known(method: impl AsRef<str>, path: &str) -> bool {
    known(method.as_ref(), path)
}

fn known(method: &str, path: &str) -> bool {
    lookup::verb(method).is_some_and(|verb| lookup::operation(&paths::ALL, path, verb).is_some())
}
