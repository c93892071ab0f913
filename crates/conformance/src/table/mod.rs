//! Plays the rows of tables.

mod buckets;
mod floats;
mod names;
mod native;

pub(crate) use buckets::bucket;
pub(crate) use floats::float;
pub(crate) use names::name;
