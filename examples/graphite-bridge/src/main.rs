//! A program that counts the lines of a log by their level, and sends the counts to Graphite.
//!
//! Run it with `tail -F some.log | cargo run -p graphite-bridge -- graphite.example:2003`.
#![forbid(unsafe_code)]
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program prints for its user"
)]

mod args; // --interval and --tags.

use std::error::Error;
use std::io::{self, BufRead as _};
use std::process::ExitCode;
use std::thread;

use promcore::with_causes;
use promgraphite::{Bridge, BridgeOpts, Cancellation};

use args::Args;

/// The levels that are counted separately: text from a log could be anything, so it must not be used as a label.
const LEVELS: [&str; 3] = ["error", "warn", "info"];

fn main() -> ExitCode {
    let args = match Args::from_env() {
        Ok(args) => args,
        Err(message) => {
            eprintln!("graphite-bridge: {message}");
            return ExitCode::from(2);
        }
    };
    if args.help {
        println!("{}", args::USAGE);
        return ExitCode::SUCCESS;
    }
    match run(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("graphite-bridge: {}", with_causes(&*error));
            ExitCode::FAILURE
        }
    }
}

fn run(args: Args) -> Result<(), Box<dyn Error>> {
    // It sends the metrics of the default registry, where promauto registers them.
    let opts = BridgeOpts::new(args.address)
        .interval(args.interval)
        .use_tags(args.tags)
        .on_error(|error| eprintln!("graphite-bridge: {}", with_causes(error)));
    let bridge = Bridge::new(opts)?;
    let end = Cancellation::new();
    let counted = thread::scope(|scope| {
        scope.spawn(|| bridge.run(&end));
        let counted = count();
        // The last counts are sent before the scope ends.
        end.cancel();
        counted
    });
    Ok(counted?)
}

/// Counts lines until the input ends.
fn count() -> io::Result<()> {
    let lines = promauto::counter_vec("log_lines_total", "Lines of the log.", ["level"]);
    for line in io::stdin().lock().lines() {
        let line = line?.to_ascii_lowercase();
        let word = line.split_whitespace().next().unwrap_or_default();
        let level = LEVELS.into_iter().find(|level| word.starts_with(level));
        lines.with([level.unwrap_or("other")]).inc();
    }
    Ok(())
}
