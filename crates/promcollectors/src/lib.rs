//! Tells what the operating system knows about a process, as Prometheus metrics.
//!
//! ```
//! use promcollectors::{ProcessCollector, ProcessCollectorOpts};
//! use promcore::{Gatherer, Registry};
//!
//! # #[cfg(target_os = "linux")] {
//! let registry = Registry::new();
//! registry.register(ProcessCollector::new(ProcessCollectorOpts::new())?)?;
//!
//! let families = registry.gather().families;
//! assert!(families.iter().any(|family| family.name == "process_resident_memory_bytes"));
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | part | what it tells |
//! |---|---|
//! | [`ProcessCollector`] | CPU time, memory, file descriptors and start of one process |
//! | [`pid_file`] | which process that is, from a file that another program writes |
//!
//! Follows `prometheus/collectors` of `client_golang` 1.24.
//! Supported Rust: 1.88.
#![forbid(unsafe_code)]

mod error;
mod process; // The nine `process_*` families.

pub use error::Error;
pub use process::{ProcessCollector, ProcessCollectorOpts, pid_file};
