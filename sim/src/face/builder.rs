//! How a simulator is set up.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::error::Error;
use super::simulator::Simulator;
use crate::driver::Handle;
use crate::engine::clock::Clock;
use crate::engine::time::Time;
use crate::engine::world::World;
use crate::keys::ring::Keyring;
use crate::server::listener::{Listeners, Server, Unbound};
use crate::server::names;
use crate::shell::addresses::Addresses;
use crate::shell::control::env;
use crate::shell::keeper;
use crate::shell::saved::Beside;
use crate::shell::shared::{Shared, wall};
use crate::shell::start;

/// This machine, at a free port.
const LOCAL: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// A simulator before it starts.
#[derive(Clone, Debug)]
pub struct Builder {
    seed: u64,
    frozen: Option<String>,
    keys: Option<PathBuf>,
    listen: Listeners<SocketAddr>,
    state: Option<PathBuf>,
    rules: Map<String, Value>,
}

impl Default for Builder {
    fn default() -> Self {
        let listen = Listeners { http: LOCAL, tls: None, proxy: None };
        Self { seed: 1, frozen: None, keys: None, listen, state: None, rules: Map::new() }
    }
}

impl Builder {
    /// Where ids, nonces and every random choice come from; 1 if it is not given.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Lets the simulated clock stand at a time, RFC 3339, such as `2026-11-25T10:00:00+08:00`.
    pub fn frozen(mut self, now: impl Into<String>) -> Self {
        self.frozen = Some(now.into());
        self
    }

    /// Keeps keys in a folder, made if it is not there, and uses those that are there; without it they are in memory.
    pub fn keys(mut self, folder: impl Into<PathBuf>) -> Self {
        self.keys = Some(folder.into());
        self
    }

    /// Where it listens; 127.0.0.1 at a free port if it is not given.
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.listen.http = address;
        self
    }

    /// Listens for TLS too, on 127.0.0.1 at a free port, with a certificate of a CA of its own: [`Simulator::ca`].
    pub fn tls(self) -> Self {
        self.tls_at(LOCAL)
    }

    /// Listens for TLS too, at an address.
    pub fn tls_at(mut self, address: SocketAddr) -> Self {
        self.listen.tls = Some(address);
        self
    }

    /// Listens as a proxy too, on 127.0.0.1 at a free port: it leads the hosts of WeChat Pay to the simulator, by TLS, and refuses all others.
    pub fn proxy(self) -> Self {
        self.proxy_at(LOCAL)
    }

    /// Listens as a proxy too, at an address.
    pub fn proxy_at(mut self, address: SocketAddr) -> Self {
        self.listen.proxy = Some(address);
        self
    }

    /// Keeps everything but keys in a file: read at the start if it is there, written after each change and at the end.
    pub fn state(mut self, file: impl Into<PathBuf>) -> Self {
        self.state = Some(file.into());
        self
    }

    /// Changes a rule that sources do not settle, such as `close.paid`; a reset comes back to it.
    pub fn rule(mut self, id: impl Into<String>, value: impl Into<Value>) -> Self {
        self.rules.insert(id.into(), value.into());
        self
    }

    /// Starts it.
    ///
    /// # Errors
    ///
    /// A time or a rule that cannot be (`BAD_REQUEST`), a folder that cannot be used (`KEYS`), a file that is no state of this version
    /// (`STATE_FILE`), an address that is in use (`ADDRESS`, `TLS_ADDRESS`, `PROXY_ADDRESS`).
    pub fn start(self) -> Result<Simulator, Error> {
        let wall = wall();
        let clock = match &self.frozen {
            None => Clock::Wall { offset: 0 },
            Some(text) => {
                let wrong =
                    || Error::new("BAD_REQUEST", format!("frozen: {text:?} is no RFC 3339 time with an offset"));
                Clock::Frozen { now: Time::parse(text).ok_or_else(wrong)? }
            }
        };
        let keys = match &self.keys {
            None => Keyring::in_memory(wall)?,
            Some(folder) => Keyring::open(folder, wall)?,
        };
        let (world, beside) = self.world(wall, clock, &keys)?;
        let (ca, tls) = (keys.ca()?.to_string(), Arc::new(keys.tls()?));
        let (handle, works) = Handle::new();
        let shared = Arc::new(Shared::new(world, beside, keys, Box::new(handle), Box::new(())));
        let server = Server::start(Arc::clone(&shared), self.listen, tls).map_err(unbound)?;
        if let Some(runtime) = server.runtime() {
            let shared = Arc::clone(&shared);
            runtime.spawn(async move { works.run(shared, names::extensions().await, Some(ca)).await });
        }
        shared.listens(addresses(server.addresses())?);
        env::write_file(&shared)?;
        if let (Some(file), Some(runtime)) = (&self.state, server.runtime()) {
            // It is written at once: a file that cannot be is told now.
            shared.changes.note();
            keeper::write(&shared, file).map_err(|error| Error::new("STATE_FILE", error))?;
            runtime.spawn(keeper::keep(Arc::clone(&shared), file.clone()));
        }
        Ok(Simulator::new(shared, server, self.state))
    }

    /// The world of the state's file with what stands beside it, else the one of the start.
    fn world(&self, wall: Time, clock: Clock, keys: &Keyring) -> Result<(World, Beside), Error> {
        let kept = self.state.as_deref().map(keeper::read).transpose();
        if let Some(kept) = kept.map_err(|error| Error::new("STATE_FILE", error))?.flatten() {
            return Ok(kept);
        }
        let mut world = World::new(self.seed, clock, clock.now(wall));
        start::from_folder(&mut world, wall, clock.now(wall), keys.store())?;
        start::with_rules(&mut world, self.rules.clone())?;
        Ok((world, Beside::default()))
    }
}

fn addresses(bound: Listeners<SocketAddr>) -> Result<Addresses, Error> {
    let all = [Some(bound.http), bound.tls, bound.proxy];
    let is_for_others = all.into_iter().flatten().any(|address| !address.ip().is_loopback());
    Ok(Addresses {
        http: format!("http://{}", bound.http),
        tls: bound.tls.map(|address| format!("https://{address}")),
        proxy: bound.proxy.map(|address| format!("http://{address}")),
        token: is_for_others.then(token).transpose()?,
    })
}

fn unbound(Unbound { listener, error }: Unbound) -> Error {
    let code = match listener {
        "tls" => "TLS_ADDRESS",
        "proxy" => "PROXY_ADDRESS",
        _ => "ADDRESS",
    };
    Error::new(code, error.to_string())
}

/// What the controls ask for where others than this machine can reach them: 32 hexadecimal digits.
fn token() -> Result<String, Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| Error::new("IO", error.to_string()))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
