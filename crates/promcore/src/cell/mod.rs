//! Where writes land: cells that each have one writing thread.

pub(crate) mod examples; // The latest exemplars.
pub(crate) mod gauge; // Values that are set, and moved up and down.
pub(crate) mod lanes; // Sums of fractions without waiting for each other.
pub(crate) mod rows; // A row of cells for each thread.
pub(crate) mod split; // Rows of which some are stored inline.
pub(crate) mod stripes; // Histograms, read consistently.
pub(crate) mod sum; // Counters.
pub(crate) mod thread; // Dense thread numbers.

#[cfg(all(test, loom))]
mod loom_cells;
