//! How often a call is tried, and how long is waited in between: pure functions of the policy, the failure and a random number.

use std::time::Duration;

/// The longest wait after the first failure, doubled with each further one.
const BASE: Duration = Duration::from_millis(300);

/// No wait is longer, unless the gateway asks for it.
const MAX: Duration = Duration::from_secs(5);

/// A gateway that says "too often" is left alone for longer.
const SLOWER: u32 = 3;

/// How often a call is tried, and how long is waited between attempts.
///
/// Only what cannot do harm and may help is tried again ([`Error::is_retryable`](crate::Error::is_retryable)): a write whose outcome is unknown
/// only if it is marked [`idempotent`](crate::Chain::idempotent). Each attempt is signed anew, with the same bytes; all of them share one
/// deadline. The default is three attempts for reads and idempotent writes, one for other writes.
///
/// The wait before each further attempt is random between nothing and a limit that doubles (full jitter), three times as long
/// after "too often" (429), and what the gateway says in `Retry-After` where it does; a wait beyond the deadline ends the call at once.
///
#[cfg_attr(feature = "mock", doc = "```")]
#[cfg_attr(not(feature = "mock"), doc = "```ignore")]
/// use std::time::Duration;
/// use wechatpay_chain::Retry;
/// # let gateway = wechatpay_chain::mock::Server::start()?;
/// # gateway.on(wechatpay_chain::Method::GET, "v3/certificates").fault(wechatpay_chain::mock::Fault::Reset).times(4);
/// # gateway.on(wechatpay_chain::Method::GET, "v3/certificates").reply(wechatpay_chain::json!({"data": []}));
///
/// let wxpay = gateway.builder().retry(Retry::attempts(5).base(Duration::from_millis(10))).build()?;
/// let response = wxpay.chain("v3/certificates").get()?;
/// assert_eq!(response.attempts().len(), 5);
/// # Ok::<(), wechatpay_chain::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    attempts: u32,
    base: Duration,
    max: Duration,
}

impl Retry {
    /// One attempt.
    pub fn none() -> Self {
        Self::attempts(1)
    }

    /// So many attempts at most, the first included; none is one.
    pub fn attempts(attempts: u32) -> Self {
        Self { attempts: attempts.max(1), base: BASE, max: MAX }
    }

    /// The longest wait after the first failure; it doubles with each further one. The default is 300 milliseconds.
    pub fn base(mut self, base: Duration) -> Self {
        self.base = base;
        self
    }

    /// The longest wait after any failure; the default is 5 seconds.
    pub fn max(mut self, max: Duration) -> Self {
        self.max = max;
        self
    }

    /// What is done unless something else was said.
    pub(crate) fn default_for(repeatable: bool) -> Self {
        if repeatable { Self::attempts(3) } else { Self::none() }
    }

    /// Whether there may be a second attempt.
    pub(crate) fn is_more_than_one(&self) -> bool {
        self.attempts > 1
    }

    /// How long to wait after `failures` failures; `None` when there have been enough. `random` is between 0 and 1.
    pub(crate) fn wait(
        &self,
        failures: u32,
        too_often: bool,
        asked: Option<Duration>,
        random: f64,
    ) -> Option<Duration> {
        if failures >= self.attempts {
            return None;
        }
        let doubled = self.base.saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1)));
        let limit = doubled.saturating_mul(if too_often { SLOWER } else { 1 }).min(self.max);
        let jittered = || Duration::try_from_secs_f64(limit.as_secs_f64() * random.clamp(0.0, 1.0)).unwrap_or(limit);
        Some(asked.unwrap_or_else(jittered))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_limit_and_end() {
        let retry = Retry::attempts(6).base(Duration::from_millis(100)).max(Duration::from_millis(500));
        let waits: Vec<_> =
            (1..7).map(|failures| retry.wait(failures, false, None, 1.0).map(|wait| wait.as_millis())).collect();
        assert_eq!(waits, [Some(100), Some(200), Some(400), Some(500), Some(500), None]);
        assert_eq!(retry.wait(1, false, None, 0.0), Some(Duration::ZERO));
        assert_eq!(retry.wait(1, false, None, 0.25), Some(Duration::from_millis(25)));
        assert_eq!(retry.wait(1, true, None, 1.0), Some(Duration::from_millis(300)));
        assert_eq!(retry.wait(1, true, Some(Duration::from_secs(9)), 0.5), Some(Duration::from_secs(9)));
        assert_eq!(Retry::none().wait(1, false, Some(Duration::ZERO), 1.0), None);
        assert_eq!(Retry::attempts(0), Retry::none());
        assert_eq!(Retry::attempts(u32::MAX).wait(u32::MAX - 1, true, None, 1.0), Some(MAX));
    }

    #[test]
    fn the_default_waits_of_three_attempts_are_short() {
        for too_often in [false, true] {
            let sum: Duration =
                (1..3).filter_map(|failures| Retry::default_for(true).wait(failures, too_often, None, 1.0)).sum();
            assert!(sum < Duration::from_secs(3), "{sum:?}");
        }
        assert_eq!(Retry::default_for(false), Retry::none());
    }
}
