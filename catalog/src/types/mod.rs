//! Types in other languages.
