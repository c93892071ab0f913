//! Client middleware: what it measures, and the clients that it wraps.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod calls; // Calls that succeed, fail, or are cancelled.
mod clients; // The clients of hyper-util and reqwest, against a server on this machine.
