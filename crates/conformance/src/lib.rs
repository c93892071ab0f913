//! Compares the workspace with the results of the Go client.
//!
//! The folder `corpus` has several thousand cases, each with inputs and their results in client_golang.
//! This crate reads them, does the same with our crates and compares the results.
//! Deliberate differences are listed in `known_differences.md`, and are checked to be exactly as listed.
//!
//! ```no_run
//! use conformance::{Family, Runner};
//!
//! let runner = Runner::new(None)?;
//! for line in runner.run(Family::Floats) {
//!     println!("{line}"); // floats: passed 2699 failed 0 known 0 not-yet 0
//! }
//! # Ok::<(), conformance::Error>(())
//! ```
//!
//! The modules, in reading order: `corpus` reads cases; `scenario` plays programs, `table` rows, and `textparse` and `lint` texts; `http` sends requests to handlers; `tree` and `compare` find differences; `kinds` has the corpus' names for our errors; `known` judges; `report` counts.
#![forbid(unsafe_code)]

mod error;
mod family;

mod corpus;

mod compare;
mod http;
mod kinds;
mod lint;
mod scenario;
mod table;
mod textparse;
mod tree;

mod known;
mod outcome;

mod report;
mod runner;

pub use error::Error;
pub use family::Family;
pub use report::{CaseResult, Line, Verdict};
pub use runner::Runner;
