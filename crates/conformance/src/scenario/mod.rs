//! Plays scenarios: performs the operations with our crates, and compares the results.

mod interpreter; // The state of a scenario while it is played.
mod judge; // Whether each output is Go's.
mod object; // What ids stand for.
mod waits; // What our crates do not have yet.

mod act; // Operations that use objects.
mod construct; // Operations that make objects.
mod exemplar; // Operations with exemplars.
mod graphite; // Operations of promgraphite.
mod http; // Operations of promhttp.
mod middleware; // Its middleware.
mod probe; // Operations of promtest.
mod registerer; // Where collectors are registered, and the rule `freed-name`.
mod sent; // What collectors send.
mod stand_in; // Objects that only Go makes.
mod vecs; // Operations on whole vecs.

mod colons; // The rule `quoted-colon`.
mod encoding; // Every format that the corpus has.
mod gather; // What is gathered, before it is compared.
mod nan; // The rule `nan-counter`.
mod panicking; // The rule `half-collected`.

mod push; // What a Pushgateway is sent.

#[cfg(test)]
mod tests;

pub(crate) use colons::bare_colons;
pub(crate) use gather::drop_units;
pub(crate) use http::drop_created;
pub(crate) use judge::play;
pub(crate) use push::play as play_push;
