//! Plays the rows of tables.

mod buckets; // Helpers that make bounds.
mod floats; // How numbers are written.
mod names; // Which names are valid, and how others are escaped.
mod native; // Native buckets.
mod negotiate; // Which format a scraper gets.

pub(crate) use buckets::bucket;
pub(crate) use floats::float;
pub(crate) use names::name;
pub(crate) use negotiate::negotiate;
