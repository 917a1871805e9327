//! The world as a text: the file of `--state`.

use serde::Deserialize;
use serde_json::Value;

use super::world::{VERSION, World};

#[derive(Deserialize)]
struct Versioned {
    version: u32,
}

/// Reads a world.
///
/// # Errors
///
/// What is wrong with it: no version, another version, a member that is not known, missing or of another kind.
pub(crate) fn from_value(value: Value) -> Result<World, String> {
    let versioned = Versioned::deserialize(&value);
    let Versioned { version } = versioned.map_err(|_| format!("member version: expected the number {VERSION}"))?;
    if version != VERSION {
        return Err(format!("it has version {version}; this program reads version {VERSION}"));
    }
    serde_json::from_value(value).map_err(|error| error.to_string())
}

/// Reads a world from the text of a file.
///
/// # Errors
///
/// As [`from_value`], and what is not JSON.
pub(crate) fn from_text(text: &[u8]) -> Result<World, String> {
    // Two passes over the text cost less memory than a tree of all its values.
    let versioned = serde_json::from_slice::<Versioned>(text);
    match versioned {
        Ok(Versioned { version }) if version == VERSION => {
            serde_json::from_slice(text).map_err(|error| error.to_string())
        }
        Ok(Versioned { version }) => Err(format!("it has version {version}; this program reads version {VERSION}")),
        Err(error) if error.is_data() => Err(format!("member version: expected the number {VERSION}")),
        Err(error) => Err(format!("it is not JSON: {error}")),
    }
}
