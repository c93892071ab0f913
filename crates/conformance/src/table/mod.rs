//! Plays the rows of tables.

mod buckets; // Helpers that make bounds.
mod floats; // Formatting of numbers.
mod names; // Validity and escaping of names.
mod native; // Native buckets.
mod negotiate; // Format negotiation.

pub(crate) use buckets::bucket;
pub(crate) use floats::float;
pub(crate) use names::name;
pub(crate) use negotiate::negotiate;
