//! The file of `--state`: the world, and beside it what the gate and the journal remember. Everything but keys.

use std::io;

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
#[derive(Clone, Debug, Default, Deserialize)]
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

/// Writes the text of the file.
///
/// # Errors
///
/// What is wrong with where it goes; nothing in the world gives a reason to.
pub(crate) fn write(shared: &Shared, to: impl io::Write) -> io::Result<()> {
    shared.read(|world, _| {
        let file = File { world, gate: shared.desk.drawer(), calls: shared.journal.saved() };
        Ok(serde_json::to_writer(to, &file)?)
    })
}

/// Reads the text of a file.
///
/// # Errors
///
/// As [`from_text`].
pub(crate) fn read(text: &[u8]) -> Result<(World, Beside), String> {
    let (world, beside) = from_text(text)?;
    let gate = Option::deserialize(beside.gate).map_err(|error| format!("member gate: {error}"))?;
    let calls = Option::deserialize(beside.calls).map_err(|error| format!("member calls: {error}"))?;
    Ok((world, Beside { gate, calls: calls.unwrap_or_default() }))
}
