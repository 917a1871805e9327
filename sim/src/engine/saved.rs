//! The world as a text: the file of `--state`.

use serde::Deserialize;
use serde_json::Value;

use super::world::{Beside, VERSION, World};

#[derive(Deserialize)]
struct Versioned {
    version: u32,
}

/// Reads a world, and what stands beside it.
///
/// # Errors
///
/// What is wrong with it: no version, another version, a member that is not known, missing or of another kind.
pub(crate) fn from_value(value: Value) -> Result<(World, Beside), String> {
    let versioned = Versioned::deserialize(&value);
    let Versioned { version } = versioned.map_err(|_| format!("member version: expected the number {VERSION}"))?;
    is_ours(version)?;
    let world = serde_json::from_value(value).map_err(|error| error.to_string())?;
    Ok(parted(world))
}

/// Reads a world, and what stands beside it, from the text of a file.
///
/// # Errors
///
/// As [`from_value`], and what is not JSON.
pub(crate) fn from_text(text: &[u8]) -> Result<(World, Beside), String> {
    // It is long, and mostly right: only of what is not ours the version is looked at on its own.
    match serde_json::from_slice::<World>(text) {
        Ok(world) => is_ours(world.version).map(|()| parted(world)),
        Err(error) => Err(why(text, &error)),
    }
}

fn why(text: &[u8], error: &serde_json::Error) -> String {
    match serde_json::from_slice::<Versioned>(text) {
        Ok(Versioned { version }) => is_ours(version).err().unwrap_or_else(|| error.to_string()),
        Err(error) if error.is_data() => format!("member version: expected the number {VERSION}"),
        Err(error) => format!("it is not JSON: {error}"),
    }
}

fn is_ours(version: u32) -> Result<(), String> {
    match version {
        VERSION => Ok(()),
        other => Err(format!("it has version {other}; this program reads version {VERSION}")),
    }
}

fn parted(mut world: World) -> (World, Beside) {
    let beside = world.take_beside();
    (world, beside)
}
