//! Server middleware: what it measures, by which labels, and how robust it is.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bodies; // Frames, hints, upgrades.
mod cancel; // Requests that are cancelled, at every possible point.
mod labels; // Code, method and others; exemplars.
mod numbers; // Durations and sizes.
mod script; // A scripted service, and the metrics around it.
