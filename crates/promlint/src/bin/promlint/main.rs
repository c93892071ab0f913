//! Lints the metrics of a program: `promlint < metrics.txt` or `promlint http://localhost:2112/metrics`.
#![forbid(unsafe_code)]

mod args; // The command line.
mod json; // Problems as JSON.
mod source; // The source of the metrics.

use std::env;
use std::io::{self, Write};
use std::process::ExitCode;

use args::{Args, Format};

fn main() -> ExitCode {
    let mut out = io::stdout().lock();
    let result = match args::parse(env::args_os().skip(1)) {
        Ok(None) => write(&mut out, args::USAGE).map(|()| 0),
        Ok(Some(args)) => run(&args, &mut out),
        Err(message) => Err(format!("{message}\n\n{}", args::USAGE.trim_end())),
    };
    let status = result.unwrap_or_else(|message| {
        // Ignore a closed stderr; the exit status still shows the error.
        let _ = writeln!(io::stderr(), "promlint: {message}");
        2
    });
    ExitCode::from(status)
}

/// Lints, and returns the exit status.
fn run(args: &Args, out: &mut impl Write) -> Result<u8, String> {
    let families = args.source.families()?;
    let mut problems = promlint::lint(&families);
    // Report a problem that several metrics of a family share only once.
    problems.dedup();
    let text = match args.format {
        Format::Json => json::write(&problems),
        Format::Text => problems
            .iter()
            .map(|problem| format!("{problem}\n"))
            .collect(),
    };
    write(out, &text)?;
    Ok(u8::from(!problems.is_empty()))
}

fn write(out: &mut impl Write, text: &str) -> Result<(), String> {
    let written = out.write_all(text.as_bytes());
    written.map_err(|error| format!("cannot write the result: {error}"))
}
