//! Prints how our crates compare with the Go client, one line per family.

#![forbid(unsafe_code)]

use std::env;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use conformance::{Family, Line, Runner, Verdict};

const USAGE: &str = "\
usage: conformance [--corpus DIR] [-v | --verbose]

  --corpus DIR   play the cases of DIR, which is laid out like crates/conformance/corpus
  -v, --verbose  list the known differences, and what each case waits for that cannot be played yet

Exit status: 0 if no case fails, 1 if one does, 2 if the cases cannot be played.
";

#[derive(Debug, Default)]
struct Args {
    corpus: Option<PathBuf>,
    verbose: bool,
}

fn main() -> ExitCode {
    let mut out = io::stdout().lock();
    let args = match args(env::args_os().skip(1)) {
        Ok(Some(args)) => args,
        Ok(None) => return code(out.write_all(USAGE.as_bytes()).map(|()| 0)),
        Err(message) => return refuse(&format!("{message}\n\n{USAGE}")),
    };
    match Runner::new(args.corpus.as_deref()) {
        Ok(runner) => code(print(&runner, args.verbose, &mut out)),
        Err(error) => refuse(&format!("{}\n", error.with_cause())),
    }
}

fn args(mut given: impl Iterator<Item = std::ffi::OsString>) -> Result<Option<Args>, String> {
    let mut args = Args::default();
    while let Some(arg) = given.next() {
        match arg.to_str() {
            Some("--corpus") => {
                let dir = given.next().ok_or("--corpus needs a folder")?;
                args.corpus = Some(dir.into());
            }
            Some("-v" | "--verbose") => args.verbose = true,
            Some("-h" | "--help") => return Ok(None),
            _ => return Err(format!("unknown argument {arg:?}")),
        }
    }
    Ok(Some(args))
}

/// Prints the counts as they come, then the details; returns the exit status.
fn print(runner: &Runner, verbose: bool, out: &mut impl Write) -> io::Result<u8> {
    let mut lines = Vec::new();
    for family in Family::ALL {
        for line in runner.run(family) {
            writeln!(out, "{line}")?;
            lines.push(line);
        }
    }
    if verbose {
        lines.iter().try_for_each(|line| print_reasons(line, out))?;
    }
    for failure in lines.iter().flat_map(Line::failures) {
        writeln!(out, "\nFAILED {failure}")?;
    }
    Ok(u8::from(lines.iter().any(|line| line.failed() > 0)))
}

fn print_reasons(line: &Line, out: &mut impl Write) -> io::Result<()> {
    for result in &line.results {
        let (name, case) = (&line.name, &result.case);
        match &result.verdict {
            Verdict::Known(reason) => writeln!(out, "known {name}/{case}: {reason}")?,
            Verdict::NotYet(what) => writeln!(out, "not-yet {name}/{case}: {}", what.join(", "))?,
            _ => {}
        }
    }
    Ok(())
}

/// Returns the exit status; a closed stdout is neither success nor failure.
fn code(status: io::Result<u8>) -> ExitCode {
    ExitCode::from(status.unwrap_or(2))
}

fn refuse(message: &str) -> ExitCode {
    // Ignore a closed stderr; the exit status still shows the error.
    let _ = io::stderr().write_all(message.as_bytes());
    ExitCode::from(2)
}
