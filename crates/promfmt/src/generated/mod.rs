//! The messages of the protobuf format, as `cargo xtask codegen` wrote them.
//!
//! The tests hold the schema to what the Go client sends; the encoder writes fields without it.

#[expect(
    clippy::doc_markdown,
    unnameable_types,
    unreachable_pub,
    reason = "the generator writes what it writes"
)]
#[path = "io.prometheus.client.rs"]
pub(crate) mod client;
pub(crate) mod scrapes; // What the Go client sent.
mod tests;
