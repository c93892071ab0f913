//! Server middleware: what it measures, by which labels, and that nothing it meets upsets it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bodies; // Frames, hints, upgrades.
mod cancel; // Requests that are given up, at every point where they can.
mod labels; // Code, method and others; exemplars.
mod numbers; // Durations and sizes.
mod script; // A service that does what a test says, and the metrics around it.
