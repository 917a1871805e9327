//! The parts of a call.

/// A part of a call, which has a list of members of its own.
///
/// `Json` and `Xml` exclude each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Part {
    /// The variables of the path.
    Path,
    /// The query.
    Query,
    /// Headers of the request, besides those of every request.
    Header,
    /// A JSON body (APIv3).
    Json,
    /// An XML body (APIv2).
    Xml,
    /// A multipart body (uploads).
    Form,
    /// The answer.
    Answer,
}
