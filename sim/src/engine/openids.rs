//! Openids: how an app knows a payer.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use super::payers::Payer;
use super::world::World;

/// The openid of a payer at an app: `o` and 27 characters of a digest of both.
pub(crate) fn openid(appid: &str, payer: &Payer) -> String {
    match &payer.known_as {
        Some((known, openid)) if known == appid => openid.clone(),
        _ => digest(appid, &payer.name),
    }
}

/// `o` and the first 27 characters of base64url(SHA-256(appid + "/" + name)).
fn digest(appid: &str, name: &str) -> String {
    let text = URL_SAFE_NO_PAD.encode(Sha256::digest(format!("{appid}/{name}")));
    format!("o{}", text.get(..27).unwrap_or(&text))
}

/// Whose an openid is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// This payer's, at this app.
    Payer(String),
    /// Somebody's, at another app.
    ElsewhereOnly,
    Nobody,
}

/// Whose openid this is at an app.
pub(crate) fn owner(world: &World, appid: &str, openid: &str) -> Owner {
    // Who came as an openid that nobody had is called by it.
    if let Some(payer) = world.payers.get(openid) {
        let known = payer.known_as.as_ref().is_some_and(|(known, _)| known == appid);
        return if known { Owner::Payer(payer.name.clone()) } else { Owner::ElsewhereOnly };
    }
    // The others, of whom there may be many, are known at one app alone, by the name that was not found.
    let named: Vec<_> = world.payers.values().filter(|payer| payer.known_as.is_none()).collect();
    if let Some(payer) = named.iter().find(|payer| digest(appid, &payer.name) == openid) {
        return Owner::Payer(payer.name.clone());
    }
    let apps = world.merchants.values().flat_map(|merchant| &merchant.appids);
    let mut others = apps.filter(|app| app.appid != appid);
    let elsewhere = others.any(|app| named.iter().any(|payer| digest(&app.appid, &payer.name) == openid));
    match elsewhere {
        true => Owner::ElsewhereOnly,
        false => Owner::Nobody,
    }
}

/// The payer of an openid at an app; one that nobody has becomes a payer of its own.
pub(crate) fn take_in(world: &mut World, now: super::time::Time, appid: &str, openid: &str) -> Option<String> {
    match owner(world, appid, openid) {
        Owner::Payer(name) => Some(name),
        Owner::ElsewhereOnly => None,
        Owner::Nobody => {
            let payer = Payer {
                name: openid.to_owned(),
                real_name: String::new(),
                closed: false,
                known_as: Some((appid.to_owned(), openid.to_owned())),
            };
            world.payers.insert(openid.to_owned(), payer);
            world.fill_wallet(now, openid);
            Some(openid.to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::testing::{NOW, world};

    #[test]
    fn openids_are_of_app_and_payer() {
        let mut world = world();
        let alice = openid("wx0000000000000001", &world.payers["alice"]);
        assert!(alice.len() == 28 && alice.starts_with('o'), "{alice}");
        assert_eq!(owner(&world, "wx0000000000000001", &alice), Owner::Payer("alice".into()));
        assert_eq!(owner(&world, "wx0000000000000002", &alice), Owner::ElsewhereOnly);
        assert_eq!(owner(&world, "wx0000000000000001", "oStranger"), Owner::Nobody);
        assert_eq!(take_in(&mut world, NOW, "wx0000000000000001", "oStranger").as_deref(), Some("oStranger"));
        assert_eq!(owner(&world, "wx0000000000000001", "oStranger"), Owner::Payer("oStranger".into()));
        assert_eq!(owner(&world, "wx0000000000000003", "oStranger"), Owner::ElsewhereOnly);
    }
}
