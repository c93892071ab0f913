//! Plays scenarios: performs the operations with our crates, and compares the results.

mod interpreter; // The interpreter of scenarios.
mod judge; // Compares each output with Go's.
mod object; // The objects of a scenario.
mod waits; // Options and outputs that our crates do not support yet.

mod act; // Operations that use objects.
mod construct; // Operations that make objects.
mod exemplar; // Operations with exemplars.
mod graphite; // Operations of promgraphite.
mod http; // Operations of promhttp.
mod middleware; // Its middleware.
mod probe; // Operations of promtest.
mod registerer; // Registerers, and the rule `freed-name`.
mod sent; // Metrics that collectors send.
mod stand_in; // Stand-ins for objects that our constructors refuse.
mod vecs; // Operations on whole vecs.

mod colons; // The rule `quoted-colon`.
mod encoding; // Encodes gathered metrics in all the ways of the corpus.
mod gather; // Adjusts gathered metrics before they are compared.
mod nan; // The rule `nan-counter`.
mod panicking; // The rule `half-collected`.

mod push; // Pushes to a Pushgateway.

#[cfg(test)]
mod tests;

pub(crate) use colons::bare_colons;
pub(crate) use gather::drop_units;
pub(crate) use http::drop_created;
pub(crate) use judge::play;
pub(crate) use push::play as play_push;
