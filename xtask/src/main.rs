//! Chores of this workspace, in Rust: `cargo xtask` lists them.
#![forbid(unsafe_code)]
#![expect(
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a command line program prints"
)]

use std::env;
use std::process::ExitCode;

use anyhow::bail;

mod bench;
mod ci;
mod codegen;
mod conformance;
mod deps;
mod e2e;
mod features;
mod fuzz;
mod instructions;
mod loom;
mod metadata;
mod run;
mod tidy;

const USAGE: &str = "\
usage: cargo xtask COMMAND

  ci [--skip-tests]                everything that CI runs, in its order
  tidy                             rules that no lint knows
  codegen [--check]                Rust code from proto/
  conformance [-v] [--corpus DIR]  the Go client's answers, one line per family
  deps [--check]                   how many crates each of ours pulls in, for README.md
  loom                             every interleaving of the lock-free parts
  fuzz [--build] [--seconds N] [TARGET]
                                   the parsers against inputs that a fuzzer makes up
  features                         each crate alone, with each of its features alone
  instructions [--check | --write] instructions of the hottest operations
  e2e [PART]                       our programs and real servers; PART chooses by name
  bench [--quick] [--all] [--json FILE] [FILTER]
                                   our speed beside the peers'";

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    match dispatch(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            run::exit_code(&error)
        }
    }
}

fn dispatch(args: &[String]) -> anyhow::Result<()> {
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["ci"] => ci::run(ci::Tests::Run),
        ["ci", "--skip-tests"] => ci::run(ci::Tests::Skip),
        ["tidy"] => tidy::run(),
        ["codegen"] => codegen::run(codegen::Mode::Write),
        ["codegen", "--check"] => codegen::run(codegen::Mode::Check),
        ["conformance", ..] => conformance::run(&args[1..]),
        ["deps"] => deps::run(deps::Mode::Write),
        ["deps", "--check"] => deps::run(deps::Mode::Check),
        ["loom"] => loom::run(),
        ["features"] => features::run(),
        ["fuzz", ..] => fuzz::run(&args[1..]),
        ["instructions"] => instructions::run(instructions::Mode::Show),
        ["instructions", "--check"] => instructions::run(instructions::Mode::Check),
        ["instructions", "--write"] => instructions::run(instructions::Mode::Write),
        ["e2e"] => e2e::run(""),
        ["e2e", part] => e2e::run(part),
        ["bench", ..] => bench::run(&args[1..]),
        [] | ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(())
        }
        _ => bail!("no such command: {:?}\n{USAGE}", args.join(" ")),
    }
}
