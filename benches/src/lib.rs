//! Compares our speed with that of other clients, in one run.
//!
//! Every measurement is an entry of the table in `rows`: a name, a bound and the candidates.
//! Three programs read it: the Criterion suites (`cargo bench -p benches`), the comparison
//! (`cargo xtask bench`) and, in a separate process for each candidate, the heap count.

#![forbid(unsafe_code)]

mod row; // Rows, candidates and calls.
mod rows; // The table, and the calls to each library.

mod labels; // The label values and their order.

mod crew; // Threads that live for a whole row.
mod sample; // One sample of one candidate.

mod compare; // The comparison.
mod heap; // The heap bytes of a series.
mod load; // Scrapes during writes.
mod options; // The command line of the comparison.
mod report; // The table and the JSON.
mod suite; // The same rows as Criterion groups.

pub use compare::compare;
pub use heap::heap;
pub use suite::suite;
