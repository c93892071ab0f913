//! Our speed beside the peers', measured in one run.
//!
//! Every measurement is one entry of the table in `rows`: a name, a bound and the candidates.
//! Three programs read it: the Criterion suites (`cargo bench -p benches`), the comparison
//! (`cargo xtask bench`) and, as a process of its own for each candidate, the heap count.

#![forbid(unsafe_code)]

mod row; // What a row, a candidate and a call are.
mod rows; // The table itself, and how each library is called.

mod labels; // The label values, and the order in which they come.

mod crew; // Threads that stay for a whole row.
mod sample; // One sample of one candidate.

mod compare; // Rounds of samples, paired and judged.
mod heap; // Bytes that a series keeps.
mod load; // Scrapes while others write.
mod options; // The command line of the comparison.
mod report; // The table and the JSON.
mod suite; // The same rows as Criterion groups.

pub use compare::compare;
pub use heap::heap;
pub use suite::suite;
