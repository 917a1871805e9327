//! The terminals: every HTTP verb, blocking and asynchronous.

use http::Method;

use super::chain::Chain;
#[cfg(feature = "sync")]
use crate::error::Result;
use crate::exchange::pending::Pending;
#[cfg(feature = "sync")]
use crate::exchange::response::Response;
use crate::request::payload::IntoPayload;
use crate::request::payload::Source;
use crate::request::prepare::prepare;

/// Writes a verb and its asynchronous twin, with and without a payload.
macro_rules! verbs {
    ($($sync:ident $async:ident $method:ident $(($payload:ident))?;)*) => {
        $(
            #[doc = concat!("Sends `", stringify!($method), "` and waits for the verified answer.")]
            ///
            /// May be called anywhere, inside a tokio runtime too: it blocks the thread, it never panics.
            ///
            /// # Errors
            ///
            /// Any [`ErrorKind`](crate::ErrorKind) of a call; ask the error whether the
            /// [outcome is unknown](crate::Error::outcome_unknown).
            #[cfg(feature = "sync")]
            #[cfg_attr(docsrs, doc(cfg(feature = "sync")))]
            pub fn $sync(&self $(, $payload: impl IntoPayload)?) -> Result<Response> {
                self.pending(Method::$method, verbs!(source $($payload)?)).wait()
            }

            #[doc = concat!("Sends `", stringify!($method), "`; the future gives the verified answer.")]
            ///
            /// Nothing happens before its first poll. Spawn calls that move money: see [`Pending`].
            ///
            /// # Errors
            ///
            /// Any [`ErrorKind`](crate::ErrorKind) of a call; ask the error whether the
            /// [outcome is unknown](crate::Error::outcome_unknown).
            #[cfg(feature = "async")]
            #[cfg_attr(docsrs, doc(cfg(feature = "async")))]
            pub fn $async(&self $(, $payload: impl IntoPayload)?) -> Pending {
                self.pending(Method::$method, verbs!(source $($payload)?))
            }
        )*
    };
    (source) => { Source::Empty };
    (source $payload:ident) => { $payload.into_source() };
}

impl Chain {
    verbs! {
        get get_async GET;
        delete delete_async DELETE;
        post post_async POST (payload);
        put put_async PUT (payload);
        patch patch_async PATCH (payload);
    }

    /// Sends any verb with any payload, such as a `DELETE` with JSON, and waits for the verified answer.
    ///
    /// # Errors
    ///
    /// Any [`ErrorKind`](crate::ErrorKind) of a call.
    #[cfg(feature = "sync")]
    #[cfg_attr(docsrs, doc(cfg(feature = "sync")))]
    pub fn send(&self, method: Method, payload: impl IntoPayload) -> Result<Response> {
        self.pending(method, payload.into_source()).wait()
    }

    /// Sends any verb with any payload; the future gives the verified answer.
    ///
    /// # Errors
    ///
    /// Any [`ErrorKind`](crate::ErrorKind) of a call.
    #[cfg(feature = "async")]
    #[cfg_attr(docsrs, doc(cfg(feature = "async")))]
    pub fn send_async(&self, method: Method, payload: impl IntoPayload) -> Pending {
        self.pending(method, payload.into_source())
    }

    pub(crate) fn pending(&self, method: Method, source: Source<'_>) -> Pending {
        let engine = std::sync::Arc::clone(self.engine());
        let drive = engine.sender.hyper.drive().clone();
        match prepare(&engine.merchant, self.description(), method, source) {
            Ok(prepared) => Pending::new(drive, crate::exchange::call::execute(engine, prepared)),
            Err(error) => Pending::new(drive, std::future::ready(Err(error))),
        }
    }
}
