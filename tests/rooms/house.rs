//! The plan of the house, as data: which rooms there are, who stands above whom, and what lives where.
//!
//! Every path here is the beginning of a path below `src/`: a folder with its slash, or one file.

/// The rooms and their ranks. A room imports from itself and from rooms of lower rank; two rooms of the same rank do not
/// know each other. A file belongs to the room with the longest path that fits.
pub(crate) const ROOMS: &[(&str, u8)] = &[
    ("error/", 1),
    ("crypto/", 2),
    ("keys/", 3),
    ("uri/", 4),
    ("protocol/", 5),
    ("protocol/v3/", 6),
    ("protocol/v2/", 6),
    ("protocol/gateway/", 7),
    ("request/", 7),
    ("transport/", 8),
    ("trust/", 9),
    ("exchange/", 10),
    ("chain/", 11),
    ("client/", 12),
    ("notice/", 13),
    ("files/", 13),
    ("pay_params/", 13),
    ("micropay/", 13),
    ("mock/", 14),
];

/// The file that may name everything, and that no other file imports from.
pub(crate) const FRONT_DOOR: &str = "lib.rs";

/// How many modules the front door may declare.
pub(crate) const MOST_MODULES: usize = 16;

/// The outside crates that have a home, and the files and folders that may name them.
pub(crate) const HOMES: &[(&str, &[&str])] = &[
    ("async_task", &["transport/"]),
    ("aws_lc_rs", &["crypto/"]),
    ("axum_core", &["notice/axum.rs"]),
    ("base64", &["crypto/"]),
    ("flate2", &["files/bill/lines.rs", "files/download/", "mock/"]),
    ("ghash", &["crypto/"]),
    ("http_body_util", &["transport/", "notice/axum.rs", "mock/"]),
    ("httpdate", &["error/retry.rs", "exchange/"]),
    ("hyper", &["transport/", "mock/"]),
    ("hyper_rustls", &["transport/"]),
    ("hyper_util", &["transport/", "mock/"]),
    ("md5", &["crypto/"]),
    ("once_cell", &["transport/", "chain/", "mock/"]),
    ("pem", &["crypto/"]),
    ("quick_xml", &["protocol/v2/xml.rs"]),
    ("ring", &["crypto/"]),
    ("rustls", &["transport/", "mock/tls.rs"]),
    ("sha1", &["crypto/"]),
    ("sm3", &["crypto/"]),
    ("tempfile", &["files/download/"]),
    ("tokio", &["transport/", "trust/", "exchange/", "client/", "files/download/", "mock/"]),
    ("tokio_rustls", &["mock/"]),
    ("tower", &["exchange/"]),
    ("tower_layer", &["exchange/", "client/builder_network.rs"]),
    ("tower_service", &["transport/", "exchange/", "client/builder_network.rs"]),
    ("tracing", &["exchange/trace.rs"]),
    ("webpki_roots", &["transport/"]),
    ("wechatpay_catalog", &["lib.rs", "request/known.rs", "request/one_truth.rs", "mock/"]),
    ("x509_cert", &["crypto/"]),
];

/// Functions of their arguments, which know neither clock nor network.
pub(crate) const PURE: &[&str] = &["uri/", "protocol/", "error/outcome.rs", "request/payload.rs"];

/// What the pure files never name: any path with these segments in a row.
pub(crate) const IMPURE: &[&str] =
    &["SystemTime::now", "Instant::now", "tokio", "hyper", "tower", "std::net", "std::fs", "random"];

/// The function that says an answer is genuine, and the only files that call it.
pub(crate) const PROOF: &str = "Verified::proven";
pub(crate) const PROVERS: &[&str] = &["protocol/v3/verify.rs", "protocol/v3/exempt.rs", "protocol/v2/answer.rs"];

/// A file can be read in one sitting.
pub(crate) const MOST_LINES: usize = 350;

/// Nobody asks which protocol a call belongs to under this name: each protocol has its own code.
pub(crate) const UNSAID: &str = "is_v2";

/// How often `feature = "_transport"` may stand in the whole of `src/`.
pub(crate) const MOST_TRANSPORT: usize = 45;

/// The room of a path below `src/`, and its rank.
pub(crate) fn room(path: &str) -> Option<(&'static str, u8)> {
    ROOMS.iter().filter(|(room, _)| path.starts_with(room)).max_by_key(|(room, _)| room.len()).copied()
}

/// Whether a module of the front door is a room, or holds rooms.
pub(crate) fn is_room(module: &str) -> bool {
    ROOMS.iter().any(|(room, _)| room.split('/').next() == Some(module))
}
