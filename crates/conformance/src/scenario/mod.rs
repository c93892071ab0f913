//! Plays scenarios: does what the operations say with our crates, and compares what comes of it.

mod act;
mod colons;
mod construct;
mod encoding;
mod exemplar;
mod gather;
mod graphite;
mod http;
mod interpreter;
mod judge;
mod middleware;
mod nan;
mod object;
mod panicking;
mod probe;
mod push;
mod registerer;
mod sent;
mod stand_in;
mod vecs;
mod waits;

#[cfg(test)]
mod tests;

pub(crate) use colons::bare_colons;
pub(crate) use http::drop_created;
pub(crate) use judge::play;
pub(crate) use push::play as play_push;
