//! What the key folder says of the world at the start: `settings.json`, `rules.json`, `merchants.json`, each as the controls take them.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::engine::control::request::{ControlError, ControlRequest};
use crate::engine::control::rules::check;
use crate::engine::control::table::control;
use crate::engine::time::Time;
use crate::engine::world::World;
use crate::keys::KeyError;
use crate::keys::store::Store;

/// Changes a new world as the files say; a reset comes back to it.
///
/// # Errors
///
/// Names the file, and what in it is wrong.
pub(crate) fn from_folder(world: &mut World, wall: Time, now: Time, store: &Store) -> Result<(), KeyError> {
    let mut ask = |file: &str, method: &'static str, path: &str, body: Value| {
        let (query, base) = (BTreeMap::new(), String::new());
        let request = ControlRequest { method, path: path.to_owned(), query, body, base, wall };
        control(world, now, &request).map_err(|error| KeyError::new(format!("{file}: {}", error.message)))
    };
    for (file, path) in [("settings.json", "settings"), ("rules.json", "rules")] {
        if let Some(body) = read(store, file)? {
            ask(file, "PATCH", path, body)?;
        }
    }
    let mut added = Vec::new();
    if let Some(merchants) = read(store, "merchants.json")? {
        let list = merchants.as_array().ok_or_else(|| KeyError::new("merchants.json: expected a list of merchants"))?;
        for merchant in list {
            let made = ask("merchants.json", "POST", "merchants", merchant.clone())?;
            added.extend(made["mchid"].as_str().map(str::to_owned));
        }
    }
    let added = added.iter().filter_map(|mchid| world.merchants.get(mchid).cloned()).collect();
    (world.start.settings, world.start.rules) = (world.settings.clone(), world.rules.clone());
    world.start.merchants = added;
    // Nobody looks on yet.
    world.take_effects();
    Ok(())
}

/// Changes rules of a new world; a reset comes back to them.
///
/// # Errors
///
/// Names a rule that there is not, or that cannot have its value.
pub(crate) fn with_rules(world: &mut World, rules: Map<String, Value>) -> Result<(), ControlError> {
    rules.iter().try_for_each(|(id, value)| check(id, value))?;
    for (id, value) in rules {
        world.rules.set(&id, Some(value).filter(|value| !value.is_null()));
    }
    world.start.rules = world.rules.clone();
    Ok(())
}

fn read(store: &Store, file: &str) -> Result<Option<Value>, KeyError> {
    let text = store.read(file)?;
    let value = text.map(|text| serde_json::from_str(&text)).transpose();
    value.map_err(|error| KeyError::new(format!("{file}: no JSON: {error}")))
}
