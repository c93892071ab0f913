//! Plays the rows of tables.

mod buckets;
mod floats;
mod names;
mod native;
mod negotiate;

pub(crate) use buckets::bucket;
pub(crate) use floats::float;
pub(crate) use names::name;
pub(crate) use negotiate::negotiate;
