//! A nightly job that pushes its results to a Pushgateway: its duration, whether it succeeded, and what it did.
//!
//! Run it with `cargo run -p batch-job -- FILE`.
#![forbid(unsafe_code)]
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program prints for its user"
)]

mod args; // --gateway, --label and so on.
mod import; // The job itself.

use std::error::Error;
use std::process::ExitCode;

use promcore::{Timer, observer_fn, with_causes};
use prompush::{Pusher, Retry};

use args::Args;
use import::{Metrics, import};

fn main() -> ExitCode {
    let args = match Args::from_env() {
        Ok(args) => args,
        Err(message) => {
            eprintln!("batch-job: {message}");
            return ExitCode::from(2);
        }
    };
    if args.help {
        println!("{}", args::USAGE);
        return ExitCode::SUCCESS;
    }
    let result = if args.forget {
        pusher(&args).delete_blocking().map_err(Into::into)
    } else {
        run(&args)
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("batch-job: {}", with_causes(&*error));
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    let metrics = Metrics::new()?;
    let pusher = pusher(args)
        .collector(metrics.duration.clone())
        .collector(metrics.success.clone())
        .collector(metrics.rows.clone());

    // Metrics are pushed even if the job fails or panics; adding them keeps
    // the time of the last success.
    let failed = pusher.clone().add_on_drop().on_error(lost);
    let timer = Timer::new(observer_fn(|seconds| metrics.duration.set(seconds)));
    for file in &args.files {
        import(file, &metrics)?;
    }
    drop(timer);
    failed.cancel();

    metrics.success.set(1.0);
    metrics.last_success.set_to_current_time();
    // The job is done: a push that fails is no reason to run it again.
    let pushed = pusher.collector(metrics.last_success).push_blocking();
    pushed.unwrap_or_else(|error| lost(&error));
    Ok(())
}

fn pusher(args: &Args) -> Pusher {
    let pusher = Pusher::new(&args.gateway, "nightly_import").retry(Retry::new(args.retries));
    let labels = args.labels.iter();
    labels.fold(pusher, |pusher, (name, value)| pusher.grouping(name, value))
}

fn lost(error: &prompush::Error) {
    eprintln!("batch-job: the metrics are lost: {}", with_causes(error));
}
