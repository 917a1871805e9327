//! The file of `--state`: the world, and beside it what the gate and the journal remember. Everything but keys.

use serde::{Deserialize, Serialize};

use super::calls::Drawer;
use super::journal::book::Saved;
use super::shared::Shared;
use crate::engine::saved::from_text;
use crate::engine::world::World;

#[derive(Serialize)]
struct File<'a> {
    #[serde(flatten)]
    world: &'a World,
    gate: Drawer,
    calls: Saved,
}

/// What stands there beside the world; a file may be without it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Beside {
    #[serde(default)]
    pub(crate) gate: Option<Drawer>,
    #[serde(default)]
    pub(crate) calls: Saved,
}

impl Beside {
    /// Lets gate and journal remember this and nothing else.
    pub(crate) fn put(self, shared: &Shared, seed: u64) {
        shared.desk.put(self.gate.unwrap_or_else(|| Drawer::new(seed)));
        shared.journal.replace(self.calls);
    }
}

/// The text of the file.
///
/// # Errors
///
/// What serde says; nothing in it gives it a reason to.
pub(crate) fn text(shared: &Shared) -> Result<Vec<u8>, String> {
    shared.read(|world, _| {
        let file = File { world, gate: shared.desk.drawer(), calls: shared.journal.saved() };
        serde_json::to_vec(&file).map_err(|error| error.to_string())
    })
}

/// Reads the text of a file.
///
/// # Errors
///
/// As [`from_text`].
pub(crate) fn read(text: &[u8]) -> Result<(World, Beside), String> {
    let world = from_text(text)?;
    Ok((world, serde_json::from_slice(text).map_err(|error| error.to_string())?))
}
