//! The floor: what one RSA-2048 signature and one verification cost here and now, by the library that the simulator signs with.

use std::fmt;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{KeyPair as _, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair};

use crate::Error;
use crate::measure::{cpu, median};

const KEY: &str = include_str!("../../../tests/fixtures/merchant_key.pem");

/// Microseconds of CPU.
#[derive(Clone, Copy, Debug)]
pub struct Floor {
    pub sign: f64,
    pub verify: f64,
}

impl Floor {
    /// Medians of several rounds.
    pub fn measure() -> Result<Self, Error> {
        const ROUNDS: usize = 15;
        let pair = RsaKeyPair::from_pkcs8(pem::parse(KEY)?.contents())?;
        let public = ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, pair.public_key().as_ref())?;
        let (message, random, mut signature) = ([7; 300], SystemRandom::new(), vec![0; pair.public_modulus_len()]);
        let (mut signing, mut verifying) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            signing.push(each(100, || Ok(pair.sign(&RSA_PKCS1_SHA256, &random, &message, &mut signature)?))?);
            verifying.push(each(1000, || Ok(public.verify_sig(&message, &signature)?))?);
        }
        Ok(Self { sign: median(signing), verify: median(verifying) })
    }

    /// What no simulator can do an order for: two signatures (an answer, a notice), one verification (a request).
    pub fn order(self) -> f64 {
        2.0 * self.sign + self.verify
    }

    /// Whether the processor is of the fast kind, for which the figures of orders per second are higher.
    pub fn is_fast(self) -> bool {
        self.sign < 400.0
    }
}

impl fmt::Display for Floor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "floor: one signature {:.0} µs, one verification {:.1} µs of CPU", self.sign, self.verify)
    }
}

/// What one of so many costs, in microseconds of this thread's CPU.
fn each(times: u32, mut work: impl FnMut() -> Result<(), Error>) -> Result<f64, Error> {
    let before = cpu();
    for _ in 0..times {
        work()?;
    }
    Ok(cpu().saturating_sub(before).as_secs_f64() * 1e6 / f64::from(times))
}
