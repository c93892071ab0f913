//! Runs one hot operation many times: `instructions OPERATION TIMES`.
//!
//! `cargo xtask instructions` counts the instructions of two runs that differ only in the number
//! of times, so that making the metrics does not count. Without arguments, it lists the
//! operations.
#![forbid(unsafe_code)]
#![expect(
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a command line program talks through them"
)]

use std::env;
use std::process::ExitCode;

use operations::OPERATIONS;

mod operations; // The table of operations.
mod route; // A label set of finite values.

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    if args.is_empty() {
        for operation in OPERATIONS {
            println!("{}", operation.name);
        }
        return ExitCode::SUCCESS;
    }
    let wanted = match &args[..] {
        [name, times] => OPERATIONS
            .iter()
            .find(|operation| operation.name == name)
            .zip(times.parse().ok()),
        _ => None,
    };
    match wanted {
        Some((operation, times)) => {
            (operation.run)(times);
            ExitCode::SUCCESS
        }
        None => {
            eprintln!("usage: instructions [OPERATION TIMES], without arguments for a list");
            ExitCode::from(2)
        }
    }
}
