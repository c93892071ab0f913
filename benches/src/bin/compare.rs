//! Measures our crates and the peers side by side; `cargo xtask bench` runs it.

use std::process::ExitCode;

fn main() -> ExitCode {
    benches::compare(std::env::args().skip(1))
}
