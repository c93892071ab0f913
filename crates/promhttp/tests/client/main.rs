//! Client middleware: what it measures, and the clients that it goes around.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod calls; // Calls that are answered, fail, or are given up.
mod clients; // The clients of hyper-util and reqwest, against a server on this machine.
