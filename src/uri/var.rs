//! What `.var` takes: texts, numbers, lists and maps, as values of template variables.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value};

use super::template::Var;

/// A value for a template variable. Sealed; these are the types:
///
/// * texts: `&str`, `String`, `&String`, `Cow<str>`, `&Cow<str>`, `&&str`;
/// * integers of every size and `bool`, and references to them;
/// * [`Value`], `&Value`, `Map<String, Value>` and `&Map<String, Value>`, without lists in lists;
/// * `&[T]`, `Vec<T>`, `[T; N]` of any of the above but lists, and references to them;
/// * `BTreeMap<K, V>` and `HashMap<K, V>` of such, and references to them.
///
/// Maps expand in the order of their keys, an object in its own order.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a value for a template variable",
    note = "texts, integers, `bool`, `serde_json::Value`, and slices and maps of them are"
)]
pub trait IntoVar: sealed::Sealed {}

impl<T: sealed::Sealed> IntoVar for T {}

pub(crate) mod sealed {
    use super::Var;

    pub trait Sealed {
        #[doc(hidden)]
        fn into_var(self) -> Result<Var, &'static str>;
    }

    /// One text: what lists and maps are made of.
    pub trait Scalar {
        #[doc(hidden)]
        fn text(&self) -> Result<String, &'static str>;
    }
}

use sealed::Scalar;

/// Why a variable's value cannot be used: empty, or one that would change the path's structure.
pub(crate) fn flaw(var: &Var) -> Option<&'static str> {
    match var {
        Var::Text(text) if text.is_empty() => Some("is empty"),
        Var::Text(text) if text == "." || text == ".." => Some("is a dot segment, which changes the path"),
        Var::List(items) if items.is_empty() => Some("is an empty list"),
        Var::List(items) if items.iter().any(String::is_empty) => Some("has an empty item"),
        Var::Map(pairs) if pairs.is_empty() => Some("is an empty map"),
        _ => None,
    }
}

macro_rules! scalars {
    ($($type:ty),*) => {
        $(
            impl Scalar for $type {
                fn text(&self) -> Result<String, &'static str> {
                    Ok(self.to_string())
                }
            }

            impl sealed::Sealed for $type {
                fn into_var(self) -> Result<Var, &'static str> {
                    self.text().map(Var::Text)
                }
            }

            impl sealed::Sealed for &$type {
                fn into_var(self) -> Result<Var, &'static str> {
                    self.text().map(Var::Text)
                }
            }
        )*
    };
}

scalars!(&str, String, Cow<'_, str>, bool, i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize);

impl Scalar for Value {
    fn text(&self) -> Result<String, &'static str> {
        scalar(self)
    }
}

impl Scalar for &String {
    fn text(&self) -> Result<String, &'static str> {
        Ok((*self).clone())
    }
}

impl Scalar for &Value {
    fn text(&self) -> Result<String, &'static str> {
        scalar(self)
    }
}

impl sealed::Sealed for &Map<String, Value> {
    fn into_var(self) -> Result<Var, &'static str> {
        pairs(self.iter())
    }
}

impl sealed::Sealed for Map<String, Value> {
    fn into_var(self) -> Result<Var, &'static str> {
        (&self).into_var()
    }
}

/// A map, from its pairs.
fn pairs<'a, K: Scalar + 'a, V: Scalar + 'a>(pairs: impl Iterator<Item = (&'a K, &'a V)>) -> Result<Var, &'static str> {
    pairs.map(|(key, value)| Ok((key.text()?, value.text()?))).collect::<Result<_, _>>().map(Var::Map)
}

impl sealed::Sealed for &Value {
    fn into_var(self) -> Result<Var, &'static str> {
        match self {
            Value::Array(items) => items.iter().map(scalar).collect::<Result<_, _>>().map(Var::List),
            Value::Object(members) => members
                .iter()
                .map(|(key, value)| Ok((key.clone(), scalar(value)?)))
                .collect::<Result<_, _>>()
                .map(Var::Map),
            value => scalar(value).map(Var::Text),
        }
    }
}

impl sealed::Sealed for Value {
    fn into_var(self) -> Result<Var, &'static str> {
        (&self).into_var()
    }
}

fn scalar(value: &Value) -> Result<String, &'static str> {
    match value {
        Value::Null => Err("is null"),
        Value::String(text) => Ok(text.clone()),
        Value::Bool(_) | Value::Number(_) => Ok(value.to_string()),
        Value::Array(_) | Value::Object(_) => Err("has a list or an object inside a list or an object"),
    }
}

impl<T: Scalar> sealed::Sealed for &[T] {
    fn into_var(self) -> Result<Var, &'static str> {
        self.iter().map(Scalar::text).collect::<Result<_, _>>().map(Var::List)
    }
}

macro_rules! lists {
    ($([$($parameter:tt)*] $type:ty),*) => {
        $(impl<T: Scalar $($parameter)*> sealed::Sealed for $type {
            fn into_var(self) -> Result<Var, &'static str> {
                self.as_slice().into_var()
            }
        })*
    };
}

lists!([] Vec<T>, [] &Vec<T>, [, const N: usize] [T; N], [, const N: usize] &[T; N]);

impl<K: Scalar, V: Scalar> sealed::Sealed for &BTreeMap<K, V> {
    fn into_var(self) -> Result<Var, &'static str> {
        pairs(self.iter())
    }
}

impl<K: Scalar, V: Scalar> sealed::Sealed for BTreeMap<K, V> {
    fn into_var(self) -> Result<Var, &'static str> {
        (&self).into_var()
    }
}

impl<K: Scalar, V: Scalar, S> sealed::Sealed for &HashMap<K, V, S> {
    fn into_var(self) -> Result<Var, &'static str> {
        let mut var = pairs(self.iter())?;
        if let Var::Map(pairs) = &mut var {
            pairs.sort();
        }
        Ok(var)
    }
}

impl<K: Scalar, V: Scalar, S> sealed::Sealed for HashMap<K, V, S> {
    fn into_var(self) -> Result<Var, &'static str> {
        (&self).into_var()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sealed::Sealed as _;
    use serde_json::json;

    #[test]
    fn every_kind_of_value() {
        let text = |text: &str| Ok(Var::Text(text.to_owned()));
        assert_eq!("a".into_var(), text("a"));
        assert_eq!((&"a".to_owned()).into_var(), text("a"));
        assert_eq!(Cow::Borrowed("a").into_var(), text("a"));
        assert_eq!(i64::MIN.into_var(), text("-9223372036854775808"));
        assert_eq!(true.into_var(), text("true"));
        assert_eq!(json!(7).into_var(), text("7"));
        let list = Ok(Var::List(vec!["a".into(), "b".into()]));
        assert_eq!(["a", "b"].into_var(), list);
        assert_eq!((&["a", "b"]).into_var(), list);
        assert_eq!(["a", "b"].as_slice().into_var(), list);
        assert_eq!(vec!["a", "b"].into_var(), list);
        assert_eq!(json!(["a", "b"]).into_var(), list);
        let map = Ok(Var::Map(vec![("a".into(), "1".into()), ("b".into(), "2".into())]));
        assert_eq!(BTreeMap::from([("a", 1), ("b", 2)]).into_var(), map);
        assert_eq!(HashMap::from([("b", 2), ("a", 1)]).into_var(), map);
        assert_eq!(json!({"a": 1, "b": "2"}).into_var(), map);
        assert!(
            json!(null).into_var().is_err() && json!([null]).into_var().is_err() && json!([[1]]).into_var().is_err()
        );
    }

    #[test]
    fn flaws() {
        for value in [json!(""), json!("."), json!(".."), json!([]), json!({}), json!(["a", ""])] {
            assert!(flaw(&value.clone().into_var().unwrap()).is_some(), "{value}");
        }
        for value in [json!("..."), json!("0"), json!(["a", "."]), json!({"k": ""})] {
            assert_eq!(flaw(&value.into_var().unwrap()), None);
        }
    }
}
