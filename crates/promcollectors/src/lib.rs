//! Exposes what the operating system knows about a process, as Prometheus metrics.
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
//! | part | what it does |
//! |---|---|
//! | [`ProcessCollector`] | collects CPU time, memory, file descriptors and start time of one process |
//! | [`pid_file`] | reads the ID of the process from a file that another program writes |
//!
//! Follows [`prometheus/collectors`](https://pkg.go.dev/github.com/prometheus/client_golang/prometheus/collectors) of client_golang 1.24.1.
//!
//! # Minimum supported Rust version
//!
//! 1.88, raised only in minor releases and to a compiler at least six months old.

#![forbid(unsafe_code)]

mod error;
mod process; // The nine `process_*` families.

pub use error::Error;
pub use process::{ProcessCollector, ProcessCollectorOpts, pid_file};
